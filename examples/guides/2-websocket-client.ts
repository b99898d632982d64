/** Guide 2, "WebSocket Client": the published program, unchanged but for host and port, with the socket of `ws`; a real browser runs it in the tests. */
import assert from 'node:assert/strict'
import { demo } from '@streamseal/stream/demo'
import { WebSocket } from 'ws'
import { webSocketClient } from './helpers/browser-clients.ts'
import { queryServer } from './helpers/query-server.ts'

const server = await queryServer(demo({ text: 'I am well.', tokensPerSecond: 200, firstTokenMs: 0 }))
const program = webSocketClient.replace('localhost:8000', new URL(server.url).host)

const response = { innerHTML: '' }
const logged: string[] = []
const log = (...words: unknown[]) => logged.push(words.join(' '))
const run = new Function('WebSocket', 'document', 'console', `${program}\nreturn ws`)
const socket = run(WebSocket, { getElementById: () => response }, { log, error: log }) as WebSocket

const logs = async (line: string) => {
  while (!logged.includes(line)) await new Promise(resolve => setTimeout(resolve, 10))
}
await logs('Complete: I am well.')
assert.equal(response.innerHTML, 'I am well.')

// An empty query gets an error, and the socket stays open for the next.
socket.send(JSON.stringify({ query: '' }))
await logs('Error: No query provided')
response.innerHTML = ''
socket.send(JSON.stringify({ query: 'And now?' }))
while (response.innerHTML !== 'I am well.') await new Promise(resolve => setTimeout(resolve, 10))
console.log(logged.join('\n'))
assert.equal(server.asked, 2)
socket.close()
await server.close()
