/** A socket that is asked one question after the other and answers each. */
import type { Deliverable } from '../deliveries/deliverable.ts'
import type { Frames } from '../deliveries/frames.ts'
import { StreamError } from '../stream-error.ts'
import { type ChatFrameOptions, chatError, createChatFrames } from './chat-frames.ts'
import { createQueryFrames, queryError } from './query-frames.ts'
import { defaultSystem, readQuery, type SocketMessage, type SocketQuery } from './read-query.ts'
import { isOpen, type SocketLike, TRY_AGAIN_LATER } from './socket.ts'
import { type WebSocketOptions, webSocket } from './web-socket.ts'

/** How a socket is served. */
export interface QuerySocketOptions
  extends Omit<WebSocketOptions, 'frames' | 'closeAtEnd'>,
    ChatFrameOptions {
  /** Starts the answer. `signal` is aborted when the client says `{"type": "cancel"}` or the socket closes. */
  ask(query: SocketQuery, signal: AbortSignal): Deliverable | Promise<Deliverable>
  /** `query` speaks `chunk`, `complete`, `error`; `chat` speaks `{sender, message, type}` and takes plain text as a question too. Default `query`. */
  protocol?: 'query' | 'chat'
  /** Answers in another protocol, such as `createPartMessages`; default: that of `protocol`. */
  frames?: (run: Deliverable) => Frames
  /** The message that tells an error in that other protocol; default: that of `protocol`. */
  tell?: (error: unknown, message: string) => string
  /** The system message of a bare question; default `You are a helpful assistant.` */
  system?: string
  /** The longest message of a client, in characters; default 1 Mi. Give `ws` a `maxPayload` too: it holds the message before we see it. */
  maxMessageChars?: number
  /** How many questions may wait for the one that is being answered; one more is refused. Default 16. */
  maxWaitingQueries?: number
  /** What the client is told of an error that `ask` throws; default: a `StreamError`'s message, and of anything else only that something failed. */
  describe?: (error: unknown) => string | undefined
  /** Told of errors that the client is not told of. */
  onError?: (error: unknown) => void
}

/**
 * Answers in the order in which it is asked, until the socket closes; resolves then. A question that cannot be read, or
 * is empty (`No query provided`), gets an error message, and the socket stays open.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { serveQueries } from '@streamseal/stream/web-socket'
 * const sent: string[] = []
 * const socket = Object.assign(new EventTarget(), { readyState: 1, bufferedAmount: 0, send: (data: string) => sent.push(data), close() {} })
 * const served = serveQueries(socket, { ask: ({ messages }) => generate(demo(), { messages }) })
 * socket.dispatchEvent(Object.assign(new Event('message'), { data: '{"query": ""}' }))
 * socket.dispatchEvent(new Event('close'))
 * await served
 * assert.deepEqual(sent, ['{"type":"error","content":"No query provided"}'])
 * ```
 */
export function serveQueries(socket: SocketLike, options: QuerySocketOptions): Promise<void> {
  return new QuerySocket(socket, options).closed
}

class QuerySocket {
  readonly closed: Promise<void>
  readonly #socket: SocketLike
  readonly #options: QuerySocketOptions
  readonly #waiting: SocketQuery[] = []
  #current: AbortController | undefined
  #answering: Deliverable | undefined

  constructor(socket: SocketLike, options: QuerySocketOptions) {
    this.#socket = socket
    this.#options = options
    const onMessage = (event: object): void => this.#take('data' in event ? event.data : undefined)
    socket.addEventListener('message', onMessage)
    this.closed = new Promise(resolve => {
      const onClose = (): void => {
        socket.removeEventListener('message', onMessage)
        socket.removeEventListener('close', onClose)
        this.#leave()
        resolve()
      }
      socket.addEventListener('close', onClose)
      if (socket.readyState > 1) onClose()
    })
  }

  #take(data: unknown): void {
    try {
      const message = this.#read(data)
      if (message === 'cancel') this.#cancel()
      else this.#enqueue(message)
    } catch (error) {
      this.#tell(error)
    }
  }

  #read(data: unknown): SocketMessage {
    const { protocol, system = defaultSystem, maxMessageChars = 1024 * 1024 } = this.#options
    if (typeof data !== 'string') throw refused('Cannot read the message: it is not text')
    if (data.length > maxMessageChars) {
      throw refused(`Cannot read the message: it is longer than ${maxMessageChars} characters`)
    }
    return readQuery(data, { allowText: protocol === 'chat', system })
  }

  #enqueue(query: SocketQuery): void {
    const { maxWaitingQueries = 16 } = this.#options
    if (this.#waiting.length >= maxWaitingQueries) {
      throw refused(`Cannot take the query: ${maxWaitingQueries} wait already`)
    }
    this.#waiting.push(query)
    if (this.#current === undefined) void this.#answerAll()
  }

  /** A run that is being delivered is told itself, so that its seal knows whether its reader is still there. */
  #cancel(): void {
    if (this.#answering === undefined) this.#current?.abort(left())
    else this.#answering.cancel?.()
  }

  #leave(): void {
    this.#waiting.length = 0
    if (this.#answering === undefined && this.#options.onLeave !== 'continue') this.#current?.abort(left())
  }

  async #answerAll(): Promise<void> {
    for (let query = this.#waiting.shift(); query !== undefined; query = this.#waiting.shift()) {
      this.#current = new AbortController()
      try {
        this.#answering = await this.#options.ask(query, this.#current.signal)
        await webSocket(this.#answering, this.#socket, {
          ...this.#options,
          frames: this.#frames(this.#answering),
        })
      } catch (error) {
        this.#tell(error)
      }
      this.#answering = undefined
    }
    this.#current = undefined
  }

  #frames(run: Deliverable): Frames {
    if (this.#options.frames !== undefined) return this.#options.frames(run)
    if (this.#options.protocol === 'chat') return createChatFrames(this.#options)
    return createQueryFrames({ metadata: run.metadata ?? {}, metrics: () => run.metrics })
  }

  #tell(error: unknown): void {
    const { describe = messageOf } = this.#options
    const told = describe(error)
    if (told === undefined) this.#options.onError?.(error)
    if (!isOpen(this.#socket)) return
    const { maxBufferedBytes = 65_536 } = this.#options
    if (this.#socket.bufferedAmount > maxBufferedBytes) {
      this.#socket.close(TRY_AGAIN_LATER, 'The client does not read')
      return
    }
    this.#socket.send(this.#errorMessage(error, told ?? 'Cannot answer: something failed inside'))
  }

  #errorMessage(error: unknown, message: string): string {
    const { protocol, tell } = this.#options
    if (tell !== undefined) return tell(error, message)
    return protocol === 'chat' ? chatError(message, this.#options) : queryError(message)
  }
}

function messageOf(error: unknown): string | undefined {
  return error instanceof StreamError ? error.message : undefined
}

function refused(message: string): StreamError {
  return new StreamError(message, { code: 'INVALID_REQUEST' })
}

function left(): StreamError {
  return new StreamError('The client has left, or has heard enough', { code: 'ABORTED' })
}
