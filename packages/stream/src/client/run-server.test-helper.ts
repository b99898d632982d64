/** A real server of kept runs, over events and sockets, behind a door that cuts connections after a number of bytes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Model } from '../contract.ts'
import { createPartEvents, createPartMessages } from '../ndjson.ts'
import { createRuns, type KeptRun, type Runs } from '../runs/index.ts'
import { writeSse } from '../sse.ts'
import { webSocket } from '../web-socket.ts'

export interface RunServer {
  readonly http: string
  readonly ws: string
  readonly runs: Runs
  /** `POST /stream`s and first messages of sockets that reached the server. */
  readonly asked: string[]
  /** Every request's method, URL and `Last-Event-ID`. */
  readonly requests: string[]
  /** How many bytes of the next connections pass before they are cut; those after that pass whole. */
  readonly cuts: number[]
  /** Answers instead of the server, where it answers at all. */
  intercept?: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Cuts what is open. */
  cutNow(): void
  close(): Promise<void>
}

export async function serveRuns(model: () => Model): Promise<RunServer> {
  const runs = createRuns()
  const sockets = new Set<Socket>()
  const origin = createServer((request, response) => {
    result.requests.push(`${request.method} ${request.url} ${request.headers['last-event-id'] ?? '-'}`)
    if (result.intercept?.(request, response) !== true) void answer(request, response)
  })
  const webSockets = new WebSocketServer({ server: origin })
  webSockets.on('connection', (socket, request) => {
    result.requests.push(`WS ${request.url} -`)
    void answerSocket(socket, request.url ?? '')
  })
  const door = createTcpServer(client => {
    const upstream = connect((origin.address() as AddressInfo).port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    }
    let left = result.cuts.shift() ?? Number.POSITIVE_INFINITY
    client.pipe(upstream)
    upstream.on('data', (bytes: Buffer) => {
      if (bytes.length < left) {
        client.write(bytes)
        left -= bytes.length
      } else {
        client.end(bytes.subarray(0, left), () => client.destroy())
        upstream.destroy()
      }
    })
    upstream.on('close', () => client.end())
    client.on('close', () => upstream.destroy())
  })
  await Promise.all([listen(origin), listen(door)])
  const port = (door.address() as AddressInfo).port
  const result: RunServer = {
    http: `http://127.0.0.1:${port}`,
    ws: `ws://127.0.0.1:${port}`,
    runs,
    asked: [],
    requests: [],
    cuts: [],
    cutNow() {
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      result.cutNow()
      webSockets.close()
      origin.close()
      door.close()
      await runs.close()
    },
  }

  async function ask(body: string): Promise<KeptRun> {
    result.asked.push(body)
    return runs.start(model(), { prompt: 'x' })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
    const [, kind, id = '', what] = pathname.split('/')
    if (kind === 'stream') return write(await ask(await bodyOf(request)), 0, response)
    const run = await runs.open(id)
    if (kind !== 'runs' || run === undefined) {
      response.writeHead(404).end()
    } else if (what === 'cancel') {
      response.end(JSON.stringify({ cancelled: await runs.cancel(id) }))
    } else {
      const eventId = request.headers['last-event-id']
      const after = Number(eventId === undefined ? searchParams.get('after') : String(eventId).split(':')[1])
      await write(run, after, response)
    }
  }

  function write(run: KeptRun, after: number, response: ServerResponse): Promise<void> {
    const parts = run.read({ after })
    return writeSse({ id: run.id, parts }, response, { frames: createPartEvents(run.id), heartbeatMs: 20 })
  }

  async function answerSocket(socket: WebSocket, url: string): Promise<void> {
    const { pathname, searchParams } = new URL(url, 'http://x')
    const [, kind, id = ''] = pathname.split('/')
    const run = kind === 'runs' ? await runs.open(id) : await ask(await message(socket))
    if (run === undefined) return socket.close(1008)
    socket.on('message', data => {
      if (String(data).includes('cancel')) void runs.cancel(run.id)
    })
    const parts = run.read({ after: Number(searchParams.get('after')) })
    const frames = createPartMessages(run.id)
    await webSocket({ id: run.id, parts }, socket, { frames, heartbeatMs: 20, closeAtEnd: true })
  }

  return result
}

function listen(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
}

function message(socket: WebSocket): Promise<string> {
  return new Promise(resolve => {
    socket.once('message', data => resolve(String(data)))
  })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}
