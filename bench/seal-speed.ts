/**
 * How long `verify` takes for texts of 1 KB to 10 MB, honest and hostile. A text is linear where ten times its length takes
 * about ten times as long, which `tools/seal-speed.mjs` checks. Processor time, not the
 * clock; the least of the runs that fit into `roundMs`.
 */
import { createSealer, createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import { frame } from '../packages/seal/src/frame.ts'

/** Lengths in UTF-16 units. */
export const lengths = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk)
const trust = trustList(publicJwk)
const sentence = 'The keeper wrote down the weather every evening, and there was little to write. '
const roundMs = 150

interface Given {
  text: string
  detached?: string
}

async function sealed(words: string): Promise<Given> {
  const sealer = createSealer({ signer, claims: { model: 'demo' } })
  const parts: string[] = []
  for (let at = 0; at < words.length; at += 5_000) parts.push(sealer.feed(words.slice(at, at + 5_000)))
  const end = await sealer.finish()
  return {
    text: parts.join('') + end.text,
    ...(end.detached !== undefined && { detached: end.detached }),
  }
}

const repeated = (piece: string, length: number) =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
const prose = (length: number) => repeated(sentence, length)

/** Marks that a stranger's key might have made, each of a stream of its own: every one is read, and nothing is behind it. */
function strangersMarks(length: number): string {
  const parts: string[] = []
  for (let size = 0, stream = 1; size < length; stream++) {
    const opening = new Uint8Array([
      0x11,
      1,
      0,
      0,
      0,
      0,
      stream >> 24,
      stream >> 16,
      stream >> 8,
      stream,
      1,
      2,
      3,
      4,
      5,
      6,
      0xa0,
    ])
    const mark = `word${frame(opening)} `
    parts.push(mark)
    size += mark.length
  }
  return parts.join('')
}

/** A closing by nobody, whose digests match nothing: every reading of the text before it is tried. */
const nobodysClosing = frame(
  new Uint8Array([
    0x13,
    1,
    ...Array(8).fill(9),
    1,
    2,
    3,
    4,
    5,
    6,
    0,
    0,
    40,
    30,
    ...Array(24).fill(7),
    0,
    0,
    ...Array(64).fill(5),
  ]),
)
const read =
  (piece: string) =>
  async (length: number): Promise<Given> => ({
    text: `${repeated(piece, length)} end${nobodysClosing}`,
  })

const selector = (value: number) => String.fromCharCode(0xdb40, 0xdd00 + value)
const opens = selector(0xee)
const closes = selector(0xef)

/** What is verified, by name. */
export const cases: ReadonlyMap<string, (length: number) => Promise<Given>> = new Map([
  ['sealed prose', async (length: number) => sealed(prose(length))],
  [
    'sealed prose, every tenth word changed',
    async (length: number) => {
      const given = await sealed(prose(length))
      return { ...given, text: given.text.replaceAll('little', 'much') }
    },
  ],
  ['no seal, two-byte text', async (length: number) => ({ text: repeated(`${sentence}“你好” – `, length) })],
  ['half-open marks', async (length: number) => ({ text: repeated(opens, length) })],
  ['half-open marks, apart', async (length: number) => ({ text: repeated(`a${opens}`, length) })],
  [
    'nested frames',
    async (length: number) => ({
      text: repeated(`${opens.repeat(16_000)}${closes.repeat(16_000)}a`, length),
    }),
  ],
  ['selector runs', async (length: number) => ({ text: repeated(`a${selector(7).repeat(9_000)}`, length) })],
  ['one selector run', async (length: number) => ({ text: repeated(selector(7), length) })],
  ["strangers' marks", async (length: number) => ({ text: strangersMarks(length) })],
  ['combining marks, alternating', read('\u0301\u0323')],
  ['letters with marks', read('e\u0301\u0323')],
  ['zero-width characters', read('\u200b\u200d')],
  ['open brackets', read('[')],
  ['open images and links', read('![a](<b ')],
  ['backticks', read('` `` ')],
  ['delimiters', read('*a _b ~~')],
  ['open tags', read('<a b="')],
  ['open quotations', read('> ')],
  ['list marks', read('- 1. ')],
  ['ampersands', read('&amp')],
  ['lines of pipes', read('|a|\n')],
])

/** Milliseconds of processor time for one call. */
export async function timeOf({ text, ...beside }: Given): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  const end = performance.now() + roundMs
  do {
    const from = process.cpuUsage()
    await verify(text, { trust, ...beside })
    const { user, system } = process.cpuUsage(from)
    least = Math.min(least, (user + system) / 1000)
  } while (performance.now() < end)
  return least
}
