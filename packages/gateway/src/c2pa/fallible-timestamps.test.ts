import { C2paError, type C2paSigner } from '@streamseal/c2pa'
import { expect, test } from 'vitest'
import { withFallibleTimestamps } from './fallible-timestamps.ts'

function stampedSigner(): C2paSigner {
  return {
    algorithm: 'ES256',
    chain: [],
    signatureBytes: 64,
    validity: { from: 0, to: Number.MAX_SAFE_INTEGER },
    sign: async () => new Uint8Array(64),
    timestamp: { maxTokenBytes: 1, stamp: async () => new Uint8Array(1) },
  }
}

/** Signs as the authority does: it fails where it is asked and `isDown`. */
function world(): {
  use(): Promise<'stamped' | 'bare'>
  errors: unknown[]
  set: { isDown: boolean; now: number }
} {
  const errors: unknown[] = []
  const set = { isDown: false, now: 0 }
  const signWith = withFallibleTimestamps(stampedSigner(), {
    onError: error => errors.push(error),
    now: () => set.now,
    pauseMs: 1000,
  })
  const use = (): Promise<'stamped' | 'bare'> =>
    signWith(async ({ timestamp }) => {
      if (timestamp && set.isDown) throw new C2paError('down', { code: 'TIMESTAMP_FAILED' })
      return timestamp ? 'stamped' : 'bare'
    })
  return { use, errors, set }
}

test('an authority that fails costs the time-stamp, is told of once, and is asked again after a while', async () => {
  const { use, errors, set } = world()
  expect(await use()).toBe('stamped')
  set.isDown = true
  expect([await use(), await use()]).toEqual(['bare', 'bare'])
  expect(errors).toEqual([expect.objectContaining({ code: 'TIMESTAMP_FAILED' })])
  set.isDown = false
  expect(await use()).toBe('bare')
  set.now = 1000
  expect(await use()).toBe('stamped')
  expect(errors).toHaveLength(1)
})

test('what fails besides is not tried again', async () => {
  let times = 0
  const signWith = withFallibleTimestamps(stampedSigner(), { onError: () => undefined })
  const failing = signWith(async () => {
    times++
    throw new C2paError('no', { code: 'SIGNER_FAILED' })
  })
  await expect(failing).rejects.toMatchObject({ code: 'SIGNER_FAILED' })
  expect(times).toBe(1)
})
