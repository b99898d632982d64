/** A transport of the AI SDK's chats (`useChat`, `AbstractChat`) over a WebSocket: one socket a request, one chunk a message, `[DONE]` last. */
import type { ChatTransport, UIMessage, UIMessageChunk } from 'ai'
import { StreamError } from '../stream-error.ts'
import type { ClientSocketConstructor } from './client-socket.ts'
import { openSocket, type SocketMessages } from './socket-messages.ts'

/** Where the chat is answered, and how. */
export interface SocketChatOptions {
  /** The socket's URL; `http` and `https` become `ws` and `wss`, and a path is resolved against the page. */
  url: string | URL
  /** Where a chat's running answer is read again from its beginning; default `<url>/<chat id>/stream`. A server that has none closes the socket without a message. */
  resumeUrl?: (chatId: string) => string | URL
  /** Sent with each question, besides `id`, `messages`, `trigger` and `messageId`. */
  body?: Record<string, unknown> | (() => Record<string, unknown>)
  /** Longest wait for a connection, in milliseconds; default 30,000. */
  connectTimeoutMs?: number
  /** Longest chunk, in UTF-16 units; default 16 Mi. */
  maxMessageChars?: number
  /** Characters that may wait for a slow reader; beyond it the socket is closed and the stream fails. Default 1 Mi. */
  maxWaitingChars?: number
  /** Replaces the global `WebSocket`, which Node has from version 22: that of `ws`. */
  WebSocket?: ClientSocketConstructor
}

/**
 * Makes a transport for `useChat({ transport })`. A socket sends no headers of the page's choice: what `useChat` is given as `headers` is not sent.
 * A socket that breaks inside an answer fails the stream with `STREAM_INCOMPLETE`; `resumeStream()` then reads the answer again from its beginning.
 * Stopping sends `{"type":"cancel"}`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSocketChatTransport } from '@streamseal/stream/client/chat-transport'
 * const transport = createSocketChatTransport({ url: 'ws://localhost:8787/api/chat' })
 * assert.equal(transport.resumeStreamIsReplay, true)
 * ```
 */
export function createSocketChatTransport<Message extends UIMessage = UIMessage>(
  options: SocketChatOptions,
): ChatTransport<Message> {
  return new SocketChatTransport(options)
}

class SocketChatTransport<Message extends UIMessage> implements ChatTransport<Message> {
  readonly #options: SocketChatOptions
  /** A resumed answer comes from its first chunk. */
  readonly resumeStreamIsReplay = true

  constructor(options: SocketChatOptions) {
    this.#options = options
  }

  async sendMessages({
    chatId,
    abortSignal,
    body,
    metadata,
    messages,
    trigger,
    messageId,
  }: Parameters<ChatTransport<Message>['sendMessages']>[0]): Promise<ReadableStream<UIMessageChunk>> {
    const own = typeof this.#options.body === 'function' ? this.#options.body() : this.#options.body
    const question = JSON.stringify({ ...own, ...body, id: chatId, messages, trigger, messageId, metadata })
    const call = await ChatCall.open(socketUrl(this.#options.url), {
      ...this.#options,
      question,
      abortSignal,
    })
    return call.stream(await call.next())
  }

  async reconnectToStream({
    chatId,
    ...request
  }: Parameters<
    ChatTransport<Message>['reconnectToStream']
  >[0]): Promise<ReadableStream<UIMessageChunk> | null> {
    const { resumeUrl = id => below(this.#options.url, `${encodeURIComponent(id)}/stream`) } = this.#options
    const { abortSignal } = request as { abortSignal?: AbortSignal }
    const call = await ChatCall.open(socketUrl(resumeUrl(chatId)), { ...this.#options, abortSignal })
    const first = await call.next()
    return first === undefined ? null : call.stream(first)
  }
}

interface CallOptions extends SocketChatOptions {
  question?: string
  abortSignal: AbortSignal | undefined
}

const whole = '[DONE]'

/** One request: a socket that is closed when its chunks have ended, or are no longer wanted. */
class ChatCall {
  readonly #socket: SocketMessages
  readonly #link: CallLink

  constructor(socket: SocketMessages, link: CallLink) {
    this.#socket = socket
    this.#link = link
  }

  static async open(url: string, options: CallOptions): Promise<ChatCall> {
    const link = new CallLink(options.abortSignal)
    const { connectTimeoutMs = 30_000, question, maxMessageChars, maxWaitingChars, WebSocket } = options
    const timer = setTimeout(() => link.close(timedOut(connectTimeoutMs)), connectTimeoutMs)
    try {
      const opening = { question, maxMessageChars, maxWaitingChars, WebSocket, signal: link.signal }
      const socket = await openSocket(url, opening)
      link.onAbort = () => void socket.send('{"type":"cancel"}')
      return new ChatCall(socket, link)
    } catch (error) {
      link.close()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  async next(): Promise<string | undefined> {
    try {
      return await this.#socket.next()
    } catch (error) {
      this.#link.close()
      throw error
    }
  }

  /** The chunks, of which one has been read. */
  stream(first: string | undefined): ReadableStream<UIMessageChunk> {
    let message = Promise.resolve(first)
    return new ReadableStream<UIMessageChunk>(
      {
        pull: async controller => {
          const text = await message
          if (text === undefined) throw this.#broken()
          if (text === whole) {
            this.#link.close()
            return controller.close()
          }
          controller.enqueue(JSON.parse(text) as UIMessageChunk)
          message = this.next()
          // It is thrown when it is asked for.
          message.catch(() => undefined)
        },
        cancel: () => this.#link.close(),
      },
      { highWaterMark: 0 },
    )
  }

  #broken(): StreamError {
    this.#link.close()
    return new StreamError('The socket closed before the answer was whole', { code: 'STREAM_INCOMPLETE' })
  }
}

/** Closes the socket by its signal: on the caller's abort, after saying so, or when all is read. */
class CallLink {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  onAbort: () => void = () => undefined

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer
    if (outer?.aborted) this.#abort()
    outer?.addEventListener('abort', this.#abort, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  close(reason?: StreamError): void {
    this.#outer?.removeEventListener('abort', this.#abort)
    this.#controller.abort(reason)
  }

  readonly #abort = (): void => {
    this.onAbort()
    // The name by which the AI SDK knows that it was its own doing.
    this.#controller.abort(new DOMException('The chat was stopped', 'AbortError'))
  }
}

function timedOut(timeMs: number): StreamError {
  return new StreamError(`There was no connection for ${timeMs} ms`, { code: 'TIMEOUT_CONNECT' })
}

function absolute(url: string | URL): URL {
  return new URL(url, (globalThis as { location?: { href: string } }).location?.href)
}

function below(url: string | URL, path: string): URL {
  const full = absolute(url)
  full.pathname = `${full.pathname.replace(/\/$/, '')}/${path}`
  return full
}

function socketUrl(url: string | URL): string {
  const full = absolute(url)
  full.protocol = full.protocol.replace(/^http/, 'ws')
  return full.href
}
