/** What a whole text offers a sealer: its places for marks, its skeleton, and where its closing may stand. */
import { codeSkeleton } from './code-text.ts'
import { type Boundary, createScanner, type Format, type Scanner } from './scanner.ts'
import { isCode } from './sealer-options.ts'
import { endsInSelector, unmark } from './unmark.ts'

/** A place for a mark. */
export interface Place {
  /** In UTF-16 units of the text. */
  at: number
  /** How much of the skeleton stands before it, in UTF-16 units. */
  skeletonAt: number
}

/** A place at which a segment may end. */
export interface SegmentPlace extends Place {
  boundary: Boundary
  /** What stands between it and the place before holds something that renderers disagree about. */
  notComparable: boolean
}

/** A text that was read to its end. */
export interface TextSurvey {
  skeleton: string
  places: SegmentPlace[]
  /** As `notComparable`, for what stands behind the last place. */
  restNotComparable: boolean
  /** The end of the text where a closing can be appended, otherwise the last safe place in it; `undefined` where there is none. */
  closing: Place | undefined
}

/** White space that may end a block of prose, or the text. */
const whiteSpace = /[ \t\r\n]{2,}|[ \t\r\n]$/g
const lineEnds = /\r\n?|\n/g

/** Reads a text, in time linear in its length. */
export function surveyText(text: string, format: Format): TextSurvey {
  const survey: TextSurvey = { skeleton: '', places: [], restNotComparable: false, closing: undefined }
  if (isCode(format)) return { ...survey, skeleton: codeSkeleton(unmark(text).text).chars }
  const scanner = createScanner({ format })
  let from = 0
  for (const { at, isLast } of blockEnds(text)) {
    readPart(survey, scanner, text, from, at)
    if (scanner.canClose() && !endsInSelector(text, at)) {
      scanner.settle()
      survey.closing = placeAt(survey, scanner, at)
      if (!isLast) addPlace(survey, scanner, survey.closing, 'block')
    }
    from = at
  }
  scanner.end()
  survey.skeleton += scanner.takeSkeleton()
  survey.restNotComparable = scanner.takeNotComparable()
  return survey
}

/** Where an empty line follows; at last, where only white space does, and the end itself. */
function* blockEnds(text: string): Generator<{ at: number; isLast: boolean }> {
  for (const { 0: run, index } of text.matchAll(whiteSpace)) {
    const isLast = index + run.length === text.length
    if (isLast || (run.match(lineEnds)?.length ?? 0) > 1) yield { at: index, isLast }
  }
  yield { at: text.length, isLast: true }
}

function readPart(survey: TextSurvey, scanner: Scanner, text: string, from: number, to: number): void {
  const part = text.slice(from, to)
  for (let at = scanner.next(part, 0); at >= 0; at = scanner.next(part, at)) {
    if (endsInSelector(text, from + at)) continue
    survey.closing = placeAt(survey, scanner, from + at)
    addPlace(survey, scanner, survey.closing, scanner.boundary)
  }
}

/** The skeleton so far is all that stands before the place. */
function placeAt(survey: TextSurvey, scanner: Scanner, at: number): Place {
  survey.skeleton += scanner.takeSkeleton()
  return { at, skeletonAt: survey.skeleton.length }
}

function addPlace(survey: TextSurvey, scanner: Scanner, place: Place, boundary: Boundary): void {
  survey.places.push({ ...place, boundary, notComparable: scanner.takeNotComparable() })
}
