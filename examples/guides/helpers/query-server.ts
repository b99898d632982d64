/** Guide 2's whole server: `GET|POST /query/stream` and `WS /query/ws`, with runs that are resumed and never asked twice. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { generate, type Model, type Run } from '@streamseal/stream'
import { writeNdjson } from '@streamseal/stream/ndjson'
import { writeSse } from '@streamseal/stream/sse'
import { serveQueries } from '@streamseal/stream/web-socket'
import { WebSocketServer } from 'ws'
import { type Listening, listen } from './listen.ts'
import { messagesOf } from './query-handler.ts'

/** The server, and how often it has asked its model. */
export interface QueryServer extends Listening {
  readonly asked: number
  /** Requests for events so far, as method and address. */
  readonly requests: readonly string[]
}

/** What an `EventSource` gets where there is nothing to ask; its id brings the browser's next attempt to a 204. */
const noQuery = `data: ${JSON.stringify({ content: '', metadata: {}, is_final: true, error: 'No query provided' })}\nid: none\nretry: 50\n\n`

/** Starts it; `page` is what `GET /` answers. */
export async function queryServer(model: Model, page = ''): Promise<QueryServer> {
  const runs = new Map<string, Run>()
  const requests: string[] = []
  let asked = 0

  function ask(query: string): Run {
    asked++
    const run = generate(model, { messages: messagesOf(query) })
    runs.set(run.id, run)
    return run
  }

  async function stream(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const lastEventId = request.headers['last-event-id']
    if (lastEventId !== undefined) return resume(String(lastEventId), response)
    const url = new URL(request.url ?? '/', 'http://localhost')
    const body = request.method === 'POST' ? ((await json(request)) as { query?: string }) : {}
    const query = body.query ?? url.searchParams.get('query') ?? ''
    if (query.trim() !== '') return writeSse(ask(query), response, { onLeave: 'continue', retryMs: 50 })
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).end(noQuery)
  }

  /** A run that is finished has been read: 204 tells an `EventSource` to stay away (WHATWG HTML §9.2.3). */
  function resume(lastEventId: string, response: ServerResponse): Promise<void> | void {
    const [id = '', cursor = ''] = lastEventId.split(':')
    const run = runs.get(id)
    if (run === undefined || run.state !== 'running') return void response.writeHead(204).end()
    return writeSse(run, response, { after: Number(cursor), onLeave: 'continue', retryMs: 50 })
  }

  const http = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (path === '/query/stream') {
      requests.push(`${request.method} ${request.url}`)
      void stream(request, response)
    } else if (path === '/query/parts') void writeNdjson(ask('x'), response)
    else response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  })
  const sockets = new WebSocketServer({ server: http, path: '/query/ws' })
  sockets.on(
    'connection',
    socket => void serveQueries(socket, { ask: ({ messages }) => ask(String(messages.at(-1)?.content)) }),
  )
  const server = await listen(http)
  return {
    url: server.url,
    requests,
    get asked() {
      return asked
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      await server.close()
    },
  }
}
