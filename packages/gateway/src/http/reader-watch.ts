/** Whether a client reads: a response that it does not take would otherwise be held for ever. Asked a few times a second. */
import type { ServerResponse } from 'node:http'

/** Watches one response. */
export class ReaderWatch {
  readonly #response: ServerResponse
  readonly #limitMs: number
  #taken = 0
  #since: number

  constructor(response: ServerResponse, limitMs: number, now: number = performance.now()) {
    this.#response = response
    this.#limitMs = limitMs
    this.#since = now
  }

  /** True once nothing of what waits for the client has left for `limitMs`; `now` is on the clock of `performance.now()`. */
  isStuck(now: number): boolean {
    const { writableLength, socket } = this.#response
    const taken = (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0)
    if (writableLength === 0 || taken !== this.#taken) {
      this.#taken = taken
      this.#since = now
    }
    return now - this.#since > this.#limitMs
  }
}
