import { describe, expect, test } from 'vitest'
import { generateKeys } from './generate-keys.ts'
import { createSealer } from './sealer.ts'
import { createSigner } from './signer.ts'
import { trustList } from './trust.ts'
import { verify } from './verify.ts'

const sentence = (n: number): string =>
  `Paragraph ${n} tells of the harbour at dawn, of boats that come home, of nets that dry in the wind, and of the people who wait for them on the quay with lamps in their hands.`
const text = Array.from({ length: 24 }, (_, n) => `${sentence(n)} ${sentence(n + 100)}`).join('\n\n')

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const trust = trustList(publicJwk)
const sealer = createSealer({ signer: await createSigner(privateJwk), claims: { model: 'm' } })
const sealed = sealer.feed(text) + (await sealer.finish()).text
const whole = await verify(sealed, { trust })

describe('S4 a passage that begins in the middle of a segment', () => {
  const paragraphs = sealed.split('\n\n')
  const passage = paragraphs.slice(9, 20).join('\n\n')

  test('is an excerpt: what is left of that segment is unsealed, the rest is intact', async () => {
    const report = await verify(passage, { trust })
    const [seal] = report.seals
    expect(whole.status).toBe('intact')
    expect(report.status).toBe('excerpt')
    expect(seal?.segments.length).toBeGreaterThan(0)
    expect(seal?.segments.every(({ status }) => status === 'intact')).toBe(true)
    expect(seal?.segments[0]?.index).toBeGreaterThan(1)
    expect(report.unsealed[0]).toEqual({ start: 0, end: seal?.segments[0]?.start })
  })

  test('cut anywhere in front, letter by letter, is never altered, and a change behind it always is', async () => {
    for (let from = 0; from < 900; from += 7) {
      const cut = passage.slice(from)
      const report = await verify(cut, { trust })
      expect([from, report.status]).toEqual([from, 'excerpt'])
      const last = report.seals[0]?.segments.at(-1)
      expect(last?.status).toBe('intact')
    }
    const [from, to] = ['people who wait', 'people who wept']
    const at = passage.lastIndexOf(from, passage.length - 700)
    const changed = passage.slice(0, at) + to + passage.slice(at + from.length)
    expect((await verify(changed, { trust })).status).toBe('altered')
  })

  test('S2 a word taken out behind another segment is altered, and so is one of the first segment', async () => {
    for (const place of [30, Math.floor(sealed.length / 2)]) {
      const at = sealed.indexOf(' nets', place)
      const cut = sealed.slice(0, at) + sealed.slice(at + 5)
      expect((await verify(cut, { trust })).status).toBe('altered')
    }
  })

  test('of which nothing else is there says nothing for it: it is altered', async () => {
    const marks = [...sealed.matchAll(/[\u{e0100}-\u{e01ef}]+/gu)]
    const mark = marks[Math.floor(marks.length / 2)]
    const alone = `My own words.${mark?.[0] ?? ''}`
    expect((await verify(alone, { trust })).status).toBe('altered')
  })
})
