/** Guide 1, "FastAPI Streaming Endpoint", with Hono. */

import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamText } from 'hono/streaming'
import { askEndpoint } from './helpers/ask-endpoint.ts'
import { fakeOpenAI } from './helpers/fake-openai.ts'
import { type GenerateRequest, generateStream } from './helpers/generate-stream.ts'

const openai = await fakeOpenAI()
const app = new Hono()

app.post('/generate-stream', async context => {
  const body = await context.req.json<GenerateRequest>()
  return streamText(context, async stream => {
    for await (const chunk of generateStream(body, openai.url)) await stream.write(chunk)
  })
})

const { server, port } = await new Promise<{ server: Server; port: number }>(resolve => {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, info => {
    resolve({ server: server as Server, port: info.port })
  })
})
await askEndpoint(`http://127.0.0.1:${port}`, openai)
console.log('Hono: the answer is marked, bound, and names its request.')
server.closeAllConnections()
server.close()
await openai.close()
