/** Guide 4, "Websockets: a hotline": both sides speak at any time, so that a question can be asked, answered, and stopped. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { generate } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { serveQueries } from '@streamseal/stream/web-socket'
import { WebSocket, WebSocketServer } from 'ws'

const model = demo({ tokensPerSecond: 100, firstTokenMs: 0 })
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
server.on('connection', socket => {
  void serveQueries(socket, { ask: ({ messages }, signal) => generate(model, { messages, signal }) })
})

const client = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`)
await once(client, 'open')
client.send(JSON.stringify({ query: 'Tell me a long story.' }))
let chunks = 0
const complete = await new Promise<{ content: string; metadata: { finish_reason: string } }>(resolve => {
  client.on('message', data => {
    const message = JSON.parse(String(data))
    if (message.type === 'complete') resolve(message)
    // Enough: the server is told while it speaks.
    else if (++chunks === 5) client.send(JSON.stringify({ type: 'cancel' }))
  })
})
console.log(complete)
assert.equal(complete.metadata.finish_reason, 'aborted')
assert.ok(complete.content.length > 0)
client.close()
server.close()
