/** A client that reads streams over one connection, as cheaply as it can: bytes are looked at where they lie, and none is parsed. */
import { connect, type Socket } from 'node:net'
import { ageMs } from './stamp.ts'

/** What is asked, and of whom. */
export interface Asked {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Told of what comes. */
export interface Heard {
  /** So many chunks, of which `lastAgeMs` is the last one's time on the way. */
  chunks(count: number, lastAgeMs: number | undefined): void
  /** The response has ended; `ask` may be called again. */
  end?(): void
  /** The connection has broken, or the status was not 200. */
  failed?(why: string): void
}

/** What stands before each chunk's content. */
const marker = Buffer.from('"content":"')
const lastChunk = Buffer.from('0\r\n\r\n')
const ok = Buffer.from('HTTP/1.1 200')

// One for all: what was read is done with before the next read.
const buffer = Buffer.allocUnsafeSlow(256 * 1024)

/** Reads answers, one at a time. */
export class Reader {
  readonly #socket: Socket
  readonly #request: Buffer
  #isHead = true

  constructor(asked: Asked, heard: Heard) {
    this.#request = toRequest(asked)
    this.#socket = connect({
      port: asked.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer,
        callback: length => {
          this.#take(buffer.subarray(0, length), heard)
          return true
        },
      },
    })
    this.#socket.on('error', error => heard.failed?.(String(error)))
    this.#socket.on('connect', () => this.ask())
  }

  ask(): void {
    this.#isHead = true
    this.#socket.write(this.#request)
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer, heard: Heard): void {
    if (this.#isHead && bytes.indexOf(ok) !== 0) heard.failed?.(bytes.toString('latin1', 0, 300))
    this.#isHead = false
    let count = 0
    let last = -1
    for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + marker.length)) {
      count += 1
      last = at
    }
    // Behind the marker stand a space and the stamp.
    const from = last + marker.length + 1
    if (count > 0) heard.chunks(count, ageMs(bytes.toString('latin1', from, from + 5)))
    if (bytes.subarray(-lastChunk.length).equals(lastChunk)) heard.end?.()
  }
}

function toRequest({ port, path, headers, body }: Asked): Buffer {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    authorization: 'Bearer sk-bench',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}
