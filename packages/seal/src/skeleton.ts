/** What a reader sees of a text, less the fixed list of what rendering and typography change: see docs/seal-skeleton.md. */
import { MarkdownReader } from './markdown/reader.ts'
import { type Reading, readings, type Skeleton } from './readings.ts'
import { endOfRun } from './skeleton/classes.ts'
import { Fold } from './skeleton/fold.ts'
import { Ink } from './skeleton/ink.ts'
import { OffsetList } from './skeleton/offset-list.ts'
import { PageReader } from './skeleton/page-reader.ts'

interface ReadingRules {
  /** The text is Markdown source. Otherwise it is what a page shows. */
  isSource: boolean
  /** Numbers, bullets and task boxes at the beginning of a line are the list's, as some browsers copy them. */
  dropsListMarks: boolean
  /** What looks like an HTML tag was shown as text by the page, and is markup. */
  dropsTags: boolean
}

const table: Readonly<Record<Reading, ReadingRules>> = {
  markdown: { isSource: true, dropsListMarks: true, dropsTags: true },
  rendered: { isSource: false, dropsListMarks: false, dropsTags: false },
  listed: { isSource: false, dropsListMarks: true, dropsTags: false },
  escaped: { isSource: false, dropsListMarks: false, dropsTags: true },
}

/** What both readers do. */
export interface TextReader {
  take(codePoint: number, offset: number): void
  end(offset: number): void
  readonly isIdle: boolean
}

/**
 * Computes the skeleton of `text` under one reading, in time linear in its length.
 *
 * @throws RangeError for a reading that is not in `readings`.
 */
export function skeletonOf(text: string, reading: Reading): Skeleton {
  const rules = Object.hasOwn(table, reading) ? table[reading] : undefined
  if (rules === undefined)
    throw new RangeError(`Cannot read a text as "${reading}": it is none of ${readings.join(', ')}`)
  const offsets = new OffsetList()
  const ink = new Ink(offsets)
  const fold = new Fold(ink)
  readAll(text, rules.isSource ? new MarkdownReader(fold) : new PageReader(fold, rules), fold)
  ink.close()
  return { chars: ink.take(), offsets: offsets.toArray() }
}

function readAll(text: string, reader: TextReader, fold: Fold): void {
  let at = 0
  while (at < text.length) {
    const letters = reader.isIdle ? endOfRun(text, at) : at
    if (letters > at) {
      fold.letters(text, at, letters, at)
      at = letters
      continue
    }
    const codePoint = text.codePointAt(at) as number
    reader.take(codePoint, at)
    at += codePoint > 0xffff ? 2 : 1
  }
  reader.end(text.length)
}
