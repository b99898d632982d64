/** What a provider says when it fails, as a `StreamError`: one reading of all the shapes of an error body. */
import { defined } from '../defined.ts'
import { StreamError } from '../stream-error.ts'
import { withoutAddresses } from '../without-addresses.ts'
import { errorRow } from './error-codes.ts'

interface ErrorBody {
  message?: unknown
  type?: unknown
  code?: unknown
  status?: unknown
}

/** What is known around the error. */
export interface ProviderErrorContext {
  provider: string
  status?: number | undefined
  requestId?: string | undefined
  retryAfterMs?: number | undefined
}

const maxMessageChars = 1000

/** Reads `{ error: {…} }`, `{ error: '…' }` or the bare error, from a body or from a frame in the stream. */
export function providerError(body: unknown, context: ProviderErrorContext): StreamError {
  const error = errorOf(body)
  const words = [error.code, error.status, error.type]
  const row = errorRow(words, context.status)
  const said = typeof error.message === 'string' && error.message !== '' ? error.message : 'no message'
  const where = context.status === undefined ? 'mid-stream' : `HTTP ${context.status}`
  const kind = words.find(word => typeof word === 'string' && word !== '')
  const shown = withoutAddresses(said.slice(0, maxMessageChars))
  return new StreamError(
    `"${context.provider}" failed (${where}${kind === undefined ? '' : `, ${kind}`}): ${shown}`,
    // Readers see the message; the cause, for those who run the server, has it in full.
    { ...row, ...defined({ ...context, cause: shown === said ? undefined : new Error(said) }) },
  )
}

function errorOf(body: unknown): ErrorBody {
  if (typeof body === 'string') return { message: body }
  if (Array.isArray(body)) return errorOf(body[0])
  if (typeof body !== 'object' || body === null) return {}
  if ('error' in body && body.error !== null && body.error !== undefined) return errorOf(body.error)
  return body as ErrorBody
}
