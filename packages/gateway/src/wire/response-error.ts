/** Errors inside a stream of OpenAI's Responses API: `error`, then `response.failed`. */
import { toFailure, toOpenAIErrorBody } from '../http/gateway-error.ts'
import type { StreamsealField } from '../sealing/answer-seal.ts'
import { ProviderStreamError } from './chat-chunk.ts'
import { isRecord } from './named-event.ts'

/** What is known of the stream that failed. */
export interface FailedResponse {
  /** The response as the provider described it last. */
  readonly response: Readonly<Record<string, unknown>> | undefined
  /** The number of the next event. */
  readonly sequence: number
  readonly streamseal: StreamsealField | undefined
}

/** Both events; the error is the provider's own where it sent one. */
export function responseErrorEvents(
  failure: unknown,
  { response, sequence, streamseal }: FailedResponse,
): string {
  const { error } = failure instanceof ProviderStreamError ? failure : toOpenAIErrorBody(toFailure(failure))
  const { code = null, message = 'The answer failed' } = isRecord(error) ? error : {}
  const field = streamseal === undefined ? {} : { streamseal }
  const failed = { ...response, status: 'failed', error: { code, message }, ...field }
  return [
    { type: 'error', sequence_number: sequence, error },
    { type: 'response.failed', sequence_number: sequence + 1, response: failed, ...field },
  ]
    .map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')
}
