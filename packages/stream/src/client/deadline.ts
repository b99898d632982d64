/** A wait that ends an attempt when it takes too long. */
import { StreamError } from '../stream-error.ts'

const says = {
  TIMEOUT_CONNECT: 'There was no connection',
  TIMEOUT_BETWEEN_TOKENS: 'The connection was silent',
} as const

/** Aborts `attempt`, and whatever waits with it. */
export class Deadline {
  readonly #attempt: AbortController
  readonly #timeMs: number
  readonly #code: keyof typeof says

  constructor(attempt: AbortController, timeMs: number, code: keyof typeof says) {
    this.#attempt = attempt
    this.#timeMs = timeMs
    this.#code = code
  }

  /** Rejects with the signal's reason as soon as the attempt is aborted, whether or not what is waited for ends by that. */
  async within<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#attempt
    let onAbort = (): void => undefined
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason)
    })
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    const timer = this.#timeMs > 0 ? setTimeout(() => this.#expire(), this.#timeMs) : undefined
    try {
      return await Promise.race([promise, aborted])
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }

  #expire(): void {
    const message = `${says[this.#code]} for ${this.#timeMs} ms`
    this.#attempt.abort(new StreamError(message, { code: this.#code }))
  }
}
