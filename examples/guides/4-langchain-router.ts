/** Guide 4, "fastapi-async-langchain": any LangChain.js runnable over HTTP and WebSocket, from one line. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { StringOutputParser } from '@langchain/core/output_parsers'
import { ChatPromptTemplate } from '@langchain/core/prompts'
import { FakeListChatModel } from '@langchain/core/utils/testing'
import { langChainRouter } from '@streamseal/stream/langchain'
import { WebSocket, WebSocketServer } from 'ws'
import { listen } from './helpers/listen.ts'

const chain = ChatPromptTemplate.fromTemplate('Write me a song about {topic}.')
  .pipe(new FakeListChatModel({ responses: ['Bubbles, bubbles.'] }))
  .pipe(new StringOutputParser())

const router = langChainRouter(chain, {
  toInput: messages => ({ topic: messages.at(-1)?.content }),
})
const http = createServer((request, response) => void router.listen(request, response))
new WebSocketServer({ server: http, path: '/chat/ws' }).on('connection', socket => void router.socket(socket))
const server = await listen(http)

// Over HTTP: text, or events where they are asked for.
const text = await fetch(`${server.url}/chat?input=sparkling%20water`)
assert.equal(await text.text(), 'Bubbles, bubbles.')
const events = await fetch(`${server.url}/chat`, {
  method: 'POST',
  headers: { accept: 'text/event-stream' },
  body: JSON.stringify({ input: 'sparkling water' }),
})
assert.match(await events.text(), /"final_response":"Bubbles, bubbles."/)

// Over a WebSocket: LangChain's messages.
const client = new WebSocket(`${server.url.replace('http', 'ws')}/chat/ws`)
await once(client, 'open')
client.send('sparkling water')
const messages: { sender: string; message: string; type: string }[] = []
await new Promise<void>(resolve => {
  client.on('message', data => {
    messages.push(JSON.parse(String(data)))
    if (messages.at(-1)?.type === 'end') resolve()
  })
})
console.log(messages)
assert.deepEqual(messages[1], { sender: 'bot', message: 'Synthesizing question...', type: 'info' })
const streamed = messages.filter(({ type }) => type === 'stream').map(({ message }) => message)
assert.equal(streamed.join(''), 'Bubbles, bubbles.')
client.close()
await server.close()
