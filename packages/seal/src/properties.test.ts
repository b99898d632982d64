/** The properties of the seal, by their ids in `docs/seal-format.md`; `npm run properties` prints which test shows which. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signer, trust } from '../testing/keys.ts'
import { anyText, cutAt, cuts, prose } from '../testing/texts.ts'
import { createSealer, type Report, type SealEnd, type SealerOptions, seal, strip, verify } from './index.ts'

const options: SealerOptions = { signer, claims: { model: 'demo' }, segmentChars: 60 }
const runs = { numRuns: 300 }

async function sealChunks(chunks: readonly string[], more: Partial<SealerOptions> = {}): Promise<SealEnd> {
  const sealer = createSealer({ ...options, ...more })
  let text = ''
  for (const chunk of chunks) text += sealer.feed(chunk)
  const end = await sealer.finish()
  return { ...end, text: text + end.text }
}

const check = ({ text, detached }: SealEnd): Promise<Report> =>
  verify(text, { trust, ...(detached !== undefined && { detached }) })

test('S1 each feed returns everything that was fed', () => {
  fc.assert(
    fc.property(anyText, cuts, (text, places) => {
      const sealer = createSealer(options)
      let fed = ''
      let got = ''
      for (const chunk of cutAt(text, places)) {
        fed += chunk
        got += sealer.feed(chunk)
        expect(strip(got)).toBe(strip(fed))
      }
    }),
    { numRuns: 100 },
  )
})

test('S2 S7 every sealed text is intact, however it was cut', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, cuts, async (text, places) => {
      const sealed = await sealChunks(cutAt(text, places))
      const report = await check(sealed)
      expect(report.text).toBe(strip(text))
      expect(report.seals.at(-1)).toMatchObject({
        content: 'intact',
        coverage: 'whole',
        signature: 'valid',
        order: 'ok',
      })
      expect(report.status).toBe('intact')
    }),
    runs,
  )
})

test('S7 the same text cut in other places gives the same sealed text', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, cuts, cuts, async (text, one, two) => {
      const fixed = { streamId: '0123456789abcdef', now: 0 }
      expect(await sealChunks(cutAt(text, one), fixed)).toEqual(await sealChunks(cutAt(text, two), fixed))
      expect(await sealChunks([...text], fixed)).toEqual(await sealChunks([text], fixed))
    }),
    { numRuns: 150 },
  )
})

test('S2 a changed letter, digit or symbol is altered, and only its segment', async () => {
  const text = `${prose(12)} Take 1.5 mg ✅ at -5 °C.`
  const sealed = await seal(text, options)
  const visible = [...text].flatMap((character, i) => (/[\p{L}\p{N}\p{S}]/u.test(character) ? [i] : []))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...visible), async at => {
      const changed = replaceVisible(sealed.text, at, text[at] === 'x' ? 'y' : 'x')
      const report = await check({ ...sealed, text: changed })
      expect(report.status).toBe('altered')
      const altered = report.seals[0]?.segments.filter(segment => segment.status !== 'intact') ?? []
      expect(altered).toHaveLength(1)
      expect(altered[0]?.start).toBeLessThanOrEqual(at)
      expect(altered[0]?.end).toBeGreaterThan(at)
    }),
    { numRuns: 150 },
  )
})

test('S3 every prefix of a sealed text verifies up to its last mark', async () => {
  const { text } = await seal(prose(14), options)
  for (let cut = 0; cut < text.length; cut += 5) {
    const report = await verify(text.slice(0, cut), { trust })
    expect(['unsealed', 'truncated']).toContain(report.status)
    for (const { status } of report.seals[0]?.segments ?? []) expect(status).toBe('intact')
  }
})

test('S6 stripping a sealed text gives the stripped text', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, cuts, async (text, places) => {
      const { text: sealed } = await sealChunks(cutAt(text, places))
      expect(strip(sealed)).toBe(strip(text))
      expect(strip(strip(sealed))).toBe(strip(sealed))
    }),
    runs,
  )
})

test('S11 any string gives a report', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(anyText, fc.string({ unit: 'binary' })),
      fc.string(),
      async (text, detached) => {
        const report = await verify(text, { trust, detached })
        expect(report.text).toBe(strip(text))
      },
    ),
    runs,
  )
})

test('S11 a damaged sealed text gives a report, and never an intact one', async () => {
  const { text } = await seal(prose(8), options)
  await fc.assert(
    fc.asyncProperty(
      fc.nat(text.length - 1),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
      async (at, junk) => {
        const damaged = text.slice(0, at) + junk + text.slice(at + 1)
        fc.pre(damaged !== text)
        const report = await verify(damaged, { trust })
        if (strip(damaged) !== strip(text)) expect(report.status).not.toBe('intact')
      },
    ),
    runs,
  )
})

test('S12 a sealed text that is sealed again is intact under both seals', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async text => {
      const first = await sealChunks([text])
      const second = await sealChunks([first.text])
      const report = await check(second)
      for (const { content, signature } of report.seals)
        expect([content, signature]).toEqual(['intact', 'valid'])
      expect(strip(second.text)).toBe(strip(text))
    }),
    { numRuns: 150 },
  )
})

/** Replaces the `at`-th UTF-16 unit of the text without marks. */
function replaceVisible(sealed: string, at: number, by: string): string {
  let seen = -1
  for (let i = 0; i < sealed.length; i++) {
    if (sealed[i] === '\udb40') i++
    else if (++seen === at) return sealed.slice(0, i) + by + sealed.slice(i + 1)
  }
  return sealed
}
