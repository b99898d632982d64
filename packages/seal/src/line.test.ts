/** Offsets and code points: there and back. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyText, cutAt, cuts } from '../testing/texts.ts'
import { CodePoints } from './code-points.ts'
import { createSigner, generateKeys, seal, trustList, verify } from './index.ts'
import { NormalText } from './normal-text.ts'
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
      expect(meter.settle()).toBe([...text.normalize('NFC')].length)
      expect(hashed.join('')).toBe(text.normalize('NFC'))
    }),
    { numRuns: 100 },
  )
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
const first = '5 °C is what the thermometer shows us this morning, says the report'
const rest = 'of the people who read it every day at six and write it down; the symbol for it is x'

test.each(['-', '\u2011', '−', '.', '~', '#', '!', '~~-', '-\u200b', '$', '<'])(
  'S2 S5 a sign put before a sealed text is an addition, never reformatted: %j',
  async sign => {
    for (const beginning of sign === '!' || sign === '#' ? ['ok, ', '5 '] : ['']) {
      const { text } = await seal(`${beginning}${first}.`, { signer, claims: { model: 'demo' } })
      expect(await verify(sign + text, { trust })).toMatchObject({
        status: 'excerpt',
        unsealed: [{ start: 0 }],
      })
    }
  },
)

const marks = ['\u0338', '\u0306', '\u0336', '\u20e3', '\u05bf']

test.each(marks)(
  'S2 S5 a mark put behind a sealed text is an addition, never reformatted: %j',
  async mark => {
    const { text } = await seal(`${first} ${rest}`, { signer, claims: { model: 'demo' } })
    const report = await verify(text + mark, { trust })
    expect(report.status).toBe('excerpt')
    expect(report.unsealed).toHaveLength(1)
  },
)

test.each(marks)('S2 S5 a mark put between two segments alters the text: %j', async mark => {
  const prose = Array.from({ length: 12 }, () => `${first} ${rest}`).join(' ')
  const { text } = await seal(prose, { signer, claims: { model: 'demo' }, segmentChars: 60 })
  const runs = [...text.matchAll(/[\u{e0100}-\u{e01ef}]+/gu)].slice(1, -1)
  expect(runs.length).toBeGreaterThan(3)
  for (const run of runs) {
    const end = run.index + run[0].length
    const report = await verify(text.slice(0, end) + mark + text.slice(end), { trust })
    expect(report.status).toBe('altered')
  }
})

test.each([
  ['“', '”'],
  ['**', '**'],
  ['> ', '\n'],
  ['- ', '\n'],
  ['# ', '\n\n'],
  ['', ' …'],
  ['(', ')'],
])('S5 what typography puts around a sealed text leaves it reformatted: %j %j', async (before, after) => {
  const { text } = await seal(`${first}.`, { signer, claims: { model: 'demo' } })
  expect(await verify(before + text + after, { trust })).toMatchObject({
    status: 'reformatted',
    unsealed: [],
  })
})

test('S11 a run of marks is normalised in time linear in its length, and every offset has its way back', () => {
  const text = `a${'\u0301\u0323'.repeat(60_000)}b`
  const from = process.cpuUsage()
  const normal = new NormalText(text)
  // The whole at once takes more than a minute.
  expect(process.cpuUsage(from).user / 1e6).toBeLessThan(10)
  expect(normal.toSource(normal.text.length)).toBe(text.length)
  expect(normal.toSource(normal.text.length - 1)).toBe(text.length - 1)
})
