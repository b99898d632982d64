import {
  createSealer,
  createSigner,
  generateKeys,
  inspect,
  type Signer,
  trustList,
  verify,
} from '@streamseal/seal'
import { expect, test, vi } from 'vitest'
import { type AnswerRecord, openAnswerStore } from '../store/answer-store.ts'
import { findDetached } from './find-detached.ts'

const prose =
  'The committee met at noon and spoke of the harbour, of its boats and of the people who wait on the quay. '
const endsInCode = (word: string): string =>
  `${prose.replace('boats', word).repeat(16).trim()}\n\n\`\`\`\nlet a = 1\n\`\`\`\n`

test('two answers that both end beside the text, pasted into one, are found whole', async () => {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk)
  const store = openAnswerStore(':memory:')
  const answers: string[] = []
  for (const word of ['lamps', 'nets']) {
    const sealer = createSealer({ signer, claims: { model: 'm' } })
    const text = sealer.feed(endsInCode(word))
    const { text: end, detached } = await sealer.finish()
    const { streamId } = sealer
    store.keep({
      streamId,
      issuedAt: '2026-11-21T08:00:00Z',
      keyId: signer.keyId,
      provider: 'p',
      model: 'm',
      route: '/seal',
      ending: 'complete',
      ...(detached === undefined ? {} : { detached }),
    })
    answers.push(text + end)
  }
  const pasted = answers.join('\n')
  const detached = findDetached(pasted, store)
  const report = await verify(pasted, { trust: trustList(publicJwk), ...(detached && { detached }) })
  expect(report.seals.map(({ coverage }) => coverage)).toEqual(['whole', 'whole'])
  expect(report.status).toBe('reformatted')
  store.close()
})

test('of closings that together are longer than a verifier takes the last are left out, and the first are found whole', async () => {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk)
  const kept = new Map<string, string | undefined>()
  const answers: string[] = []
  for (let i = 0; i < 12; i++) {
    // A key service that signs the first mark at once, by which the answer is found, and all others when the text has ended.
    let hasSigned = false
    let open: () => void = () => undefined
    const ended = new Promise<void>(resolve => {
      open = resolve
    })
    const service: Signer = {
      ...signer,
      async sign(data) {
        if (hasSigned) await ended
        hasSigned = true
        return signer.sign(data)
      },
    }
    const sealer = createSealer({ signer: service, claims: { model: 'm' }, segmentChars: 40 })
    let text = sealer.feed(prose)
    await vi.waitFor(() => {
      text += sealer.feed(prose)
      expect(inspect(text).seals).toHaveLength(1)
    })
    text += sealer.feed(endsInCode(`lamps of quay ${i}`).repeat(3))
    open()
    const { text: end, detached } = await sealer.finish()
    kept.set(sealer.streamId, detached)
    answers.push(text + end)
  }
  const store = {
    find: (streamId: string) => ({ detached: kept.get(streamId) }) as AnswerRecord,
    findByText: () => undefined,
  }
  const pasted = answers.join('\n')
  const detached = findDetached(pasted, store) ?? ''
  expect([...kept.values()].join(' ').length).toBeGreaterThan(65_536)
  expect(detached.length).toBeLessThanOrEqual(65_536)
  const report = await verify(pasted, { trust: trustList(publicJwk), detached })
  const whole = report.seals.filter(({ coverage }) => coverage === 'whole')
  expect(whole.length).toBe(detached.split(' ').length)
  expect(report.seals[0]?.coverage).toBe('whole')
})
