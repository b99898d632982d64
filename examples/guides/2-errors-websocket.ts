/** Guide 2, "WebSocket with error handling": one error message, and the socket stays open for the next question. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Model, StreamError } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
import { WebSocket, WebSocketServer } from 'ws'

const good = demo({ text: 'Back again', tokensPerSecond: Number.POSITIVE_INFINITY })
let asked = 0
/** Fails the first time. */
const moody: Model = {
  provider: 'moody',
  modelId: 'moody',
  stream(request) {
    if (asked++ === 0) throw new StreamError('Not today', { code: 'OVERLOADED', retryable: false })
    return good.stream(request)
  },
}
const handler = new StreamingHandler(moody, StreamFormat.WEBSOCKET)

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
server.on('connection', socket => {
  socket.on('message', async data => {
    const { query } = JSON.parse(String(data))
    try {
      await handler.streamWebSocket(socket, [{ role: 'user', content: query }], { throwOnError: true })
    } catch (error) {
      const content = error instanceof StreamError ? error.message : 'Something failed'
      socket.send(JSON.stringify({ type: 'error', content }))
    }
  })
})

const client = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`)
await once(client, 'open')
const ask = (query: string): Promise<{ type: string; content: string }> =>
  new Promise(resolve => {
    const listen = (data: unknown): void => {
      const message = JSON.parse(String(data))
      console.log(message)
      if (message.type === 'chunk') return
      client.off('message', listen)
      resolve(message)
    }
    client.on('message', listen)
    client.send(JSON.stringify({ query }))
  })
const first = await ask('Hello?')
const second = await ask('And now?')
assert.deepEqual([first.type, first.content], ['error', 'Not today'])
assert.deepEqual([second.type, second.content], ['complete', 'Back again'])
client.close()
server.close()
