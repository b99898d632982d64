/** Sealed texts with the same texts without marks: answers in many scripts, and one line of each script that is hard to shape. */
import { readdirSync, readFileSync } from 'node:fs'
import { createSealer, createSigner, generateKeys, seal } from '@streamseal/seal'
import { scanAll } from '../../packages/seal/test/scan.ts'

/** A text as it was written, and sealed. */
export interface Sample {
  name: string
  /** The language, for fonts and line breaks. */
  lang: string
  text: string
  sealed: string
}

/** A text that grows: after each slice, what has come of it and of its seal. */
export interface GrowingSample {
  name: string
  lang: string
  steps: { text: string; sealed: string }[]
}

const folder = 'packages/seal/src/corpus/'
const languages: Readonly<Record<string, string>> = {
  chinese: 'zh-CN',
  'chinese-tech': 'zh-CN',
  'chinese-traditional': 'zh-TW',
  japanese: 'ja',
  'japanese-list': 'ja',
  korean: 'ko',
  arabic: 'ar',
  persian: 'fa',
  urdu: 'ur',
  hebrew: 'he',
  hindi: 'hi',
  'marathi-nepali': 'mr',
  bengali: 'bn',
  'tamil-telugu': 'ta',
  'kannada-malayalam-sinhala': 'kn',
  thai: 'th',
  'lao-khmer-burmese': 'km',
  russian: 'ru',
  'ukrainian-bulgarian': 'uk',
  greek: 'el',
}
/** A mark at least this often, in characters: many places are tried. */
const SEGMENT_CHARS = 64
const claims = { model: 'demo', provider: 'example' }
const signer = await createSigner((await generateKeys('Ed25519')).privateJwk)

/** Every answer of the corpus whose name `wanted` takes, sealed as a whole. */
export async function answers(wanted: (name: string) => boolean = () => true): Promise<Sample[]> {
  const names = readdirSync(folder)
    .filter(file => file.endsWith('.md'))
    .sort()
    .map(file => file.slice(0, -3))
  return Promise.all(names.filter(wanted).map(sampleOf))
}

async function sampleOf(name: string): Promise<Sample> {
  const text = readFileSync(`${folder}${name}.md`, 'utf8')
  const { text: sealed } = await seal(text, { signer, claims, segmentChars: SEGMENT_CHARS })
  return { name, lang: languages[name.replace(/^\d+-/, '')] ?? 'en', text, sealed }
}

/** A sample as it comes from a model, in slices; `steps` times it is looked at. */
export async function growing({ name, lang, text }: Sample, steps: number): Promise<GrowingSample> {
  const sealer = createSealer({ signer, claims, segmentChars: SEGMENT_CHARS })
  const size = Math.ceil(text.length / steps)
  const grown: GrowingSample['steps'] = []
  let sealed = ''
  for (let at = 0; at < text.length; at += size) {
    // As a model sends it: a few characters at a time.
    for (let from = at; from < Math.min(at + size, text.length); from += 5)
      sealed += sealer.feed(text.slice(from, Math.min(from + 5, at + size, text.length)))
    await new Promise(resolve => setTimeout(resolve, 2))
    grown.push({ text: text.slice(0, at + size), sealed })
  }
  sealed += (await sealer.finish('complete')).text
  grown.push({ text, sealed })
  return { name, lang, steps: grown }
}

/** The first paragraph of prose of a sample, at most `maxChars` UTF-16 units of it, sealed on its own. */
export async function paragraph({ name, lang, text }: Sample, maxChars = 320): Promise<Sample> {
  const [found = ''] = text.split('\n\n').filter(each => !/^[#>|`\-\d*]/.test(each) && each.length > 60)
  const cut =
    found.length > maxChars
      ? found.slice(0, found.lastIndexOf(' ', maxChars) + 1 || maxChars).trimEnd()
      : found
  const { text: sealed } = await seal(cut, { signer, claims, segmentChars: SEGMENT_CHARS, format: 'plain' })
  return { name, lang, text: cut, sealed }
}

/** The same text with a run as of a mark at every place where the format allows one. */
export function everywhere({ name, lang, text }: Sample): Sample {
  const { places, canClose } = scanAll(text)
  const offsets = places.map(({ at }) => at)
  if (canClose) offsets.push(text.length)
  let sealed = ''
  let last = 0
  for (const [index, offset] of offsets.entries()) {
    sealed += text.slice(last, offset) + runOf(index)
    last = offset
  }
  return { name: `${name}, everywhere`, lang, text, sealed: sealed + text.slice(last) }
}

/** How many marks, or runs as of marks, a text holds. */
export function countMarks({ sealed }: Sample): number {
  return [...sealed.matchAll(/\u{e01ee}[\u{e0100}-\u{e01ef}]+/gu)].length
}

/** Forty selectors, others at each place. */
function runOf(place: number): string {
  let run = '\u{e01ee}'
  for (let index = 0; index < 38; index++)
    run += String.fromCodePoint(0xe0100 + ((place * 7919 + index * 104_729 + index * index * 31) % 238))
  return `${run}\u{e01ef}`
}
