/**
 * Writes a streamed answer to a client. `ServerResponse` makes four writes of each chunk and joins them a tick later; here a
 * chunk of HTTP/1.1's chunked coding (RFC 9112 §7.1) is one string, written to the socket at once.
 */
import type { ServerResponse } from 'node:http'

/** Writes into one response, whose head has been given with `writeHead`. */
export class ResponseWriter {
  readonly #response: ServerResponse
  #hasBegun = false

  constructor(response: ServerResponse) {
    this.#response = response
  }

  /** Whether more is waiting for the client than should be. */
  get isFull(): boolean {
    const { writableNeedDrain, socket } = this.#response
    return writableNeedDrain || (socket?.writableNeedDrain ?? false)
  }

  /** Writes a byte string, which may not be empty; where it is false, `onDrain` is called once there is room again. */
  write(bytes: string, onDrain: () => void): boolean {
    const response = this.#response
    const { socket } = response
    // The first bytes take the head with them; behind another response on the same connection, there is no socket yet.
    if (!this.#hasBegun || socket === null || !response.chunkedEncoding) {
      this.#hasBegun = true
      return response.write(bytes, 'latin1') || wait(response, onDrain)
    }
    const chunk = `${bytes.length.toString(16)}\r\n${bytes}\r\n`
    return socket.write(chunk, 'latin1') || wait(socket, onDrain)
  }

  /** Sends the head where nothing has been written that took it along. */
  flush(): void {
    const isOver = this.#response.writableEnded || this.#response.destroyed
    if (!this.#hasBegun && !isOver) this.#response.flushHeaders()
    this.#hasBegun = true
  }
}

function wait(target: NodeJS.EventEmitter, onDrain: () => void): false {
  target.once('drain', onDrain)
  return false
}
