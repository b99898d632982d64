/** Text without what was embedded in it. */
import { unmark } from '../unmark.ts'
import { findPayloads } from './payload.ts'

/** The text without Encypher's payloads and our marks; an emoji's own selectors stay, and so does everything else. */
export function cleanText(text: string): string {
  const unmarked = unmark(text).text
  let clean = ''
  let from = 0
  for (const { kind, range } of findPayloads(unmarked)) {
    if (!range || kind === 'c2pa') continue
    clean += unmarked.slice(from, isMarkedEnd(unmarked, range) ? range.start - 1 : range.start)
    from = range.end
  }
  return from === 0 ? unmarked : clean + unmarked.slice(from)
}

/** Whether the block and the U+FEFF before it end the text: target `file_end_zwnbsp`. */
function isMarkedEnd(text: string, range: { start: number; end: number }): boolean {
  return range.end === text.length && text.charCodeAt(range.start - 1) === 0xfeff
}
