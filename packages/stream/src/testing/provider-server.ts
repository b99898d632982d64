/** A provider over a real socket: plays bytes, whole or in slices, with faults on demand. For tests and benchmarks. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What goes wrong. Places are in bytes of the body. */
export type Fault =
  /** The connection ends cleanly, as if all had been said. */
  | { kind: 'end'; at: number }
  /** The connection breaks. */
  | { kind: 'cut'; at: number }
  /** Nothing more comes, and the connection stays open. */
  | { kind: 'stall'; at: number }
  /** A frame that is no JSON comes in between. */
  | { kind: 'garbage'; at: number }
  /** The body is held back before its first byte; the head has been sent. */
  | { kind: 'late'; afterMs: number }
  /** Not even a head comes. */
  | { kind: 'silent' }

/** What a request is answered with. */
export interface Answer {
  body: Uint8Array | string
  /** Default 200. */
  status?: number
  /** Default: an event stream. */
  headers?: Record<string, string>
  /** Where the body is cut into writes; default: one write. */
  cuts?: number[]
  /** Milliseconds between writes; default 0. */
  pauseMs?: number
  fault?: Fault
}

/** A request as it came. */
export interface ReceivedRequest {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: unknown
}

/** The server. */
export interface ProviderServer {
  /** Such as `http://127.0.0.1:40123`. */
  url: string
  requests: ReceivedRequest[]
  /** How many answers are being sent now. */
  readonly openStreams: number
  /** How many connections have been made. */
  readonly connections: number
  /** Lets the process end although the server is open. */
  unref(): void
  close(): Promise<void>
}

/**
 * Starts a server on a free port of the loopback address.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { openAICompatible } from '@streamseal/stream/openai-compatible'
 * import { sampleStream, sampleText, serveProvider } from '@streamseal/stream/testing'
 * const server = await serveProvider(() => ({ body: sampleStream('compatible') }))
 * const { text } = await generate(openAICompatible('m', { baseUrl: server.url }), { prompt: 'x' }).result()
 * assert.equal(text, sampleText)
 * await server.close()
 * ```
 */
export async function serveProvider(
  answer: (request: ReceivedRequest, count: number) => Answer,
): Promise<ProviderServer> {
  const requests: ReceivedRequest[] = []
  const sockets = new Set<Socket>()
  let openStreams = 0
  let connections = 0
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = []
    for await (const piece of incoming) pieces.push(piece as Buffer)
    const { method = '', url: path = '', headers } = incoming
    const request = { method, path, headers, body: parsed(Buffer.concat(pieces).toString()) }
    requests.push(request)
    openStreams++
    response.on('close', () => {
      openStreams--
    })
    await send(response, answer(request, requests.length)).catch(() => response.destroy())
  })
  server.on('connection', socket => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get openStreams() {
      return openStreams
    },
    get connections() {
      return connections
    },
    unref() {
      server.unref()
      server.on('connection', socket => socket.unref())
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

async function send(response: ServerResponse, answer: Answer): Promise<void> {
  const {
    fault,
    status = 200,
    pauseMs = 0,
    headers = { 'content-type': 'text/event-stream; charset=utf-8' },
  } = answer
  if (fault?.kind === 'silent') return
  response.writeHead(status, headers)
  response.flushHeaders()
  response.socket?.setNoDelay(true)
  if (fault?.kind === 'late') await wait(fault.afterMs)
  for (const slice of slices(answer)) {
    if (response.destroyed) return
    await write(response, slice)
    if (pauseMs > 0) await wait(pauseMs)
  }
  if (fault?.kind === 'stall') return
  if (fault?.kind === 'cut') response.destroy()
  else response.end()
}

function slices({ body, cuts = [], fault }: Answer): Uint8Array[] {
  let bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  if (fault !== undefined && 'at' in fault) {
    const garbage = fault.kind === 'garbage' ? Buffer.from('\n\ndata: {"garbage\n\n') : Buffer.alloc(0)
    const rest = fault.kind === 'garbage' ? bytes.subarray(fault.at) : Buffer.alloc(0)
    bytes = Buffer.concat([bytes.subarray(0, fault.at), garbage, rest])
  }
  const ends = [...cuts.filter(cut => cut > 0 && cut < bytes.length), bytes.length].sort((a, b) => a - b)
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter(slice => slice.length > 0)
}

/** Resolves when the bytes have been given to the socket, so that slices are not joined in the queue. */
function write(response: ServerResponse, slice: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(slice, error => (error ? reject(error) : resolve()))
  })
}

function wait(timeMs: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, timeMs).unref()
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
