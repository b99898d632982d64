/** The errors that every store answers with. */
import { StreamError } from '../stream-error.ts'

/** No run of this id is kept. */
export function runNotFound(id: string): StreamError {
  return new StreamError(`No run "${id}" is kept`, { code: 'RUN_NOT_FOUND' })
}

/** The id was used. */
export function runExists(id: string): StreamError {
  return new StreamError(`Cannot start the run "${id}": a run of this id is kept already`, {
    code: 'RUN_EXISTS',
  })
}

/** The run is not, or no longer, this producer's. */
export function runLost(id: string): StreamError {
  return new StreamError(`Cannot write to the run "${id}": it has ended, or is no longer this process's`, {
    code: 'RUN_LOST',
  })
}

/** The store does not answer. */
export function storeUnavailable(what: string, cause?: unknown): StreamError {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new StreamError(`The store of runs cannot ${what}${why}`, { code: 'STORE_UNAVAILABLE', cause })
}

/** Whether waiting and trying again may help. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof StreamError && error.code === 'STORE_UNAVAILABLE'
}

/** Whether the run is gone from this producer. */
export function isLost(error: unknown): boolean {
  return error instanceof StreamError && (error.code === 'RUN_LOST' || error.code === 'RUN_NOT_FOUND')
}
