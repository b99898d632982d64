/** The words of a run alone. What a text cannot tell, its end breaks off for: a failure, a cancellation, a second beginning. */
import type { Part } from '../contract.ts'
import { createFirstChoice } from '../first-choice.ts'
import { StreamError } from '../stream-error.ts'
import type { Frames } from './frames.ts'

/** The machine under chunked text. */
export interface TextFrames extends Frames {
  /** The closing that is kept beside the text, once it has come. */
  readonly detached: string | undefined
}

/** Makes the machine for one reader. */
export function createTextFrames(): TextFrames {
  const isFirst = createFirstChoice()
  let detached: string | undefined

  function take(part: Part): string | undefined {
    if (!isFirst(part)) return undefined
    switch (part.type) {
      case 'text-delta':
        return part.delta
      case 'seal':
        detached = part.detached
        return undefined
      case 'restart':
      case 'error':
        throw new StreamError(part.message, part)
      case 'finish':
        if (part.reason === 'aborted') throw new StreamError('The run was cancelled', { code: 'ABORTED' })
        return undefined
      default:
        return undefined
    }
  }

  return {
    take,
    get detached() {
      return detached
    },
  }
}
