/** Report vectors for bounds and single words of the format that a reader could take otherwise and agree with every other vector. */
import { encodeDetached } from '../src/detached.ts'
import { frame } from '../src/frame.ts'
import { type Jwk, type SealerOptions, seal } from '../src/index.ts'
import { encodeOpening } from '../src/payload.ts'
import { unmark } from '../src/unmark.ts'
import { publicJwk } from './keys.ts'
import type { Given } from './more-reports.ts'
import { prose } from './texts.ts'

/** Ignored by every reading. */
const softHyphen = '\u00ad'
/** Keys whose ids begin with the same three bytes as that of `publicJwk`; nobody has their private halves. */
const namesakes: Jwk[] = ['AAGpVMAAAAAAA', 'AAS5VBBAAAAAA', 'AAUXSCBAAAAAA', 'AA0sHsBAAAAAA'].map(
  letters => ({
    kty: 'OKP',
    crv: 'Ed25519',
    x: 'streamseal'.repeat(3) + letters,
  }),
)

/** One line for each: the name says which clause. */
export async function clauseReports(base: SealerOptions): Promise<Given[]> {
  return [
    ...(await windowCases(base)),
    ...(await readingCases(base)),
    ...(await repeatedCases(base)),
    ...(await hintCases(base)),
    ...(await keyCases(base)),
  ]
}

/** Two sealed texts, and something between them that is seen or not. */
async function between(base: SealerOptions, before: string, inserted: string, behind: string) {
  const first = await seal(`It was said in the town, and it was said more than once: ${before}`, base)
  const second = await seal(`${behind} and more was said of it by the people of the town.`, {
    ...base,
    streamId: 'ffeeddccbbaa9988',
  })
  const detached = [first.detached, second.detached].filter(beside => beside !== undefined).join(' ')
  return { text: first.text + inserted + second.text, ...(detached !== '' && { detached }) }
}

async function windowCases(base: SealerOptions): Promise<Given[]> {
  const cases: Record<string, [before: string, inserted: string, behind: string]> = {
    'a digit 64 units before': [`5${softHyphen.repeat(63)}`, ';', '6 people'],
    'a digit 65 units before, too far': [`5${softHyphen.repeat(64)}`, ';', '6 people'],
    'a digit the 1,024th unit behind': ['so', '-', `${softHyphen.repeat(1_023)}5 people`],
    'a digit the 1,025th unit behind, too far': ['so', '-', `${softHyphen.repeat(1_024)}5 people`],
    'a tag that ends 63 units behind the next letter': ['<a data', '-', `x${'y'.repeat(62)}> he`],
    'a tag that ends 64 units behind it, too far': ['<a data', '-', `x${'y'.repeat(63)}> he`],
  }
  const given = Object.entries(cases).map(async ([name, parts]) => ({
    name: `what is seen: ${name}`,
    ...(await between(base, ...parts)),
  }))
  return Promise.all(given)
}

/** What three readings see and one does not is not seen. */
async function readingCases(base: SealerOptions): Promise<Given[]> {
  const cases: Record<string, [before: string, inserted: string, behind: string]> = {
    'by all but markdown': ['[so](a', '-', 'b) they'],
    'by all but listed': ['so\n\n', '– ', '5 people'],
    'by all but escaped': ['`<a data', '-', 'x>` they'],
    'by all': ['so (a', '-', 'b) they'],
  }
  const given = Object.entries(cases).map(async ([name, parts]) => ({
    name: `each reading: seen ${name}`,
    ...(await between(base, ...parts)),
  }))
  return Promise.all(given)
}

/** A text that repeats itself: its last stretch would be found in the one before it. */
async function repeatedCases(base: SealerOptions): Promise<Given[]> {
  const text = Array.from({ length: 12 }, () => prose(1)).join(' ')
  const payloads = unmark((await seal(text, base)).text).marks.map(({ payload }) => payload)
  const detached = encodeDetached(payloads)
  const last = prose(1).length + 1
  return [
    { name: 'a text that repeats itself, all beside', text, detached },
    ...[1, 2, 3, 4, 5].map(count => ({
      name: `a text that repeats itself, all beside, ${count} sentences cut off`,
      text: text.slice(0, -count * last),
      detached,
    })),
  ]
}

/** Seals of nothing but an opening, under key hints that are all different, before one of ours. */
async function hintCases(base: SealerOptions): Promise<Given[]> {
  const { text } = await seal('One short sentence.', base)
  const strangers = (count: number) => Array.from({ length: count }, (_, i) => opening(i, i)).join('')
  return [
    {
      name: 'the 256th key hint of a text, the 257th seal',
      text: `Words.${strangers(255)}${opening(1, 999)} ${text}`,
    },
    { name: 'the 257th key hint of a text', text: `Words.${strangers(256)} ${text}` },
  ]
}

function opening(hint: number, stream: number): string {
  return frame(
    encodeOpening({
      kind: 'opening',
      algorithm: 'Ed25519',
      streamId: Uint8Array.of(1, 2, 3, 4, 5, 6, stream >> 8, stream & 255),
      keyHint: Uint8Array.of(1, 2, 3, 4, hint >> 8, hint & 255),
      claims: {},
    }),
  )
}

/** A passage without opening and closing names three bytes of the key only. */
async function keyCases(base: SealerOptions): Promise<Given[]> {
  const { text } = await seal(prose(16), base)
  const passage = String(text.match(/[^\udb40]+(?:\udb40[\udd00-\uddef])*/g)?.[2])
  const [one, two, three, four] = namesakes as [Jwk, Jwk, Jwk, Jwk]
  return [
    { name: 'the fourth key under one hint', text: passage, trust: [one, two, three, publicJwk] },
    { name: 'the fifth key under one hint', text: passage, trust: [one, two, three, four, publicJwk] },
    {
      name: 'the fifth key given, twice one of them',
      text: passage,
      trust: [one, two, one, three, publicJwk],
    },
  ]
}
