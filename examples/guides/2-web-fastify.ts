/** Guide 2, "FastAPI Integration", with Fastify: `POST /query/stream` and `WS /query/ws`. */
import { eventSourceResponse } from '@streamseal/stream/sse'
import Fastify from 'fastify'
import { askQuerySocket, askQueryStream } from './helpers/ask-query.ts'
import { messagesOf, sseHandler } from './helpers/query-handler.ts'
import { addQuerySocket } from './helpers/query-socket.ts'

const app = Fastify()
app.post<{ Body: { query: string } }>('/query/stream', (request, reply) =>
  // Fastify sends a Web response as it is; `reply.hijack()` and `writeEventSource(…, reply.raw)` would do as well.
  reply.send(eventSourceResponse(sseHandler.streamSse(messagesOf(request.body.query)))),
)
addQuerySocket(app.server)

const url = await app.listen({ port: 0, host: '127.0.0.1' })
await askQueryStream(url)
await askQuerySocket(url)
console.log('Fastify: the events and the socket are those of the guide.')
await app.close()
