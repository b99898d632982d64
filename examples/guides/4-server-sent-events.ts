/** Guide 4, "Server-sent events": one request, and the server sends as the words come; the browser comes back by itself. */
import assert from 'node:assert/strict'
import { generate } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { writeSse } from '@streamseal/stream/sse'
import { EventSource } from 'eventsource'
import { listen } from './helpers/listen.ts'

const run = generate(demo({ text: 'One two three four five six.', tokensPerSecond: 100 }), {
  prompt: 'Count.',
})
let connections = 0
const server = await listen((request, response) => {
  connections++
  const after = Number(String(request.headers['last-event-id'] ?? '').split(':')[1] ?? 0)
  void writeSse(run, response, { after, onLeave: 'continue', retryMs: 10 })
  // The first connection breaks in the middle.
  if (connections === 1) setTimeout(() => response.destroy(), 80)
})

const source = new EventSource(server.url)
let text = ''
const final = await new Promise<string>(resolve => {
  source.onmessage = ({ data }) => {
    const frame = JSON.parse(data)
    text += frame.content
    if (frame.is_final) resolve(frame.metadata.final_response)
  }
})
source.close()
console.log(`${connections} connections: ${text}`)
assert.equal(text, 'One two three four five six.')
assert.equal(final, text)
await server.close()
