/** Guide 2, "FastAPI Integration", with Hono: `POST /query/stream` and `WS /query/ws`. */
import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { eventSourceResponse } from '@streamseal/stream/sse'
import { Hono } from 'hono'
import { askQuerySocket, askQueryStream } from './helpers/ask-query.ts'
import { messagesOf, sseHandler } from './helpers/query-handler.ts'
import { addQuerySocket } from './helpers/query-socket.ts'

const app = new Hono()
app.post('/query/stream', async context => {
  const { query } = await context.req.json<{ query: string }>()
  return eventSourceResponse(sseHandler.streamSse(messagesOf(query)))
})

const { server, port } = await new Promise<{ server: Server; port: number }>(resolve => {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, info => {
    resolve({ server: server as Server, port: info.port })
  })
})
addQuerySocket(server)
await askQueryStream(`http://127.0.0.1:${port}`)
await askQuerySocket(`http://127.0.0.1:${port}`)
console.log('Hono: the events and the socket are those of the guide.')
server.closeAllConnections()
server.close()
