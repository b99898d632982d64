/** Every delivery from Hono, whose handlers return Web responses, as those of Next.js, Deno, Bun and workers do. */
import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { ndjsonResponse } from '@streamseal/stream/ndjson'
import { sseResponse } from '@streamseal/stream/sse'
import { textResponse } from '@streamseal/stream/text'
import { uiMessageResponse } from '@streamseal/stream/ui-message'
import { Hono } from 'hono'
import { answer } from './helpers/answer.ts'
import { askDeliveries } from './helpers/ask-deliveries.ts'

const app = new Hono()
app.get('/events', () => sseResponse(answer()))
app.get('/text', () => textResponse(answer()))
app.get('/lines', () => ndjsonResponse(answer()))
app.get('/api/chat', () => uiMessageResponse(answer()))

const { server, port } = await new Promise<{ server: Server; port: number }>(resolve => {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, info => {
    resolve({ server: server as Server, port: info.port })
  })
})
await askDeliveries(`http://127.0.0.1:${port}`)
console.log('Hono streams events, text, lines and UI messages.')
server.closeAllConnections()
server.close()
