/** Any LangChain.js runnable over HTTP and WebSocket: what `fastapi-async-langchain` (Lanarky) is in Python. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Message } from '../contract.ts'
import type { DeliveryOptions, HeartbeatOptions } from '../deliveries/delivery-options.ts'
import { sseResponse, writeSse } from '../deliveries/sse-response.ts'
import { textResponse, writeText } from '../deliveries/text-response.ts'
import { type GenerateOptions, generate } from '../generate.ts'
import { ndjsonResponse, writeNdjson } from '../ndjson/ndjson-response.ts'
import type { Run } from '../run/run.ts'
import { StreamError } from '../stream-error.ts'
import { defaultSystem } from '../ws/read-query.ts'
import { type QuerySocketOptions, serveQueries } from '../ws/serve-queries.ts'
import type { SocketLike } from '../ws/socket.ts'
import { type LangChainRunnable, langChainRunnable, type RunnableOptions } from './runnable.ts'

/** How a runnable is served. */
export interface LangChainRouterOptions
  extends RunnableOptions,
    DeliveryOptions,
    HeartbeatOptions,
    Pick<QuerySocketOptions, 'maxWaitingQueries' | 'sender' | 'info'> {
  /** What `generate` takes for every run, such as `seal` and `timeouts`. */
  generate?: Omit<GenerateOptions, 'messages' | 'prompt' | 'signal' | 'id'>
  /** The messages of a socket: LangChain's `{sender, message, type}` (`chat`, the default) or the guide's (`query`). */
  protocol?: 'chat' | 'query'
  /** The largest body or socket message, in bytes or characters; default 1 Mi. */
  maxBodyBytes?: number
}

/** One runnable, three ways to reach it. */
export interface LangChainRouter {
  /** Answers a Web `Request`: Hono, Next.js, Deno, Bun, workers. */
  fetch(request: Request): Promise<Response>
  /** Answers a request of Node's: `node:http`, Express, Fastify's raw pair. A body that is parsed already may be given. */
  listen(request: IncomingMessage, response: ServerResponse, body?: unknown): Promise<void>
  /** Answers one question after the other on a socket, until it closes. */
  socket(socket: SocketLike): Promise<void>
}

/** What asks: the body's, or the query string's. */
const questions = ['input', 'query', 'prompt', 'question', 'user_input'] as const

const deliveries = {
  'text/event-stream': { respond: sseResponse, write: writeSse },
  'application/x-ndjson': { respond: ndjsonResponse, write: writeNdjson },
  'text/plain': { respond: textResponse, write: writeText },
}

/**
 * Serves a runnable. HTTP takes `input` (or `query`, `prompt`, `question`, `user_input`) in a JSON body or in the query
 * string, or `messages`, and streams plain text, or what `Accept` names: `text/event-stream` or `application/x-ndjson`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { RunnableLambda } from '@langchain/core/runnables'
 * import { langChainRouter } from '@streamseal/stream/langchain'
 * const router = langChainRouter(RunnableLambda.from((input: string) => `You said ${input}`))
 * const response = await router.fetch(new Request('http://localhost/chat?input=Hello'))
 * assert.equal(await response.text(), 'You said Hello')
 * ```
 */
export function langChainRouter(
  runnable: LangChainRunnable,
  options: LangChainRouterOptions = {},
): LangChainRouter {
  const model = langChainRunnable(runnable, options)
  const { maxBodyBytes = 1024 * 1024 } = options
  const ask = (messages: Message[], signal?: AbortSignal): Run =>
    generate(model, { ...options.generate, messages, ...(signal === undefined ? {} : { signal }) })

  async function respond(request: Request): Promise<Response> {
    try {
      const body = request.method === 'POST' ? await readBody(request.body ?? [], maxBodyBytes) : undefined
      const run = ask(messagesOf(new URL(request.url), body))
      return deliveryFor(request.headers.get('accept')).respond(run, options)
    } catch (error) {
      const { status, body } = refusal(error)
      return new Response(body, { status, headers: { 'content-type': 'application/json' } })
    }
  }

  async function write(request: IncomingMessage, response: ServerResponse, given?: unknown): Promise<void> {
    try {
      const body = given ?? (request.method === 'POST' ? await nodeBody(request, maxBodyBytes) : undefined)
      const run = ask(messagesOf(new URL(request.url ?? '/', 'http://localhost'), body))
      await deliveryFor(request.headers.accept).write(run, response, options)
    } catch (error) {
      if (response.headersSent) throw error
      const { status, body } = refusal(error)
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body)
    }
  }

  return {
    fetch: respond,
    listen: write,
    socket: socket =>
      serveQueries(socket, {
        ...options,
        protocol: options.protocol ?? 'chat',
        maxMessageChars: maxBodyBytes,
        ask: ({ messages }, signal) => ask(messages, signal),
      }),
  }
}

function deliveryFor(accept: string | null | undefined): (typeof deliveries)[keyof typeof deliveries] {
  const named = Object.entries(deliveries).find(([type]) => accept?.includes(type))
  return named?.[1] ?? deliveries['text/plain']
}

function messagesOf(url: URL, body: unknown): Message[] {
  const fields = Object(body) as Record<string, unknown>
  if (Array.isArray(fields.messages) && fields.messages.length > 0) return fields.messages.map(readMessage)
  const values = questions.map(name => fields[name] ?? url.searchParams.get(name))
  const question = values.find(value => typeof value === 'string' && value.trim() !== '')
  if (typeof question !== 'string') throw invalid('No query provided')
  return [
    { role: 'system', content: defaultSystem },
    { role: 'user', content: question },
  ]
}

function readMessage(value: unknown, index: number): Message {
  const { role, content } = Object(value) as Partial<Message>
  const isKnown = role === 'system' || role === 'user' || role === 'assistant'
  if (isKnown && typeof content === 'string') return { role, content }
  throw invalid(`Cannot read messages[${index}]: expected a role and a text as content`)
}

async function readBody(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<unknown> {
  const read: Uint8Array[] = []
  let size = 0
  for await (const piece of pieces) {
    size += piece.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    read.push(piece)
  }
  return parsed(Buffer.concat(read))
}

/** The request lives on where its body is refused, so that the refusal can be sent. */
function nodeBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  return readBody(request.iterator({ destroyOnReturn: false }), maxBytes)
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw invalid('Cannot read the body: it is not JSON')
  }
}

function refusal(error: unknown): { status: number; body: string } {
  if (!(error instanceof StreamError)) throw error
  const { code, message, retryable } = error
  return {
    status: code === 'LIMIT_EXCEEDED' ? 413 : 400,
    body: JSON.stringify({ error: { code, message, retryable } }),
  }
}

function invalid(message: string): StreamError {
  return new StreamError(message, { code: 'INVALID_REQUEST' })
}

function tooLarge(maxBytes: number): StreamError {
  return new StreamError(`Cannot read the body: it is larger than ${maxBytes} bytes`, {
    code: 'LIMIT_EXCEEDED',
  })
}
