/** Offsets and code points: there and back. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyText, cutAt, cuts } from '../testing/texts.ts'
import { CodePoints } from './code-points.ts'
import { createSigner, generateKeys, seal, trustList, verify } from './index.ts'
import { Lines } from './line.ts'
import { NormalText } from './normal-text.ts'
import type { Report } from './report.ts'
import { TextMeter } from './text-meter.ts'

const long = fc.array(anyText, { minLength: 1, maxLength: 30 }).map(texts => texts.join(' '))

test('S11 a code point is found where it is, and its number again from there', () => {
  fc.assert(
    fc.property(long, text => {
      const points = new CodePoints(text)
      let unit = 0
      let index = 0
      for (const character of text) {
        expect(points.toUnit(index)).toBe(unit)
        expect(points.fromUnit(unit)).toBe(index)
        unit += character.length
        index++
      }
      expect(points.count).toBe(index)
      expect(points.toUnit(index + 5)).toBe(text.length)
    }),
    { numRuns: 60 },
  )
})

test('S5 the normal form keeps every boundary: what stands before it is the normal form of what stood before it', () => {
  fc.assert(
    fc.property(long, text => {
      const normal = new NormalText(text)
      expect(normal.text).toBe(text.normalize('NFC'))
      let offset = 0
      for (const character of text) {
        if (/^[\p{L}\p{Zs}]$/u.test(character) && character < '\u0300') {
          const before = text.slice(0, offset).normalize('NFC').length
          expect(normal.toNormal(offset)).toBe(before)
          expect(normal.toSource(before)).toBe(offset)
        }
        offset += character.length
      }
    }),
    { numRuns: 60 },
  )
})

test('S7 a text that comes in pieces is measured as the whole is', () => {
  fc.assert(
    fc.property(long, cuts, (text, places) => {
      const hashed: string[] = []
      const meter = new TextMeter({
        update: data => hashed.push(String(data)),
        digest: () => new Uint8Array(32),
      })
      for (const piece of wholeCharacters(cutAt(text, places))) meter.push(piece)
      expect(meter.length).toBe([...text.normalize('NFC')].length)
      meter.digest()
      expect(hashed.join('')).toBe(text.normalize('NFC'))
    }),
    { numRuns: 100 },
  )
})

test('S7 a text that is cut at its mark was hashed as far as that, and the rest is given back', () => {
  fc.assert(
    fc.property(long, long, cuts, (before, after, places) => {
      const hashed: string[] = []
      const meter = new TextMeter({
        update: data => hashed.push(String(data)),
        digest: () => new Uint8Array(32),
      })
      for (const piece of wholeCharacters(cutAt(`${before}.`, places))) meter.push(piece)
      meter.mark()
      for (const piece of wholeCharacters(cutAt(` ${after}`, places))) meter.push(piece)
      const rest = meter.isMarked ? meter.cut() : ''
      if (after.length < 190) expect(rest).toBe(` ${after}`)
      meter.digest()
      expect(hashed.join('') + rest.normalize('NFC')).toBe(`${before}. ${after}`.normalize('NFC'))
    }),
    { numRuns: 100 },
  )
})

test('S7 S11 a run of marks that no writing has is measured as a reader normalises it, however it comes', () => {
  const noise = fc
    .array(fc.constantFrom('\u0301', '\u0316', '\u{16d67}', '\u{1d165}', '\u{1d16d}'), {
      minLength: 1,
      maxLength: 60,
    })
    .chain(units => fc.integer({ min: 1, max: 120 }).map(times => units.join('').repeat(times)))
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, noise), { minLength: 1, maxLength: 3 }), cuts, (parts, places) => {
      const text = `a${parts.flat().join('')}`
      const hashed: string[] = []
      const meter = new TextMeter({
        update: data => hashed.push(String(data)),
        digest: () => new Uint8Array(32),
      })
      for (const piece of wholeCharacters(cutAt(text, places))) meter.push(piece)
      meter.digest()
      expect(hashed.join('')).toBe(new NormalText(text).text)
    }),
    { numRuns: 100 },
  )
})

test('S1 S11 a flood of marks is measured in a time that grows with its length', { retry: 3 }, () => {
  const meter = new TextMeter({ update: () => undefined, digest: () => new Uint8Array(32) })
  const start = performance.now()
  meter.push(`a${'\u0301\u0316'.repeat(150_000)}`)
  meter.digest()
  // It took half a minute.
  expect(performance.now() - start).toBeLessThan(8000)
})

test('S7 text that is sealed with such a run is intact', async () => {
  const text = `Some words. a${'\u0301\u0316'.repeat(3000)} and some more words.`
  expect((await verifyChanged(text, sealed => sealed)).status).toBe('intact')
})

/** As the sealer does: the halves of a surrogate pair are joined before they are measured. */
function wholeCharacters(pieces: readonly string[]): string[] {
  let half = ''
  const whole = pieces.map(piece => {
    const text = half + piece
    half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : ''
    return half === '' ? text : text.slice(0, -1)
  })
  return [...whole, half]
}

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk)
const trust = trustList(publicJwk)
const reading = '5 °C is what the thermometer shows us this morning, says the report.'
const story = 'The people read it every day at six and write it down, and the symbol for it is x'

/** Verifies what `change` makes of the sealed text. */
async function verifyChanged(
  text: string,
  change: (sealed: string) => string,
  segmentChars?: number,
): Promise<Report> {
  const options = { signer, claims: { model: 'demo' }, ...(segmentChars !== undefined && { segmentChars }) }
  const sealed = await seal(text, options)
  const detached = sealed.detached !== undefined && { detached: sealed.detached }
  return verify(change(sealed.text), { trust, ...detached })
}

test.each(['-', '\u2011', '−', '.', '~', '#', '!', '-\u200b', '(-', '$', '<'])(
  'S2 S5 a sign put before a sealed text is an addition, never reformatted: %j',
  async sign => {
    const word = sign === '!' ? `ok, ${reading}` : reading
    const report = await verifyChanged(word, sealed => sign + sealed)
    expect(report).toMatchObject({ status: 'excerpt', unsealed: [{ start: 0 }] })
  },
)

const marks = ['\u0338', '\u0306', '\u0336', '\u20e3', '\u05bf']

test.each(marks)(
  'S2 S5 a mark put behind a sealed text is an addition, never reformatted: %j',
  async mark => {
    const report = await verifyChanged(story, sealed => sealed + mark)
    expect(report.status).toBe('excerpt')
    expect(report.unsealed).toHaveLength(1)
  },
)

test.each([
  ...marks.map(mark => [mark, story] as const),
  [' -', Array.from({ length: 60 }, () => 'spoons 5').join(' ')] as const,
])('S2 S5 a mark or sign put between two segments alters the text: %j', async (inserted, sentence) => {
  const text = Array.from({ length: 8 }, () => sentence).join(' ')
  for (let place = 1; place < 4; place++) {
    const insert = (sealed: string) => {
      const runs = [...sealed.matchAll(/[\u{e0100}-\u{e01ef}]+/gu)]
      const run = runs[place] as RegExpExecArray
      const end = run.index + run[0].length
      return sealed.slice(0, end) + inserted + sealed.slice(end).slice(inserted === ' -' ? 1 : 0)
    }
    expect((await verifyChanged(text, insert, 60)).status).toBe('altered')
  }
})

test.each([
  ['“', '”'],
  ['**', '**'],
  ['> ', '\n'],
  ['- ', '\n'],
  ['# ', '\n\n'],
  ['', ' …'],
  ['', ')'],
])('S5 what typography puts around a sealed text leaves it reformatted: %j %j', async (before, after) => {
  const report = await verifyChanged(reading, sealed => before + sealed + after)
  expect(report).toMatchObject({ status: 'reformatted', unsealed: [] })
})

test('S4 a parenthesis put around a sealed text is an addition to it', async () => {
  const report = await verifyChanged(reading, sealed => `(${sealed})`)
  expect(report).toMatchObject({ status: 'excerpt', unsealed: [{ start: 0 }] })
})

test.each([
  ['letters', 'x'],
  ['marks', '\u0301\u0316'],
])('S11 a long gap of %s is seen without reading the text', (_, gap) => {
  const lines = new Lines(`Sealed. ${gap.repeat(100_000)} Sealed.`, undefined)
  expect(lines.isVisible(8, 8 + 100_000)).toBe(true)
  expect(lines.lacksReader).toBe(false)
})
