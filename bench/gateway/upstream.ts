/**
 * A provider that speaks OpenAI's dialect: `node upstream.js <port>`. The model's name says what streams:
 * `stream-<chunks>-<ms>`, a chunk each so many milliseconds, or `cut-<chunks>`, whose connection then breaks.
 * Each chunk's content is a word of prose that tells the time. `GET /open` says how many streams are open.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { stamp } from './stamp.ts'

const head =
  '"id":"chatcmpl-BxYz0123456789abcdefghijklmno","object":"chat.completion.chunk","created":1760000000,"model":"gpt-5-mini-2025-08-07","service_tier":"default","system_fingerprint":"fp_0123456789"'
const before = `data: {${head},"choices":[{"index":0,"delta":{"role":"assistant","content":"`
const behind = '"},"logprobs":null,"finish_reason":null}],"usage":null}\n\n'
const ending = [
  `{${head},"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}`,
  `{${head},"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":200,"total_tokens":212}}`,
  '[DONE]',
]
  .map(data => `data: ${data}\n\n`)
  .join('')

/** Prose: sentences of twelve words, paragraphs of eight sentences. */
function word(index: number): string {
  const end = index % 96 === 95 ? '.\\n\\n' : index % 12 === 11 ? '.' : ''
  return ` ${stamp()}${end}`
}

/** An event in HTTP's chunked coding, for the socket: the least that a provider can do for a chunk. */
function frame(index: number): Buffer {
  const event = before + word(index) + behind
  return Buffer.from(`${event.length.toString(16)}\r\n${event}\r\n`, 'latin1')
}

interface Stream {
  readonly response: ServerResponse
  readonly socket: Socket
  readonly end: () => void
  left: number
}

/** Sends chunks at one pace; its streams are spread over the milliseconds of it, and one timer serves them all. */
class Metronome {
  readonly #slots: { streams: Set<Stream>; sent: number }[]
  readonly #startedAt = performance.now()
  #ticks = 0
  #joined = 0

  constructor(everyMs: number) {
    this.#slots = Array.from({ length: everyMs }, () => ({ streams: new Set(), sent: 0 }))
    setInterval(() => this.#catchUp(), 1)
  }

  join(stream: Stream): void {
    this.#joined += 1
    const slot = this.#slots[this.#joined % this.#slots.length]
    if (slot === undefined) return
    slot.streams.add(stream)
    stream.response.once('close', () => slot.streams.delete(stream))
    send(stream, frame(slot.sent), slot.streams)
  }

  /** A timer comes late under load; chunks that are more than a turn late are left out. */
  #catchUp(): void {
    const due = Math.floor(performance.now() - this.#startedAt)
    this.#ticks = Math.max(this.#ticks, due - this.#slots.length)
    for (; this.#ticks < due; this.#ticks += 1) {
      const slot = this.#slots[this.#ticks % this.#slots.length]
      if (slot === undefined || slot.streams.size === 0) continue
      slot.sent += 1
      const bytes = frame(slot.sent)
      for (const stream of slot.streams) send(stream, bytes, slot.streams)
    }
  }
}

function send(stream: Stream, bytes: Buffer, streams: Set<Stream>): void {
  stream.socket.write(bytes)
  stream.left -= 1
  if (stream.left > 0) return
  streams.delete(stream)
  stream.end()
}

const metronomes = new Map<number, Metronome>()
let open = 0

function answer(body: string, response: ServerResponse): void {
  const { socket } = response
  const [, kind, chunks = '0', everyMs = '1'] = /"(stream|cut)-(\d+)-?(\d*)"/.exec(body) ?? []
  if (socket === null || kind === undefined) {
    response.writeHead(400).end()
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  response.flushHeaders()
  if (kind === 'cut') {
    for (let index = 0; index < Number(chunks); index += 1) socket.write(frame(index))
    setTimeout(() => socket.destroy(), 100)
    return
  }
  open += 1
  response.once('close', () => {
    open -= 1
  })
  const metronome = metronomes.get(Number(everyMs)) ?? new Metronome(Number(everyMs))
  metronomes.set(Number(everyMs), metronome)
  metronome.join({ response, socket, left: Number(chunks), end: () => response.end(ending) })
}

function listen(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET') {
    const body = request.url === '/open' ? { open } : { object: 'list', data: [] }
    response.end(JSON.stringify(body))
    return
  }
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (piece: string) => {
    body += piece
  })
  request.on('end', () => answer(body, response))
}

createServer({ keepAliveTimeout: 60_000 }, listen).listen(Number(process.argv[2]), '127.0.0.1', 16_384)
