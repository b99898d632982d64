/** A run's parts by `fetch`, read as an `EventSource` reads (WHATWG HTML §9.2), with a body, headers and a status that can be seen. */
import { createSseParser } from '../sse-parser.ts'
import { StreamError } from '../stream-error.ts'
import { type Arrival, type Connection, type ConnectionRequest, connectionFailed } from './connection.ts'
import type { PartStreamOptions } from './part-stream-options.ts'
import { refusal } from './refusal.ts'

/** Resolves when the response's head says that events follow. */
export async function connectSse(
  request: ConnectionRequest,
  options: PartStreamOptions,
): Promise<Connection> {
  const response = await send(request, options)
  if (response.status === 429 || response.status === 503) request.onAsk(false)
  if (!response.ok) throw await refusal(response)
  if (response.status === 204 || response.body === null) {
    throw new StreamError('The run has nothing more to read, and its end was not read', {
      code: 'STREAM_INCOMPLETE',
      retryable: false,
    })
  }
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('text/event-stream')) {
    throw new StreamError(`Cannot read the answer: "${type}" is no event stream`, {
      code: 'PROVIDER_PROTOCOL',
    })
  }
  return new EventConnection(response.body.getReader(), response.headers, options)
}

async function send(request: ConnectionRequest, options: PartStreamOptions): Promise<Response> {
  const { fetch = globalThis.fetch, headers, credentials } = options
  const { url, body, eventId, signal } = request
  if (body !== undefined) request.onAsk(true)
  try {
    return await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'text/event-stream',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(eventId === '' ? {} : { 'last-event-id': eventId }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(credentials === undefined ? {} : { credentials }),
      signal,
    })
  } catch (error) {
    throw connectionFailed(error)
  }
}

class EventConnection implements Connection {
  readonly runId: string | undefined
  readonly arrivals: AsyncGenerator<Arrival, undefined, undefined>
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #parser

  constructor(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    headers: Headers,
    { maxMessageChars }: PartStreamOptions,
  ) {
    this.#reader = reader
    this.runId = headers.get('streamseal-stream-id') ?? undefined
    this.#parser = createSseParser(maxMessageChars === undefined ? {} : { maxEventChars: maxMessageChars })
    this.arrivals = this.#read()
  }

  get retryMs(): number | undefined {
    return this.#parser.retryMs
  }

  close(): void {
    this.#reader.cancel().catch(() => undefined)
  }

  async *#read(): AsyncGenerator<Arrival, undefined, undefined> {
    for (;;) {
      const { done, value } = await this.#reader.read().catch(error => {
        throw connectionFailed(error)
      })
      // An event that has no blank line behind it was cut, and comes again whole.
      if (done) return undefined
      const events = this.#parser.feed(value)
      if (events.length === 0) yield undefined
      yield* events
    }
  }
}
