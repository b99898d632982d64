/** The verifier's views of a text: the exact text, and its skeleton under each reading. Each is a line of code points that knows where they stand. */
import { CodePoints } from './code-points.ts'
import { codeSkeleton } from './code-text.ts'
import { isSimple } from './normal-form.ts'
import { NormalText } from './normal-text.ts'
import type { TextFormat } from './payload.ts'
import { plainReadings, type Read, type Reading, readings, type Skeleton } from './readings.ts'

/** A line of code points over a text; offsets are UTF-16 units of that text. */
export interface Line {
  kind: 'exact' | 'skeleton'
  /** How many code points. */
  count: number
  slice(start: number, end: number): string
  /** How many code points begin before `offset`. */
  indexAt(offset: number): number
  /** Where code point `index` begins. */
  startOf(index: number): number
  /** Behind code point `index - 1`. */
  endOf(index: number): number
}

/** How much of the neighbours a stretch between them may change; more where nothing follows that counts. */
const contextUnits = 64
const maxContextUnits = 1024

/** A letter or number, which stands in the skeleton wherever it stands in a text, or more marks than one cluster holds: no reading is needed. */
const certainlyShown =
  /(?![\u1160-\u11ff\p{Default_Ignorable_Code_Point}])[\p{L}\p{N}]|(?:(?!\p{Default_Ignorable_Code_Point})\p{M}){130}/u

const nothing: Skeleton = { chars: '', offsets: new Uint32Array() }

/** All lines of a text; each is computed once, when it is asked for. */
export class Lines {
  readonly text: string
  /** True where a skeleton was asked for and nothing could read it: what was found with these lines does not count. */
  lacksReader = false
  readonly #read: Read | undefined
  /** The strictest that a seal of the text names. */
  readonly #format: TextFormat
  #isSimple: boolean | undefined
  #normal: NormalText | undefined
  #exact: Line | undefined
  readonly #skeletons = new Map<Reading, Line>()
  #code: Line | undefined

  constructor(text: string, read: Read | undefined, format: TextFormat = 'markdown') {
    this.text = text
    this.#read = read
    this.#format = format
  }

  get exact(): Line {
    this.#exact ??= exactLine(this.#normalised(), this.isSimple)
    return this.#exact
  }

  skeleton(reading: Reading): Line {
    const known = this.#skeletons.get(reading)
    if (known) return known
    const normal = this.#normalised()
    if (this.#read === undefined) this.lacksReader = true
    const line = skeletonLine(normal, this.#read?.(normal.text, reading) ?? nothing)
    this.#skeletons.set(reading, line)
    return line
  }

  /** Whether every character is below U+0300: such a text is its own normal form and hides nothing. One pass in place of three. */
  get isSimple(): boolean {
    this.#isSimple ??= isSimple(this.text)
    return this.#isSimple
  }

  /** The exact text first, then what a text of this format may have become, in the published order. */
  *inOrder(format: TextFormat): Generator<Line> {
    yield this.exact
    if (format === 'code') yield this.code
    else for (const reading of readingsOf(format)) yield this.skeleton(reading)
  }

  get code(): Line {
    const normal = this.#normalised()
    this.#code ??= skeletonLine(normal, codeSkeleton(normal.text))
    return this.#code
  }

  #normalised(): NormalText {
    this.#normal ??= new NormalText(this.text, this.isSimple)
    return this.#normal
  }

  /** Whether a reader sees anything that counts between the two offsets, or sees their neighbours differently for it: `-` before `5`, U+0338 behind `x`. */
  isVisible(start: number, end: number): boolean {
    const inserted = this.text.slice(start, end)
    if (!/\S/.test(inserted)) return false
    if (this.#format === 'code' || certainlyShown.test(inserted)) return true
    const line = this.skeleton('rendered')
    if (line.indexAt(end) > line.indexAt(start)) return true
    const read = this.#read
    if (read === undefined) return false
    const before = this.text.slice(Math.max(0, start - contextUnits), start)
    const next = line.startOf(line.indexAt(end)) + contextUnits
    const after = this.text.slice(end, Math.min(next, end + maxContextUnits))
    const fold = (between: string, reading: Reading) =>
      read(new NormalText(before + between + after).text, reading).chars
    const blank = inserted.replace(/\S/g, '')
    return readingsOf(this.#format).every(reading => fold(inserted, reading) !== fold(blank, reading))
  }
}

function readingsOf(format: TextFormat): readonly Reading[] {
  return format === 'markdown' ? readings : plainReadings
}

function exactLine(normal: NormalText, isSimpleText: boolean): Line {
  const points = new CodePoints(normal.text, isSimpleText)
  const startOf = (index: number) => normal.toSource(points.toUnit(index))
  return {
    kind: 'exact',
    count: points.count,
    slice: (start, end) => normal.text.slice(points.toUnit(start), points.toUnit(end)),
    indexAt: offset => points.fromUnit(normal.toNormal(offset)),
    startOf,
    endOf: startOf,
  }
}

// Two steps lie between a skeleton's normal form and the text: the skeleton's own normalisation (a removed
// joiner lets its neighbours compose), and the offsets of its code points.
function skeletonLine(normal: NormalText, { chars, offsets }: Skeleton): Line {
  const ownNormal = new NormalText(chars)
  const points = new CodePoints(ownNormal.text)
  const sourcePoints = new CodePoints(chars)
  const unitOf = (index: number) =>
    offsets[sourcePoints.fromUnit(ownNormal.toSource(points.toUnit(index)))] ?? normal.text.length
  const lengthAt = (unit: number) => ((normal.text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1)
  return {
    kind: 'skeleton',
    count: points.count,
    slice: (start, end) => ownNormal.text.slice(points.toUnit(start), points.toUnit(end)),
    indexAt: offset => {
      const before = countBelow(offsets, normal.toNormal(offset))
      return points.fromUnit(ownNormal.toNormal(sourcePoints.toUnit(before)))
    },
    startOf: index => normal.toSource(unitOf(index)),
    endOf: index => (index === 0 ? 0 : normal.toSource(unitOf(index - 1) + lengthAt(unitOf(index - 1)))),
  }
}

function countBelow(offsets: Uint32Array, limit: number): number {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((offsets[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}
