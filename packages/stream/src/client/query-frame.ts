/** One data frame of `/query/stream`, from the wire's `{content, metadata, is_final, error?}`. */
import { StreamError } from '../stream-error.ts'

/** One frame of an answer. */
export interface QueryFrame {
  /** The text to append; empty in the final frame. */
  content: string
  /** In the final frame: `final_response`, `detached`, `metrics` and what else the gateway says. */
  metadata: Record<string, unknown>
  isFinal: boolean
}

/** A frame as it was read: an `error` is thrown and never yielded. */
export interface ParsedFrame extends QueryFrame {
  error?: string
}

const quotedChars = 200

/** Reads a frame, or throws `PROVIDER_PROTOCOL` quoting what stood there. */
export function parseFrame(data: string): ParsedFrame {
  const frame = jsonObject(data)
  const { content, metadata, is_final: isFinal, error } = frame ?? {}
  if (typeof content !== 'string' || typeof isFinal !== 'boolean') {
    throw new StreamError(`Cannot read the frame ${JSON.stringify(data.slice(0, quotedChars))}`, {
      code: 'PROVIDER_PROTOCOL',
    })
  }
  return {
    content,
    metadata: isObject(metadata) ? metadata : {},
    isFinal,
    ...(typeof error === 'string' ? { error } : {}),
  }
}

/** The error that the gateway reported in the middle of an answer. */
export function errorFrame(message: string, metadata: Record<string, unknown>): StreamError {
  return new StreamError(message, { code: 'PROVIDER_ERROR', retryable: metadata.retryable === true })
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
