/** Runs a scanner over a whole text, for tests. */

import type { Boundary, Format } from '../src/scanner.ts'
import { createScanner } from '../src/scanner.ts'

export interface Place {
  at: number
  boundary: Boundary
  /** The skeleton up to the place. */
  skeleton: string
  notComparable: boolean
}

export interface Scan {
  places: Place[]
  skeleton: string
  canClose: boolean
  notComparable: boolean
}

/** Scans the chunks one by one; places are offsets in the whole text. */
export function scanInChunks(chunks: readonly string[], format: Format = 'markdown'): Scan {
  const scanner = createScanner({ format })
  const places: Place[] = []
  let skeleton = ''
  let base = 0
  for (const chunk of chunks) {
    let at = scanner.next(chunk, 0)
    while (at >= 0) {
      skeleton += scanner.takeSkeleton()
      places.push({
        at: base + at,
        boundary: scanner.boundary,
        skeleton,
        notComparable: scanner.takeNotComparable(),
      })
      at = scanner.next(chunk, at)
    }
    skeleton += scanner.takeSkeleton()
    base += chunk.length
  }
  const canClose = scanner.canClose()
  scanner.end()
  return {
    places,
    skeleton: skeleton + scanner.takeSkeleton(),
    canClose,
    notComparable: scanner.takeNotComparable(),
  }
}

export function scanAll(text: string, format: Format = 'markdown'): Scan {
  return scanInChunks([text], format)
}
