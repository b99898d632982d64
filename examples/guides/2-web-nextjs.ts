/** Guide 2, "FastAPI Integration", as a route handler of Next.js: `POST` is what `app/query/stream/route.ts` exports. Next.js has no sockets of its own. */
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { eventSourceResponse } from '@streamseal/stream/sse'
import { askQueryStream } from './helpers/ask-query.ts'
import { listen } from './helpers/listen.ts'
import { messagesOf, sseHandler } from './helpers/query-handler.ts'

/** The route handler: a web `Request` in, a web `Response` out. */
async function POST(request: Request): Promise<Response> {
  const { query } = (await request.json()) as { query: string }
  return eventSourceResponse(sseHandler.streamSse(messagesOf(query)))
}

// What Next.js does around it, over a real socket.
const server = await listen(async (incoming, outgoing) => {
  const body = JSON.stringify(await json(incoming))
  const response = await POST(new Request(`http://localhost${incoming.url}`, { method: 'POST', body }))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  Readable.fromWeb(response.body as NodeReadableStream).pipe(outgoing)
})
await askQueryStream(server.url)
console.log('Next.js: the events are those of the guide.')
await server.close()
