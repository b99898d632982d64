/** Finds the JSON in what a model wrote: alone, behind prose, in a fence, or written loosely. */
import { jsonrepair } from 'jsonrepair'

/** Where to look, and how far. */
export interface FindJsonOptions {
  /** Whether an object is wanted, and prose may hold brackets. */
  isObject: boolean
  /** Longer texts are not mended: that takes about a second for a million characters. */
  maxRepairChars: number
}

const eitherOpening = /[{[]/
const objectOpening = /{/

/** Where a value of that kind opens. */
export const openingOf = (isObject: boolean): RegExp => (isObject ? objectOpening : eitherOpening)

/** Every value that may be meant, the likeliest first; each is read when it is asked for. */
export function* findJson(text: string, options: FindJsonOptions): Generator<unknown, undefined> {
  const { maxRepairChars } = options
  const places = [...placesIn(text, options.isObject), text]
  yield* parsed([text, ...places], JSON.parse)
  const short = places.filter(({ length }) => length <= maxRepairChars)
  yield* parsed(short, place => JSON.parse(jsonrepair(place)))
}

function* parsed(
  places: readonly string[],
  parse: (place: string) => unknown,
): Generator<unknown, undefined> {
  for (const place of new Set(places)) {
    let value: unknown
    try {
      value = parse(place)
    } catch {
      continue
    }
    yield value
  }
}

/** From an opening to the end, where the answer may have broken off, and to the last closing. */
function placesIn(text: string, isObject: boolean): string[] {
  const openings = isObject ? [objectOpening] : [eitherOpening, objectOpening]
  return openings.flatMap(opening => {
    const start = text.search(opening)
    if (start < 0) return []
    const end = text.lastIndexOf(text[start] === '{' ? '}' : ']')
    const whole = end > start ? [text.slice(start, end + 1)] : []
    return [text.slice(start), ...whole]
  })
}
