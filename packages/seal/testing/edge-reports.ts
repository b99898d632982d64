/** Report vectors for the edges of the rules: where a text was cut, what cannot be compared, formats, keys, signatures. */
import { encodeDetached } from '../src/detached.ts'
import { createSealer, type SealerOptions, seal } from '../src/index.ts'
import { unmark } from '../src/unmark.ts'
import { clauseReports } from './clause-reports.ts'
import { otherSigner, publicJwk } from './keys.ts'
import { linkAttacks } from './link-attacks.ts'
import { linkReports } from './link-reports.ts'
import type { Given } from './more-reports.ts'
import { oddSigners } from './odd-signatures.ts'
import { streamAttacks } from './stream-attacks.ts'
import { prose } from './texts.ts'
import { trailingReports } from './trailing-reports.ts'

const code = 'if (a - b > 1) {\r\n\trun("x y", [1, 2]);\r\n}\r\n'
const endsInCode = `${prose(12)}\n\n\`\`\`\nlet code = 1\n\`\`\`\n`

/** One line for each: the name says which rule. */
export async function edgeReports(base: SealerOptions, now: number): Promise<Given[]> {
  return [
    ...(await cutCases(base)),
    ...(await passageCases(base)),
    ...(await besideCases(base)),
    ...(await flaggedCases(base)),
    ...(await formatCases(base)),
    ...(await seenCases(base)),
    ...(await keyCases(base, now / 1000)),
    ...(await signatureCases(base)),
    ...(await linkReports(base)),
    ...(await trailingReports(base)),
    ...(await clauseReports(base)),
    ...[...streamAttacks, ...linkAttacks].map(({ verdict: _, name, ...given }) => ({
      name: `attack: ${name}`,
      ...given,
    })),
  ]
}

async function cutCases(base: SealerOptions): Promise<Given[]> {
  const { text } = await seal(endsInCode, base)
  const long = await seal(endsInCode, { ...base, segmentChars: 700 })
  const light = await seal(endsInCode, { ...base, profile: 'light' })
  const last = text.lastIndexOf('\u{e01ef}') + 2
  return [
    { name: 'an early closing', text },
    { name: 'an early closing, cut behind it', text: text.slice(0, -9) },
    { name: 'an early closing, cut at it', text: text.slice(0, last) },
    { name: 'an early closing, cut before it', text: text.slice(0, -last / 4) },
    { name: 'an early closing, a letter taken out behind it', text: text.replace('code', 'cod') },
    { name: 'an early closing, a letter changed behind it', text: text.replace('code', 'mode') },
    {
      name: 'an early closing, folded before it and cut behind it',
      text: text.slice(0, -9).replaceAll(', ', ',\n'),
    },
    {
      name: 'an early closing, cut behind it, a word taken out before it',
      text: replaceLast(long.text, 'as they say.', 'as they.').slice(0, -9),
    },
    { name: 'an early closing, rendered', text: text.replaceAll('```\n', '') },
    { name: 'an early closing, rendered and cut', text: text.replaceAll('```\n', '').slice(0, -4) },
    { name: 'an early closing, light, cut behind it', text: light.text.slice(0, -9) },
    { name: 'an early closing behind its own words', text: `He said: ${text}And more.` },
  ]
}

/** Passages that begin in the middle of a segment. */
async function passageCases(base: SealerOptions): Promise<Given[]> {
  const { text } = await seal(prose(40), { ...base, segmentChars: 400 })
  const marks = [...text.matchAll(/[\u{e0100}-\u{e01ef}]+/gu)].map(({ index }) => index)
  const middle = marks[Math.floor(marks.length / 2)] as number
  const passage = text.slice(middle - 120, -200)
  const own = `${'My own words come before. '.repeat(30)}`
  return [
    { name: 'a passage that begins inside a segment', text: passage },
    { name: 'a passage that begins inside the first segment', text: text.slice(60) },
    { name: 'a passage, folded', text: passage.replaceAll(', ', ',\n') },
    { name: 'a passage, a word taken out of its first segment', text: passage.replace(/ \w+ /, ' ') },
    { name: 'a passage behind more words than its first segment has', text: own + passage },
    { name: 'a passage of which only the first mark is there', text: text.slice(middle - 120, middle + 300) },
    { name: 'two passages', text: `${passage}\n\n${text.slice(200)}` },
  ]
}

function replaceLast(text: string, words: string, by: string): string {
  const at = text.lastIndexOf(words)
  return text.slice(0, at) + by + text.slice(at + words.length)
}

async function besideCases(base: SealerOptions): Promise<Given[]> {
  const text = prose(16)
  const detached = encodeDetached(unmark((await seal(text, base)).text).marks.map(({ payload }) => payload))
  const streamed = createSealer(base)
  const fed = streamed.feed(endsInCode)
  const end = await streamed.finish()
  const other = createSealer({ ...base, streamId: '00000000000000f7' })
  const otherFed = other.feed(endsInCode.replaceAll('committee', 'assembly'))
  const otherEnd = await other.finish()
  const both = `${fed}${end.text}\n${otherFed}${otherEnd.text}`
  return [
    {
      name: 'two answers, both closings beside',
      text: both,
      detached: `${end.detached} ${otherEnd.detached}`,
    },
    { name: 'two answers, one closing beside', text: both, detached: String(otherEnd.detached) },
    { name: 'two answers, one of the closings malformed', text: both, detached: `${end.detached}\nss1.AAAA` },
    {
      name: 'all beside, a word put into the first segment',
      text: text.replace('committee', 'whole committee'),
      detached,
    },
    {
      name: 'all beside, a word taken out of the first segment',
      text: text.replace('The committee', 'Committee'),
      detached,
    },
    {
      name: 'all beside, the first segment changed and the third as well',
      text: text.replace('committee', 'commission').replace('third plan', 'next plan'),
      detached,
    },
    {
      name: 'all beside, the first segment changed and the end cut off',
      text: text.replace('committee', 'commission').slice(0, 500),
      detached,
    },
    {
      name: 'the closing beside, a word taken out of the tail',
      ...end,
      text: fed.replace('let code', 'code'),
    },
    {
      name: 'the closing beside, a word put into the tail',
      ...end,
      text: fed.replace('let code', 'let me code'),
    },
  ]
}

async function flaggedCases(base: SealerOptions): Promise<Given[]> {
  const flagged = 'A note[^1] and $x$ or $y$ stand here, in a paragraph that goes on for a good while.'
  const { text } = await seal(`${prose(4)}\n\n${flagged}\n\n${prose(6, 8)} It is *so*.`, base)
  const whole = await seal(flagged, { ...base, profile: 'light' })
  const rendered = (given: string) => given.replace('[^1]', '†').replaceAll('$', '')
  return [
    { name: 'not comparable: still source, a word changed', text: text.replace('good while', 'long while') },
    { name: 'not comparable: the source alone changed', text: text.replace('[^1]', '[^2]') },
    { name: 'not comparable: shown in another way, all else exact', text: rendered(text) },
    {
      name: 'not comparable: shown in another way, all else folded',
      text: rendered(text).replaceAll(', ', ',\n'),
    },
    {
      name: 'not comparable: still source, a word changed, all else folded',
      text: text.replace('good while', 'long while').replaceAll(', ', ',\n'),
    },
    {
      name: 'not comparable: shown in another way, another segment altered',
      text: rendered(text).replace('brass', 'grass'),
    },
    { name: 'not comparable: the whole text', ...whole, text: rendered(whole.text) },
    {
      name: 'not comparable: another text under its closing',
      ...whole,
      text: 'Quite another text, and a longer one.',
    },
  ]
}

async function formatCases(base: SealerOptions): Promise<Given[]> {
  const plain = await seal(prose(8), { ...base, format: 'plain' })
  const sealed = await seal(code, { ...base, format: 'code' })
  const changes: Record<string, (text: string) => string> = {
    untouched: text => text,
    'other line ends': text => text.replaceAll('\r\n', '\n'),
    'lone carriage returns': text => text.replaceAll('\r\n', '\r'),
    'no last line end': text => text.trimEnd(),
    'spaces before a line end': text => text.replace('{', '{ \t'),
    'other indentation': text => text.replace('\t', '  '),
    'a sign taken out': text => text.replace(' - ', ' '),
    'an empty line more': text => text.replace('\r\n', '\r\n\r\n'),
    'a bracket behind': text => `${text}}`,
    'a long run of spaces': text => text.replace('{', `{${' '.repeat(1025)}`),
  }
  return [
    { name: 'plain text', text: plain.text },
    {
      name: 'plain text, a link under a word',
      text: plain.text.replace('bridge', '[bridge](https://a.example)'),
    },
    { name: 'plain text, a list number before it', text: `1. ${plain.text}` },
    { name: 'plain text, folded', text: plain.text.replaceAll(', ', ',\n') },
    ...Object.entries(changes).map(([name, change]) => ({
      ...sealed,
      name: `code, ${name}`,
      text: change(code),
    })),
    { name: 'JSON', ...(await seal('{"a": [1, 2]}', { ...base, format: 'json' })), text: '{"a": [1], 2}' },
  ]
}

/** What counts as seen at the edge of a stretch. */
async function seenCases(base: SealerOptions): Promise<Given[]> {
  const degrees = await seal('5 °C is what the thermometer shows us this morning, says the report.', base)
  const story = await seal('The people read it every day at six, and the symbol for it is x', base)
  const { text } = await seal(prose(16), base)
  const end = text.indexOf('\u{e01ef}') + 2
  const between = (words: string) => text.slice(0, end) + words + text.slice(end)
  return [
    ...['-', '−', '.', '~', '#', '-\u200b', '(-', '$', '“', '**', '> ', '1. '].map(sign => ({
      ...degrees,
      name: `before a sealed number: ${sign}`,
      text: sign + degrees.text,
    })),
    ...['\u0338', '\u0306', '\u20e3', ' …', ')', '\u200b', '\u0338 '].map(mark => ({
      name: `behind a sealed letter: U+${mark.charCodeAt(0).toString(16).padStart(4, '0')}, ${mark.length}`,
      text: story.text + mark,
    })),
    ...['\u0338', '\u20e3', '-', '…', '\u200b', '\n'].map(mark => ({
      name: `between two segments: U+${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
      text: between(mark),
    })),
  ]
}

async function keyCases(base: SealerOptions, now: number): Promise<Given[]> {
  const { text } = await seal('One short sentence.', base)
  const twice = (one: object, two: object) => [
    { ...publicJwk, ...one },
    { ...publicJwk, ...two },
  ]
  const second = await seal('A second short sentence.', { ...base, signer: otherSigner })
  return [
    { name: 'a key given twice, once revoked', text, trust: twice({}, { revoked: true }) },
    { name: 'a key given twice, once expired', text, trust: twice({ exp: now }, {}) },
    { name: 'a key given twice, once not yet', text, trust: twice({}, { nbf: now + 1 }) },
    { name: 'one stream id under two keys', text: `${text} ${second.text}` },
  ]
}

async function signatureCases(base: SealerOptions): Promise<Given[]> {
  const cases = Object.entries(oddSigners).map(async ([name, signer]) => [
    { name: `a signature with ${name}`, ...(await seal('One short sentence.', { ...base, signer })) },
    {
      name: `segments, their signatures with ${name}`,
      text: (await seal(prose(6), { ...base, signer })).text.slice(0, -8),
    },
  ])
  return (await Promise.all(cases)).flat()
}
