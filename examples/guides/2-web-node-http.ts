/** Guide 2, "FastAPI Integration", with Node's own server: `POST /query/stream` and `WS /query/ws`. */
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { writeEventSource } from '@streamseal/stream/sse'
import { askQuerySocket, askQueryStream } from './helpers/ask-query.ts'
import { listen } from './helpers/listen.ts'
import { messagesOf, sseHandler } from './helpers/query-handler.ts'
import { addQuerySocket } from './helpers/query-socket.ts'

const http = createServer(async (request, response) => {
  const { query } = (await json(request)) as { query: string }
  await writeEventSource(sseHandler.streamSse(messagesOf(query)), response)
})
addQuerySocket(http)

const server = await listen(http)
await askQueryStream(server.url)
await askQuerySocket(server.url)
console.log('node:http: the events and the socket are those of the guide.')
await server.close()
