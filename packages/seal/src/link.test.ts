/** Each mark carries a link to the segment before it: texts that share a stream id cannot be woven into one. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { options, parts, segmentsOf } from '../testing/attacks.ts'
import { secretJwk, secretSigner, trust } from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { createSealer, inspect, type Signer, seal, trustList, verify } from './index.ts'
import { decodePayload } from './payload.ts'
import { unmark } from './unmark.ts'

const twin = segmentsOf((await seal(prose(16, 50), options)).text)
const count = parts.length

test('S4 segments of two texts under one stream id are spliced wherever neighbours are from both, and nowhere else', async () => {
  const given = fc.record({
    from: fc.integer({ min: 0, max: count - 1 }),
    picks: fc.array(fc.constantFrom('one', 'other', 'none'), { minLength: count, maxLength: count }),
  })
  await fc.assert(
    fc.asyncProperty(given, async ({ from, picks }) => {
      const chosen = picks.map((pick, i) => (i < from ? 'none' : pick))
      const text = chosen
        .map((pick, i) => (pick === 'none' ? '' : (pick === 'one' ? parts : twin)[i]))
        .join('')
      const isSpliced = chosen.some(
        (pick, i) => i > 0 && pick !== 'none' && chosen[i - 1] !== 'none' && chosen[i - 1] !== pick,
      )
      const [seal] = (await verify(text, { trust })).seals
      if (seal) expect([chosen, seal.order === 'spliced']).toEqual([chosen, isSpliced])
    }),
    { numRuns: 150 },
  )
})

test('S4 a stranger’s segments are held against each other as well', async () => {
  const { seals } = await verify([parts[0], twin[1]].join(''))
  expect(seals[0]).toMatchObject({ signer: 'unknown', signature: 'unchecked', order: 'spliced' })
})

test('S4 with a shared secret it is the same', async () => {
  const bySecret = { ...options, signer: secretSigner }
  const [one, other] = [prose(16), prose(16, 50)].map(async text =>
    segmentsOf((await seal(text, bySecret)).text),
  )
  const woven = [(await one)?.[0], (await other)?.[1]].join('')
  const { seals } = await verify(woven, { trust: trustList(secretJwk) })
  expect(seals[0]).toMatchObject({ signature: 'valid', order: 'spliced' })
})

test('S1 S4 a link is known before the signature of the segment that it names', async () => {
  const signed: Uint8Array[] = []
  const silent: Signer = {
    ...options.signer,
    sign: bytes => {
      signed.push(bytes)
      return new Promise(() => undefined)
    },
  }
  createSealer({ ...options, signer: silent }).feed(prose(16))
  expect(signed.length).toBeGreaterThan(2)
})

test('S13 a light seal carries no link, and a full one four bytes in every mark but the first', async () => {
  const light = await seal(prose(4), { ...options, profile: 'light' })
  const payloads = [...unmark(light.text).marks, ...unmark(parts.join('')).marks].map(
    ({ payload }) => decodePayload(payload)?.payload,
  )
  const links = payloads.flatMap(payload =>
    payload && payload.kind !== 'opening' ? [payload.link?.length] : [],
  )
  expect(inspect(parts.join('')).marks.map(({ link }) => link?.length)).toEqual([
    undefined,
    undefined,
    ...Array.from({ length: count - 1 }, () => 8),
  ])
  expect(links).toEqual([undefined, undefined, ...Array.from({ length: count - 1 }, () => 4)])
})
