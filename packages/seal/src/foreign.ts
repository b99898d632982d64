/** Payloads of other systems, and what looks like hidden data: found, named, and taken out where asked. */
import type { Found } from './report.ts'
import type { RunMark } from './selector-run.ts'
import type { Unmarked } from './unmark.ts'

/** Every character that can open such a payload. U+DB40 opens the supplement selectors and the tags. */
const suspicious = /[\u200b-\u200d\u2060\ufeff\udb40]|[\ufe00-\ufe0f]/g
/** At an offset: a run of selectors of either block. */
const selectors = /(?:[\ufe00-\ufe0f]|\udb40[\udd00-\uddef])+/y
const tags = /(?:\udb40[\udc00-\udc7f])+/y
const zeroWidth = /[\u200b-\u200d\u2060\ufeff]+/y
/** A flag of a region (UTS #51, emoji tag sequence): a black flag before the tags, the cancel tag at their end. */
const BLACK_FLAG = '\u{1f3f4}'
const CANCEL_TAG = '\u{e007f}'
/** "C2PATXT\0" and the version (C2PA 2.3, appendix A.7). */
const C2PA_MAGIC: readonly number[] = [0x43, 0x32, 0x50, 0x41, 0x54, 0x58, 0x54, 0, 1]
/** Behind the magic, the length of the manifest: 32 bits, highest byte first. */
const C2PA_HEADER_BYTES = 13
/** Encypher's zero-width form carries base64 of "EAIM…", lowest bit first. */
const EAIM_BITS = bitsOf('RUFJT')
/** Fewer zero-width characters in a row are ordinary writing. */
const MIN_ZERO_WIDTH_RUN = 4

/** Finds payloads beside our marks; offsets are those of the text as it was given, with the marks. */
export function findForeign({ text, marks }: Unmarked): Found[] {
  const found = findInClean(text)
  return marks.length === 0 ? found : toGiven(found, marks)
}

/** Takes the payloads of the named systems out of `text`. */
export function stripForeign(text: string, also: readonly Found['kind'][]): string {
  let kept = ''
  let from = 0
  for (const { kind, start, end } of findInClean(text)) {
    if (!also.includes(kind)) continue
    kept += text.slice(from, start)
    from = end
  }
  return kept + text.slice(from)
}

function findInClean(text: string): Found[] {
  const found: Found[] = []
  suspicious.lastIndex = 0
  for (let match = suspicious.exec(text); match; match = suspicious.exec(text)) {
    const start = match.index
    const runs = readAt(text, start)
    found.push(...runs.found)
    suspicious.lastIndex = Math.max(runs.end, start + 1)
  }
  return found
}

/** What stands at `start`, and where to go on. */
function readAt(text: string, start: number): { found: Found[]; end: number } {
  const wrapper = text[start] === '\ufeff' ? readC2pa(text, start) : undefined
  if (wrapper) return { found: [wrapper], end: wrapper.end }
  const selectorEnd = runEnd(selectors, text, start)
  if (selectorEnd > start) return { found: readSelectors(text, start, selectorEnd), end: selectorEnd }
  const tagEnd = runEnd(tags, text, start)
  if (tagEnd > start) return { found: readTags(text, start, tagEnd), end: tagEnd }
  const end = runEnd(zeroWidth, text, start)
  // A wrapper begins with U+FEFF, which may be the last of a run.
  const before = end > start + 1 && readC2pa(text, end - 1) ? end - 1 : end
  return { found: readZeroWidth(text, start, before), end: before }
}

function runEnd(run: RegExp, text: string, start: number): number {
  run.lastIndex = start
  return run.test(text) ? run.lastIndex : start
}

function readSelectors(text: string, start: number, end: number): Found[] {
  const bytes = bytesBetween(text, start, end)
  if (bytes.length < 2) return []
  // An emoji's own selector may stand before the payload.
  const json = bytes[0] === 0x0f || bytes[0] === 0x0e ? bytes.slice(1) : bytes
  const isEncypher = json.length >= 16 && json[0] === 0x7b && json[1] === 0x22
  return [
    { kind: isEncypher ? 'encypher' : 'selectors', start: end - unitsOf(isEncypher ? json : bytes), end },
  ]
}

function readTags(text: string, start: number, end: number): Found[] {
  const isFlag =
    text.slice(0, start).endsWith(BLACK_FLAG) &&
    text.slice(start, end).endsWith(CANCEL_TAG) &&
    end - start <= 2 * 7
  return isFlag ? [] : [{ kind: 'tags', start, end }]
}

function readZeroWidth(text: string, start: number, end: number): Found[] {
  if (end - start < MIN_ZERO_WIDTH_RUN) return []
  const kind = text.startsWith(EAIM_BITS, start) ? 'encypher' : 'zero-width'
  return [{ kind, start, end }]
}

/** A C2PA wrapper at U+FEFF: header, manifest, and the padding that its length calls for. */
function readC2pa(text: string, start: number): Found | undefined {
  const bytes = bytesBetween(text, start + 1, runEnd(selectors, text, start + 1))
  if (!C2PA_MAGIC.every((byte, i) => bytes[i] === byte) || bytes.length < C2PA_HEADER_BYTES) return undefined
  const length = bytes.slice(9, C2PA_HEADER_BYTES).reduce((value, byte) => value * 256 + byte, 0)
  let end = C2PA_HEADER_BYTES + length
  if (length === 0 || end > bytes.length) return undefined
  while (bytes[end] === 0x00 || bytes[end] === 0xff) end++
  return { kind: 'c2pa', start, end: start + 1 + unitsOf(bytes.slice(0, end)) }
}

/** The bytes of selectors as Encypher and C2PA write them: U+FE00–FE0F are 0–15, U+E0100–E01EF are 16–255. */
function bytesBetween(text: string, start: number, end: number): number[] {
  const bytes: number[] = []
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at)
    if (unit !== 0xdb40) bytes.push(unit < 0xfe00 ? unit - 0xdd00 + 16 : unit - 0xfe00)
  }
  return bytes
}

function unitsOf(bytes: readonly number[]): number {
  return bytes.reduce((units, byte) => units + (byte < 16 ? 1 : 2), 0)
}

function bitsOf(ascii: string): string {
  return [...ascii]
    .flatMap(character => Array.from({ length: 8 }, (_, bit) => (character.charCodeAt(0) >> bit) & 1))
    .map(bit => (bit === 0 ? '\u200b' : '\u200c'))
    .join('')
}

/** The same ranges in the text with our marks in it; both lists are in order. */
function toGiven(found: readonly Found[], marks: readonly RunMark[]): Found[] {
  let next = 0
  let shift = 0
  // A nested mark lies within the one around it.
  let counted = 0
  const move = (offset: number, isEnd: boolean): number => {
    for (let mark = marks[next]; mark && (isEnd ? mark.at < offset : mark.at <= offset); mark = marks[next]) {
      shift += Math.max(0, mark.end - Math.max(mark.start, counted))
      counted = Math.max(counted, mark.end)
      next++
    }
    return offset + shift
  }
  return found.map(range => ({ ...range, start: move(range.start, false), end: move(range.end, true) }))
}
