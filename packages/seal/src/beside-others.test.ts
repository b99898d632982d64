/** Our seal among those of others, and floods of what only later rules look at. */
import { expect, test } from 'vitest'
import { signer, trust } from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { frame } from './frame.ts'
import { createSealer, inspect, type SealEnd, type SealerOptions, seal, strip, verify } from './index.ts'
import { decodePayload, encodeFields, encodeSigned } from './payload.ts'
import { unmark } from './unmark.ts'

const options: SealerOptions = { signer, claims: { model: 'demo' }, segmentChars: 200 }
const encypher = [...'{"model_id":"x","timestamp":1}']
  .map(c => String.fromCodePoint(0xe0100 + c.charCodeAt(0) - 16))
  .join('')
const c2pa = `\ufeff${[0x43, 0x32, 0x50, 0x41, 0x54, 0x58, 0x54, 0, 1, 0, 0, 0, 2, 7, 8]
  .map(b => String.fromCodePoint(b < 16 ? 0xfe00 + b : 0xe0100 + b - 16))
  .join('')}`
const emoji = '❤️ 1️⃣ 👩‍💻 🏴󠁧󠁢󠁥󠁮󠁧󠁿 葛\u{e0100}'

async function streamed(text: string): Promise<SealEnd> {
  const sealer = createSealer(options)
  let sent = ''
  for (const piece of text.match(/.{1,7}/gsu) ?? []) sent += sealer.feed(piece)
  const end = await sealer.finish()
  return { ...end, text: sent + end.text }
}

test('S12 emoji, a payload of Encypher, an older seal and a C2PA wrapper in one text: sealed, verified, named, stripped', async () => {
  const older = await seal(prose(3), { ...options, streamId: '00112233445566ff' })
  const given = `${emoji} A first${encypher} sentence. ${older.text} ${prose(6, 9)}${c2pa}`
  const clean = `${emoji} A first${encypher} sentence. ${prose(3)} ${prose(6, 9)}${c2pa}`
  for (const sealed of [await seal(given, options), await streamed(given)]) {
    const { text, ...beside } = sealed
    const report = await verify(text, { trust, ...beside })
    expect(report).toMatchObject({ status: 'intact', text: clean, unsealed: [] })
    expect(report.seals.map(({ streamId, content }) => [streamId, content])).toContainEqual([
      '00112233445566ff',
      'intact',
    ])
    expect(report.seals).toHaveLength(2)
    expect(report.foreign.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
      ['encypher', encypher],
      ['c2pa', c2pa],
    ])
    expect(inspect(text).seals).toHaveLength(2)
    expect(strip(text)).toBe(clean)
    expect(strip(text, { also: ['encypher', 'c2pa'] })).toBe(
      `${emoji} A first sentence. ${prose(3)} ${prose(6, 9)}`,
    )
  }
})

/** A closing by nobody: `i` makes its stream id, `format` and `lag` are chosen. */
function closingOf(sealed: string, i: number, format: 'markdown' | 'code', lag: number): string {
  const mark = unmark(sealed).marks.at(-1)
  const closing = mark && decodePayload(mark.payload)?.payload
  if (closing?.kind !== 'closing') throw new TypeError('no closing')
  const streamId = new Uint8Array(8)
  new DataView(streamId.buffer).setUint32(0, i)
  const extent = { ...closing.extent, exactLength: 50_000 }
  const fields = encodeFields({ ...closing, streamId, format, notComparable: true, extent })
  return frame(encodeSigned(fields, { exact: lag, skeleton: lag }, closing.signature))
}

const { text: short } = await seal('One short sentence.', options)
test.each<[string, () => string]>([
  [
    'closings of code',
    () => Array.from({ length: 1_500 }, (_, i) => `x ${closingOf(short, i, 'code', 0)}`).join(''),
  ],
  [
    'early closings that are not comparable',
    () =>
      Array.from({ length: 1_500 }, (_, i) => `$x$ ${closingOf(short, i, 'markdown', -1e6 * i)}`).join(''),
  ],
  ['white space under a closing of code', () => `${' \n'.repeat(500_000)}x${closingOf(short, 1, 'code', 0)}`],
  ['dollars under a closing', () => `${'$ '.repeat(500_000)}x${closingOf(short, 1, 'markdown', 0)}`],
])(
  'S11 a flood of %s gives a report in linear time',
  async (_, flood) => {
    const started = performance.now()
    const report = await verify(flood(), { trust })
    // A quadratic step takes minutes here; a busy machine does not.
    expect(performance.now() - started).toBeLessThan(60_000)
    expect(['unknown-signer', 'invalid']).toContain(report.status)
  },
  90_000,
)
