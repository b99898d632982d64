/** Errors in OpenAI's shape, as a body and as the event that ends a stream. */
import { toFailure, toOpenAIErrorBody } from '../http/gateway-error.ts'
import { ProviderStreamError } from './chat-chunk.ts'

/** The event that tells a client that its stream has failed; the provider's own error object where it sent one. */
export function openAIErrorEvent(error: unknown): string {
  const body =
    error instanceof ProviderStreamError ? { error: error.error } : toOpenAIErrorBody(toFailure(error))
  return `data: ${JSON.stringify(body)}\n\n`
}
