/** What a reader sees of a text, less the fixed list of what rendering and typography change: see docs/seal-skeleton.md. */
import { MarkdownReader } from './markdown/reader.ts'
import { endOfRun } from './skeleton/classes.ts'
import { Fold } from './skeleton/fold.ts'
import { Ink } from './skeleton/ink.ts'
import { OffsetList } from './skeleton/offset-list.ts'
import { PageReader } from './skeleton/page-reader.ts'

/** The skeleton of a text and where each of its code points stands. */
export interface Skeleton {
  /** The code points that count, in NFC. */
  chars: string
  /** The UTF-16 offset in the text of each code point of `chars`, in order; never falling. */
  offsets: Uint32Array
}

/** How a text is read. */
export type Reading = 'markdown' | 'rendered' | 'listed' | 'escaped'

interface ReadingRules {
  reading: Reading
  /** The text is Markdown source. Otherwise it is what a page shows. */
  isSource: boolean
  /** Numbers, bullets and task boxes at the beginning of a line are the list's, as some browsers copy them. */
  dropsListMarks: boolean
  /** What looks like an HTML tag was shown as text by the page, and is markup. */
  dropsTags: boolean
}

const table: readonly ReadingRules[] = [
  { reading: 'markdown', isSource: true, dropsListMarks: true, dropsTags: true },
  { reading: 'rendered', isSource: false, dropsListMarks: false, dropsTags: false },
  { reading: 'listed', isSource: false, dropsListMarks: true, dropsTags: false },
  { reading: 'escaped', isSource: false, dropsListMarks: false, dropsTags: true },
]

/** Every reading, in the order in which a verifier tries them. */
export const readings: readonly Reading[] = table.map(rules => rules.reading)

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
  const rules = table.find(row => row.reading === reading)
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
