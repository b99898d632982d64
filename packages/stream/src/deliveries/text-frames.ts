/** The words of a run alone. What a text cannot tell, its end breaks off for: a failure, a cancellation, a second beginning. */
import type { Part } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import type { Frames } from './frames.ts'

/** The machine under chunked text. */
export interface TextFrames extends Frames {
  /** The closing that is kept beside the text, once it has come. */
  readonly detached: string | undefined
}

/** Makes the machine for one reader. */
export function createTextFrames(): TextFrames {
  const others = new Set<string>()
  let detached: string | undefined

  function take(part: Part): string | undefined {
    switch (part.type) {
      case 'text-start':
        if (part.choice !== undefined) others.add(part.id)
        return undefined
      case 'text-delta':
        return others.has(part.id) ? undefined : part.delta
      case 'seal':
        if (part.choice === undefined) detached = part.detached
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
