/** The tables that docs/seal-skeleton.md refers to, as another implementation reads them. */
import { namedReferences } from '../src/markdown/entity.ts'
import { breaks } from '../src/markdown/raw-names.ts'
import { digits, ignorables, marks, punctuation } from '../src/skeleton/unicode-17.ts'

/** `vectors/markdown/tables.json`. */
export function makeTables(): object {
  return {
    unicode: '17.0.0',
    punctuation: rangesOf(punctuation),
    marks: rangesOf(marks),
    digits: rangesOf(digits),
    ignorables: rangesOf(ignorables),
    references: Object.fromEntries(namedReferences()),
    breakingElements: [...breaks].sort(),
  }
}

/** First and last code point of each range. */
function rangesOf(packed: string): [number, number][] {
  let last = 0
  return packed.split(' ').map(range => {
    const [distance, extent = '0'] = range.split('+') as [string, string?]
    const first = last + Number.parseInt(distance, 36)
    last = first + Number.parseInt(extent, 36)
    return [first, last]
  })
}
