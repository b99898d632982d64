/** The messages of a socket as they are read, bounded where nobody reads them. */
import { onAborted } from '../on-aborted.ts'
import { StreamError } from '../stream-error.ts'
import { type ClientSocket, type ClientSocketConstructor, socketConstructor } from './client-socket.ts'

/** How a socket is opened and read. */
export interface SocketMessagesOptions {
  /** Sent when the socket is open. */
  question?: string | undefined
  /** Called just before the question is sent. */
  onAsk?: () => void
  /** Closes the socket; what is waited for then throws its reason. */
  signal: AbortSignal
  maxMessageChars?: number | undefined
  maxWaitingChars?: number | undefined
  WebSocket?: ClientSocketConstructor | undefined
}

/** An open socket. */
export interface SocketMessages {
  /** Sends if the socket is open, and says whether it is. */
  send(text: string): boolean
  /** The next message; `undefined` when the socket has closed and all that had come is read. */
  next(): Promise<string | undefined>
  close(): void
}

/** Resolves when the socket is open; rejects with `PROVIDER_UNAVAILABLE` where it closes first. */
export function openSocket(url: string, options: SocketMessagesOptions): Promise<SocketMessages> {
  const queue = new SocketQueue(new (socketConstructor(options.WebSocket))(url), options)
  return queue.opened
}

const OPEN = 1

class SocketQueue implements SocketMessages {
  readonly opened: Promise<this>
  readonly #socket: ClientSocket
  readonly #options: SocketMessagesOptions
  #waiting: string[] = []
  #chars = 0
  #error: unknown
  #isClosed = false
  #wake: (() => void) | undefined

  constructor(socket: ClientSocket, options: SocketMessagesOptions) {
    this.#socket = socket
    this.#options = options
    this.opened = new Promise((resolve, reject) => {
      socket.addEventListener('open', () => {
        if (options.signal.aborted) return
        if (options.question !== undefined) {
          options.onAsk?.()
          socket.send(options.question)
        }
        resolve(this)
      })
      socket.addEventListener('close', () => {
        this.#end(undefined)
        reject(this.#error ?? new StreamError('Cannot open the socket', { code: 'PROVIDER_UNAVAILABLE' }))
      })
    })
    // A browser's `error` says nothing; `close` follows it.
    socket.addEventListener('error', () => undefined)
    socket.addEventListener('message', event => this.#take('data' in event ? event.data : undefined))
    const unlink = onAborted(options.signal, () => {
      this.#waiting = []
      this.#end(options.signal.reason)
      socket.close()
    })
    socket.addEventListener('close', unlink)
  }

  send(text: string): boolean {
    if (this.#socket.readyState !== OPEN) return false
    this.#socket.send(text)
    return true
  }

  async next(): Promise<string | undefined> {
    for (;;) {
      const message = this.#waiting.shift()
      if (message !== undefined) {
        this.#chars -= message.length
        return message
      }
      if (this.#error !== undefined) throw this.#error
      if (this.#isClosed) return undefined
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  close(): void {
    this.#socket.close(1000)
  }

  #take(data: unknown): void {
    const { maxMessageChars = 16 * 1024 * 1024, maxWaitingChars = 1024 * 1024 } = this.#options
    if (this.#isClosed) return
    if (typeof data !== 'string') {
      this.#refuse('it is not text', 'PROVIDER_PROTOCOL')
      return
    }
    if (data.length > maxMessageChars) {
      this.#refuse(`it is longer than ${maxMessageChars} characters`, 'LIMIT_EXCEEDED')
      return
    }
    // One long message that has just come says nothing about its reader; what is left out here is asked for again.
    if (this.#waiting.length > 0 && this.#chars + data.length > maxWaitingChars) {
      this.#end(undefined)
      this.close()
      return
    }
    this.#waiting.push(data)
    this.#chars += data.length
    this.#wakeUp()
  }

  #refuse(why: string, code: 'PROVIDER_PROTOCOL' | 'LIMIT_EXCEEDED'): void {
    this.#end(new StreamError(`Cannot read the message: ${why}`, { code }))
    this.close()
  }

  #end(error: unknown): void {
    this.#error ??= error
    this.#isClosed = true
    this.#wakeUp()
  }

  #wakeUp(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}
