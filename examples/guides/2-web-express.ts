/** Guide 2, "FastAPI Integration", with Express: `POST /query/stream` and `WS /query/ws`. */
import { createServer } from 'node:http'
import { writeEventSource } from '@streamseal/stream/sse'
import express from 'express'
import { askQuerySocket, askQueryStream } from './helpers/ask-query.ts'
import { listen } from './helpers/listen.ts'
import { messagesOf, sseHandler } from './helpers/query-handler.ts'
import { addQuerySocket } from './helpers/query-socket.ts'

const app = express()
app.use(express.json())
app.post('/query/stream', (request, response) =>
  writeEventSource(sseHandler.streamSse(messagesOf(request.body.query)), response),
)
const http = createServer(app)
addQuerySocket(http)

const server = await listen(http)
await askQueryStream(server.url)
await askQuerySocket(server.url)
console.log('Express: the events and the socket are those of the guide.')
await server.close()
