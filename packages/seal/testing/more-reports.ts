/** Report vectors for the rules of verification that ordinary texts do not reach. */
import { encodeDetached } from '../src/detached.ts'
import { frame } from '../src/frame.ts'
import { type Jwk, type SealerOptions, seal } from '../src/index.ts'
import { decodePayload, encodeOpening } from '../src/payload.ts'
import { unmark } from '../src/unmark.ts'
import { otherSigner, publicJwk, secretSigner } from './keys.ts'
import { prose } from './texts.ts'

/** A text to verify. */
export interface Given {
  name: string
  text: string
  detached?: string | undefined
  trust?: Jwk[]
}

/** One line for each: the name says which rule. */
export async function moreReports(base: SealerOptions, now: number): Promise<Given[]> {
  const text = prose(16)
  const { text: sealed } = await seal(text, base)
  const other = await seal(prose(4, 50), { ...base, streamId: 'ffeeddccbbaa9988' })
  return [
    ...keyCases(sealed, now / 1000),
    ...besideCases(text, sealed),
    ...(await openingCases(sealed, base)),
    ...(await notComparableCases(base)),
    ...(await checkCases(sealed, base)),
    ...foreignCases(sealed),
    ...wordsBeforeMarks(sealed),
    ...(await longParts(base)),
    ...(await costlyCases(sealed, base)),
    {
      name: 'another text in a hole',
      text: [partsOf(sealed)[0], other.text, ' ', ...partsOf(sealed).slice(2)].join(''),
    },
    { name: 'two whole texts, a newline between', text: `${sealed}\n${other.text}` },
    { name: 'two whole texts, words between', text: `${sealed} And then: ${other.text}` },
    { name: 'a segment without its opening and closing', text: String(partsOf(sealed)[2]) },
    {
      name: 'altered, with an intact neighbour behind',
      text: sealed.replace('The committee', 'A committee'),
    },
    { name: 'a mark beside the text as well', text: sealed, detached: encodeDetached(payloadsOf(sealed)) },
    {
      name: 'a mark inside another',
      text: nested(sealed, (await seal('One.', { ...base, signer: secretSigner })).text),
    },
  ]
}

function keyCases(text: string, now: number): Given[] {
  const keys: Record<string, Partial<Jwk> | { revoked: null }> = {
    'nbf is now': { nbf: now },
    'nbf is to come': { nbf: now + 1 },
    'exp is to come': { exp: now + 1 },
    'revoked: true': { revoked: true },
    'revoked: null': { revoked: null },
    'revoked: false': { revoked: false },
    'revoked at a time to come': { revoked: '2999-01-01T00:00:00Z' },
    'revoked and expired': { revoked: true, exp: now },
  }
  return Object.entries(keys).map(([name, members]) => ({
    name,
    text,
    trust: [{ ...publicJwk, ...members } as Jwk],
  }))
}

function besideCases(text: string, sealed: string): Given[] {
  const payloads = payloadsOf(sealed)
  const detached = encodeDetached(payloads)
  return [
    { name: 'all beside', text, detached },
    { name: 'all beside, words before', text: `They say: ${text}`, detached },
    { name: 'all beside, words behind', text: `${text} So they say.`, detached },
    { name: 'all beside, one letter changed', text: text.replace('brass', 'grass'), detached },
    { name: 'all beside, the end cut off', text: text.slice(0, 500), detached },
    { name: 'all beside, white space changed', text: text.replaceAll(', ', ',\n'), detached },
    { name: 'all beside, of another text', text: prose(3, 70), detached },
    { name: 'all beside, twice', text, detached: encodeDetached([...payloads, ...payloads]) },
    {
      name: 'the closing alone beside',
      text: partsOf(sealed).slice(0, -1).join(''),
      detached: encodeDetached(payloads.slice(-1)),
    },
    { name: 'no closing, all else beside', text, detached: encodeDetached(payloads.slice(0, -1)) },
  ]
}

async function openingCases(sealed: string, base: SealerOptions): Promise<Given[]> {
  const opening = payloadsOf(sealed)
    .map(decodePayload)
    .find(found => found?.payload.kind === 'opening')?.payload
  if (opening?.kind !== 'opening') throw new TypeError('a sealed text has no opening')
  const mark = frame(encodeOpening(opening))
  const swapped = frame(encodeOpening({ ...opening, claims: { ...opening.claims, model: 'other' } }))
  const light = await seal('One short sentence.', base)
  return [
    { name: 'a swapped opening', text: sealed.replace(mark, swapped) },
    { name: 'a second opening', text: sealed.replace(mark, mark + swapped) },
    { name: 'no opening', text: sealed.replace(mark, '') },
    { name: 'an opening alone', text: `Words${mark} and more.` },
    { name: 'an opening in a light text', text: `${light.text}${mark}` },
  ]
}

async function notComparableCases(base: SealerOptions): Promise<Given[]> {
  const source = `${prose(2)}\n\nA note[^1] and $x$ or $y$ stand here, in a paragraph that goes on for a good while.\n\n${prose(6, 8)}`
  const { text } = await seal(source, base)
  const whole = await seal(`A note[^1] stands here, in ${prose(1)}`, base)
  return [
    { name: 'not comparable, untouched', text },
    { name: 'not comparable, another rendering', text: text.replace('[^1]', '†') },
    { name: 'not comparable alone', ...whole, text: whole.text.replace('[^1]', '†') },
  ]
}

async function checkCases(sealed: string, base: SealerOptions): Promise<Given[]> {
  const [first = '', second = ''] = partsOf(sealed)
  const marks = first.slice(unmark(first).text.length)
  const forged = await seal(prose(16), { ...base, signer: { ...otherSigner, keyId: base.signer.keyId } })
  const forgedSecond = String(partsOf(forged.text)[1])
  return [
    {
      name: 'sixty-three checks and two more',
      text: `${first}${(` ${marks}`).repeat(62)}${second}${partsOf(sealed)[2]}`,
    },
    {
      name: 'a forged segment beyond the checks',
      text: `${first}${(` ${marks}`).repeat(63)}${forgedSecond}`,
    },
    { name: 'a forged segment behind an intact one', text: `${first}${forgedSecond}` },
  ]
}

function foreignCases(sealed: string): Given[] {
  const selectors = (bytes: number[]) =>
    bytes.map(byte => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16)).join('')
  const wrapper = `\ufeff${selectors([...'C2PATXT'].map(c => c.charCodeAt(0)).concat(0, 1, 0, 0, 0, 2, 7, 200, 0, 255))}`
  const bits = [...'RUFJTQ'].flatMap(c => Array.from({ length: 8 }, (_, i) => (c.charCodeAt(0) >> i) & 1))
  const hidden = bits.map(bit => (bit === 0 ? '\u200b' : '\u200c')).join('')
  return [
    { name: 'a wrapper of C2PA behind', text: `${sealed}${wrapper}` },
    {
      name: 'hidden things between marks',
      text: sealed.replace(/ (?=Nobody)/, ` ${hidden}`).replace(/ (?=Her)/, ' \u{e0041}\u{e0042}'),
    },
    {
      name: 'hidden things without a seal',
      text: `a${hidden} b\u200b\u200b\u200b c\u200b\u200d\u2060\ufeff d\ufe00\u{e0101} \u{1f3f4}\u{e0067}\u{e007f} e\u{e0067} f${wrapper}`,
    },
  ]
}

/** `inner`'s marks inside the first mark of `outer`. */
function nested(outer: string, inner: string): string {
  const at = outer.indexOf('\u{e01ee}') + 4
  return outer.slice(0, at) + inner.slice(unmark(inner).text.length) + outer.slice(at)
}

function payloadsOf(sealed: string): Uint8Array[] {
  return unmark(sealed).marks.map(({ payload }) => payload)
}

function partsOf(sealed: string): string[] {
  return sealed.match(/[^\udb40]+(?:\udb40[\udd00-\uddef])*/g) ?? []
}

/** A segment that is found behind its neighbour, and words between it and its mark. */
function wordsBeforeMarks(sealed: string): Given[] {
  const parts = partsOf(sealed)
  return [1, 2, parts.length - 1].map(at => ({
    name: `white space folded, and words put before mark ${at}`,
    text: parts
      .map((part, i) => {
        const words = unmark(part).text
        return i === at ? `${words.replaceAll(', ', ',\n')} And he lied.${part.slice(words.length)}` : part
      })
      .join(''),
  }))
}

/** Stretches without a boundary, which are normalised in parts. */
async function longParts(base: SealerOptions): Promise<Given[]> {
  const runs: Record<string, string> = {
    'below U+10000': '\u0316\u0301'.repeat(1_500),
    'beyond it': '\u{1d165}\u{1d167}'.repeat(1_100),
  }
  const cases = Object.entries(runs).map(async ([name, run]) => ({
    name: `a long stretch without a boundary, ${name}`,
    ...(await seal(`A letter with marks, a${run}, and more words behind it.`, { ...base, profile: 'light' })),
  }))
  return Promise.all(cases)
}

/** More hashing than is done for one text: copies of a closing at many places, before and behind a seal that is trusted. */
async function costlyCases(sealed: string, base: SealerOptions): Promise<Given[]> {
  const light = await seal(prose(12, 50), { ...base, streamId: 'ffeeddccbbaa9988', profile: 'light' })
  const unknown = await seal(prose(16), { ...base, signer: otherSigner, streamId: 'ffeeddccbbaa9977' })
  const marks = unmark(unknown.text)
    .marks.slice(0, 1)
    .map(({ payload }) => frame(payload))
  const flood = ` so${marks.join('')}`.repeat(700)
  return [
    { name: 'many copies of an unknown segment before a trusted seal', text: `${flood} ${light.text}` },
    { name: 'many copies of an unknown segment behind a trusted seal', text: `${sealed}${flood}` },
  ]
}
