/** The loop that every provider shares: bytes in, parts out, and the truth about how the stream ended. */
import type { Model, ModelPart, ModelRequest } from './contract.ts'
import { type OpenStream, openStream, type StreamRequest } from './http/open-stream.ts'
import { createSseParser, type SseEvent, type SseParser } from './sse-parser.ts'
import { StreamError } from './stream-error.ts'
import { startTimer } from './timer.ts'
import { isWholeJson } from './tool-writer.ts'

/** One provider's machine: events in, parts out. */
export interface Decoder {
  /** Takes one event; parts go to the sink given at construction. Throws a `StreamError` for an error frame. */
  event(event: SseEvent): void
  /** Takes a whole answer that came as one JSON document instead of a stream. */
  document?(body: unknown): void
  /** True once the provider's last event has come: nothing after it is read. */
  readonly done: boolean
  /** True once the provider has said how the answer ended, though more may follow. */
  readonly ended: boolean
  /** Emits what is still owed: block ends, tool calls, usage, `finish`. */
  finish(): void
  /** The same where the stream was cut: block ends and what is known of usage, no `finish`. */
  cut(): void
}

/** What a decoder is told. */
export interface DecoderContext {
  provider: string
  /** The model that was asked for. */
  model: string
  requestId: string | undefined
}

/** What a provider adds to the shared loop. */
export interface Protocol {
  provider: string
  modelId: string
  request(request: ModelRequest): Omit<StreamRequest, 'provider' | 'signal' | 'connectTimeoutMs'>
  decoder(out: (part: ModelPart) => void, context: DecoderContext): Decoder
  maxEventChars?: number | undefined
}

/** How long a stream may stay open, in milliseconds, after the provider has said how the answer ended. */
const closingGraceMs = 2000

/** A model that speaks the protocol over HTTP. */
export function httpModel(protocol: Protocol): Model {
  const { provider, modelId } = protocol
  return { provider, modelId, stream: request => streamParts(protocol, request) }
}

async function* streamParts(protocol: Protocol, request: ModelRequest): AsyncGenerator<ModelPart> {
  const { provider, modelId: model } = protocol
  const { signal, connectTimeoutMs, choices = 1 } = request
  const stream = await openStream({ provider, signal, connectTimeoutMs, ...protocol.request(request) })
  const ready: ModelPart[] = []
  const { requestId } = stream
  // Of several answers one may end long before another begins.
  const graceMs = choices === 1 ? closingGraceMs : undefined
  const decoder = protocol.decoder(part => ready.push(part), { provider, model, requestId })
  try {
    let failure: unknown
    try {
      for await (const _ of decoded(decoder, stream, protocol, { ready, graceMs }))
        for (const part of ready.splice(0)) yield part
    } catch (error) {
      failure = error
    }
    failure = conclude(decoder, failure, provider, requestId)
    for (const part of ready) yield part
    if (failure !== undefined) throw failure
  } finally {
    if (decoder.done) stream.finish()
    else stream.close()
  }
}

interface Closing {
  /** Parts that are to go out. */
  ready: readonly ModelPart[]
  /** How long nothing new may come once the provider has said how the answer ended. */
  graceMs: number | undefined
}

/** Feeds the decoder; yields whenever bytes have been decoded. */
async function* decoded(
  decoder: Decoder,
  stream: OpenStream,
  protocol: Protocol,
  { ready, graceMs = Number.POSITIVE_INFINITY }: Closing,
): AsyncGenerator<void> {
  const { provider, maxEventChars } = protocol
  const parser = createSseParser(maxEventChars === undefined ? {} : { maxEventChars })
  if (isJson(stream.response)) await decodeDocument(decoder, stream, provider)
  let silentMs = 0
  while (!decoder.done) {
    const begun = performance.now()
    const bytes = await (decoder.ended ? within(stream.read(), graceMs - silentMs) : stream.read())
    silentMs += performance.now() - begun
    decodeEvents(decoder, bytes === undefined ? unfinished(parser) : parser.feed(bytes), provider)
    if (bytes === undefined) {
      if (!decoder.done && !decoder.ended) decodeBare(decoder, parser.ignored, provider)
      return
    }
    // What only keeps the connection open does not keep the answer open.
    if (ready.length > 0) silentMs = 0
    yield
  }
}

/**
 * What stands outside of events: Google ends a stream that fails with its error in bare JSON, some servers answer with
 * bare JSON under the content type of a stream, older ones of llama.cpp's write `error: {…}`.
 */
function decodeBare(decoder: Decoder, text: string, provider: string): void {
  if (text === '') return
  const bare = /^\s*error:/.test(text) ? `{"error":${text.slice(text.indexOf(':') + 1)}}` : text
  if (isWholeJson(bare)) readDocument(decoder, bare, provider)
}

/** An event whose last line was never ended, as some servers leave theirs: whole JSON shows that nothing of it is missing. */
function unfinished(parser: SseParser): SseEvent[] {
  const event = parser.end()
  return event !== undefined && (event.data === '[DONE]' || isWholeJson(event.data)) ? [event] : []
}

function decodeEvents(decoder: Decoder, events: SseEvent[], provider: string): void {
  for (const event of events) {
    if (decoder.done) return
    // Some servers keep the connection alive with events that hold nothing.
    if (event.data === '') continue
    try {
      decoder.event(event)
    } catch (cause) {
      throw cause instanceof StreamError ? cause : unreadable(provider, event, cause)
    }
  }
}

async function decodeDocument(decoder: Decoder, stream: OpenStream, provider: string): Promise<void> {
  if (decoder.document === undefined) return
  const text = new TextDecoder()
  let body = ''
  for (let bytes = await stream.read(); bytes !== undefined; bytes = await stream.read()) {
    body += text.decode(bytes, { stream: true })
    if (body.length > 64 * 1024 * 1024) {
      throw new StreamError(`"${provider}" answered with a document over 64 Mi characters`, {
        code: 'LIMIT_EXCEEDED',
        provider,
      })
    }
  }
  readDocument(decoder, body, provider)
}

function readDocument(decoder: Decoder, body: string, provider: string): void {
  try {
    decoder.document?.(JSON.parse(body))
  } catch (cause) {
    throw cause instanceof StreamError
      ? cause
      : unreadable(provider, { event: 'document', data: body, id: '' }, cause)
  }
}

/** Ends the decoder truthfully, and says which error is to be thrown after its last parts. */
function conclude(
  decoder: Decoder,
  failure: unknown,
  provider: string,
  requestId: string | undefined,
): unknown {
  // After the provider's own end a broken connection loses nothing.
  if (!decoder.done && (!decoder.ended || isDecoderError(failure))) {
    decoder.cut()
    return failure ?? incomplete(provider, requestId)
  }
  try {
    decoder.finish()
    return undefined
  } catch (error) {
    decoder.cut()
    return error
  }
}

function isDecoderError(failure: unknown): boolean {
  return failure instanceof StreamError && failure.code !== 'PROVIDER_UNAVAILABLE'
}

function incomplete(provider: string, requestId: string | undefined): StreamError {
  return new StreamError(`"${provider}" closed the stream before the answer's end`, {
    code: 'STREAM_INCOMPLETE',
    provider,
    ...(requestId === undefined ? {} : { requestId }),
  })
}

function unreadable(provider: string, event: SseEvent, cause: unknown): StreamError {
  return new StreamError(
    `Cannot read an event "${event.event}" of ${event.data.length} characters from "${provider}"`,
    {
      code: 'PROVIDER_PROTOCOL',
      provider,
      cause,
    },
  )
}

function isJson(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/json') ?? false
}

async function within<T>(promise: Promise<T>, timeMs: number): Promise<T | undefined> {
  let stopTimer: (() => void) | undefined
  const late = new Promise<undefined>(resolve => {
    stopTimer = startTimer(Math.max(0, timeMs), () => resolve(undefined))
  })
  return Promise.race([promise, late]).finally(stopTimer)
}
