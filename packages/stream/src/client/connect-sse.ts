/** A run's parts by `fetch`, read as an `EventSource` reads (WHATWG HTML §9.2), with a body, headers and a status that can be seen. */
import { defined } from '../defined.ts'
import { EventReader } from '../sse-events.ts'
import { StreamError } from '../stream-error.ts'
import { type Arrival, type Connection, type ConnectionRequest, connectionFailed } from './connection.ts'
import type { PartStreamOptions } from './part-stream-options.ts'
import { refusal } from './refusal.ts'

/** What matters here of how a stream is read. */
export type SseConnectionOptions = Pick<
  PartStreamOptions,
  'fetch' | 'headers' | 'credentials' | 'maxMessageChars'
>

/** Resolves when the response's head says that events follow. */
export async function connectSse(
  request: ConnectionRequest,
  options: SseConnectionOptions,
): Promise<Connection> {
  const response = await send(request, options)
  const { status, headers, body } = response
  if (status === 429 || status === 503) request.onAsk?.(false)
  if (!response.ok) throw await refusal(response)
  if (status === 204 || body === null) {
    throw new StreamError('The run has no more parts, and its end was not read', {
      code: 'STREAM_INCOMPLETE',
      retryable: false,
    })
  }
  const type = headers.get('content-type')
  if (!type?.startsWith('text/event-stream')) {
    throw new StreamError(`Cannot read the answer: "${type}" is no event stream`, {
      code: 'PROVIDER_PROTOCOL',
    })
  }
  return connectionOf(body.getReader(), headers, options)
}

async function send(request: ConnectionRequest, options: SseConnectionOptions): Promise<Response> {
  const { fetch = globalThis.fetch, headers, credentials } = options
  const { url, body, eventId, signal } = request
  const isQuestion = body !== undefined
  if (isQuestion) request.onAsk?.(true)
  try {
    return await fetch(
      url,
      defined({
        method: isQuestion ? 'POST' : 'GET',
        headers: defined({
          accept: 'text/event-stream',
          'content-type': isQuestion ? 'application/json' : undefined,
          'last-event-id': eventId || undefined,
          ...headers,
        }),
        body: isQuestion ? JSON.stringify(body) : undefined,
        credentials,
        signal,
      }),
    )
  } catch (error) {
    throw connectionFailed(error)
  }
}

function connectionOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  headers: Headers,
  { maxMessageChars }: SseConnectionOptions,
): Connection {
  const parser = new EventReader(maxMessageChars)
  async function* read(): AsyncGenerator<Arrival, undefined, undefined> {
    for (;;) {
      const { done, value } = await reader.read().catch(error => {
        throw connectionFailed(error)
      })
      // An event that has no blank line behind it was cut, and comes again whole.
      if (done) return undefined
      const events = parser.feed(value)
      if (events.length === 0) yield undefined
      yield* events
    }
  }
  return {
    runId: headers.get('streamseal-stream-id') ?? undefined,
    get retryMs() {
      return parser.retryMs
    },
    arrivals: read(),
    close() {
      reader.cancel().catch(() => undefined)
    },
  }
}
