/** Guide 4, "Langchain callback - Websocket": a chain's tokens over a socket, as `{sender, message, type}`. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { ChatPromptTemplate } from '@langchain/core/prompts'
import { FakeListChatModel } from '@langchain/core/utils/testing'
import { langChainHandler } from '@streamseal/stream/langchain'
import { createChatFrames, webSocket } from '@streamseal/stream/web-socket'
import { WebSocket, WebSocketServer } from 'ws'

const chain = ChatPromptTemplate.fromTemplate('Answer: {question}').pipe(
  new FakeListChatModel({ responses: ['It is the moon.'] }),
)

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
server.on('connection', socket => {
  socket.on('message', async data => {
    // The callbacks feed a run; the run is delivered as any other.
    const { handler, run } = langChainHandler()
    const sent = webSocket(run, socket, { frames: createChatFrames(), closeAtEnd: true })
    await chain.invoke({ question: String(data) }, { callbacks: [handler] })
    await sent
  })
})

const client = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`)
const messages: { sender: string; message: string; type: string }[] = []
client.on('message', data => messages.push(JSON.parse(String(data))))
await once(client, 'open')
client.send('What makes the tides?')
await once(client, 'close')

for (const message of messages) console.log(message)
assert.deepEqual(messages.slice(0, 2), [
  { sender: 'bot', message: '', type: 'start' },
  { sender: 'bot', message: 'Synthesizing question...', type: 'info' },
])
const streamed = messages.filter(({ type }) => type === 'stream')
assert.equal(streamed.map(({ message }) => message).join(''), 'It is the moon.')
assert.equal(messages.at(-1)?.type, 'end')
server.close()
