/** Guide 2, "WebSocket Streaming": the answer over a socket. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { demo } from '@streamseal/stream/demo'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
import { WebSocket, WebSocketServer } from 'ws'

// Create the WebSocket handler
const model = demo({ text: 'Hello world', tokensPerSecond: Number.POSITIVE_INFINITY })
const handler = new StreamingHandler(model, StreamFormat.WEBSOCKET)

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws' })
await once(server, 'listening')
server.on('connection', async socket => {
  // Stream over the WebSocket
  await handler.streamWebSocket(socket, [{ role: 'user', content: 'Say hello.' }])
  socket.close()
})

const client = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}/ws`)
const messages: string[] = []
client.on('message', data => messages.push(String(data)))
await once(client, 'close')
console.log(messages.join('\n'))
assert.deepEqual(messages.slice(0, 2), [
  '{"type":"chunk","content":"Hello"}',
  '{"type":"chunk","content":" world"}',
])
assert.match(messages[2] ?? '', /^\{"type":"complete","content":"Hello world","metadata":\{/)
server.close()
