/** The scanner: where a text is cut into slices is of no consequence. */
import { createScanner } from '../../packages/seal/src/scanner.ts'
import { holds } from './finding.ts'

/** Scans `text` whole and in slices. */
export function scanInSlices(text: string): void {
  for (const format of ['markdown', 'plain'] as const) {
    const whole = scan(format, [text])
    const third = Math.floor(text.length / 3)
    const slices = [text.slice(0, third), text.slice(third, third + 1), text.slice(third + 1)]
    const sliced = scan(format, slices)
    holds(
      whole.places.every(place => place >= 0 && place <= text.length),
      'places are in the text',
    )
    holds(whole.places.join() === sliced.places.join(), 'places are the same however a text is cut')
    holds(whole.skeleton === sliced.skeleton, 'the skeleton is the same however a text is cut')
    holds(!whole.places.some(place => isInsidePair(text, place)), 'no place is inside a surrogate pair')
  }
}

function scan(
  format: 'markdown' | 'plain',
  slices: readonly string[],
): { places: number[]; skeleton: string } {
  const scanner = createScanner({ format })
  const places: number[] = []
  let skeleton = ''
  let before = 0
  for (const slice of slices) {
    for (let at = scanner.next(slice, 0); at >= 0; at = scanner.next(slice, at)) {
      places.push(before + at)
      skeleton += scanner.takeSkeleton()
    }
    before += slice.length
  }
  scanner.end()
  return { places, skeleton: skeleton + scanner.takeSkeleton() }
}

function isInsidePair(text: string, index: number): boolean {
  return /[\udc00-\udfff]/.test(text[index] ?? '') && /[\ud800-\udbff]/.test(text[index - 1] ?? '')
}
