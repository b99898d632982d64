/** One data frame of `/query/stream`, from the wire's `{content, metadata, is_final, error?}`. */
import { jsonObject } from '../json-object.ts'
import { isObject } from '../read-fields.ts'
import { StreamError } from '../stream-error.ts'
import { unreadable } from './unreadable.ts'

/** One frame of an answer. */
export interface QueryFrame {
  /** The text to append; empty in the final frame. */
  content: string
  /** In the final frame: `final_response`, `detached`, `metrics` and what else the gateway says. */
  metadata: Record<string, unknown>
  isFinal: boolean
}

/** Reads a frame. Throws `PROVIDER_PROTOCOL` quoting what stood there, and the error that the gateway reports in the middle of an answer. */
export function readFrame(data: string): QueryFrame {
  const { content, metadata, is_final: isFinal, error } = jsonObject(data) ?? {}
  if (typeof content !== 'string' || typeof isFinal !== 'boolean') throw unreadable('frame', data)
  const told = isObject(metadata) ? metadata : {}
  if (typeof error === 'string')
    throw new StreamError(error, { code: 'PROVIDER_ERROR', retryable: told.retryable === true })
  return { content, metadata: told, isFinal }
}
