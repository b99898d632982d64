/** An answer of 4,000 chunks, asked for over a loopback connection and thrown away by a bare socket in the same process; the least that could send it; and peers. */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Model, Part } from '@streamseal/stream'
import { pipeUIMessageStreamToResponse, streamText } from 'ai'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Candidate } from './harness.ts'
import { mockModel } from './mock-model.ts'

/** How many. */
export const chunks = 4000
const words = Array.from({ length: chunks }, (_, index) => ` word${index % 10}`)

/** Asks once and reads to the connection's end. */
async function drain(server: Server): Promise<number> {
  if (!server.listening) {
    server.unref()
    await once(server.listen(0, '127.0.0.1'), 'listening')
  }
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n')
  let bytes = 0
  socket.on('data', piece => {
    bytes += piece.length
  })
  await once(socket, 'close')
  if (bytes < chunks * 10) throw new Error(`Cannot measure: only ${bytes} bytes came`)
  return bytes
}

/** Serves, and asks once a run. */
export function over(listener: RequestListener): () => Promise<number> {
  const server = createServer(listener)
  return () => drain(server)
}

const frames = words.map(
  content =>
    `data: ${JSON.stringify({ content, metadata: {}, is_final: false })}\nid: 0123456789abcdef:1\n\n`,
)

/** Finished frames, written no faster than they are taken: what Node and the kernel cost by themselves. */
export const floor: () => Promise<number> = over(async (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const frame of frames) if (!response.write(frame)) await once(response, 'drain')
  response.end()
})

/** The answer's parts. */
export const parts: Part[] = [
  { type: 'start', provider: 'bench', model: 'bench', cursor: 1 },
  { type: 'text-start', id: 't', cursor: 2 },
  ...words.map((delta, index): Part => ({ type: 'text-delta', id: 't', delta, cursor: index + 3 })),
  { type: 'text-end', id: 't', cursor: chunks + 3 },
  { type: 'finish', reason: 'stop', cursor: chunks + 4 },
]

/** Answers with them, as fast as they are taken. */
export const model: Model = {
  provider: 'bench',
  modelId: 'bench',
  async *stream() {
    for (const { cursor: _, ...part } of parts) yield part as never
  },
}

const aiSdk = over((_, response) => {
  void pipeUIMessageStreamToResponse({
    response,
    stream: streamText({ model: mockModel(words), prompt: 'x' }).toUIMessageStream(),
  })
})

const app = new Hono()
app.get('/', context =>
  streamSSE(context, async stream => {
    for (const content of words) {
      await stream.writeSSE({
        data: JSON.stringify({ content, metadata: {}, is_final: false }),
        id: '0123456789abcdef:1',
      })
    }
  }),
)
const honoServer = createAdaptorServer({ fetch: app.fetch }) as Server

/** `ai` is given parts that are decoded already; Hono's `streamSSE` is given texts. */
export const peers: Candidate[] = [
  { name: "Hono's streamSSE", run: () => drain(honoServer), ratio: 5.8 },
  { name: 'ai 7 streamText, as UI messages', run: aiSdk, ratio: 48 },
]
