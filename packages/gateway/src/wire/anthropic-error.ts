/** Errors in Anthropic's shape, as the event that ends a stream. */
import { anthropicShape } from '../http/error-shape.ts'
import { toFailure } from '../http/gateway-error.ts'
import type { StreamsealField } from '../sealing/answer-seal.ts'
import { ProviderStreamError } from './chat-chunk.ts'

/** The event that tells a client that its stream has failed; the provider's own error object where it sent one. */
export function anthropicErrorEvent(error: unknown, streamseal?: StreamsealField): string {
  const body =
    error instanceof ProviderStreamError
      ? { type: 'error', error: error.error }
      : anthropicShape(toFailure(error)).body
  const data = { ...body, ...(streamseal === undefined ? {} : { streamseal }) }
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`
}
