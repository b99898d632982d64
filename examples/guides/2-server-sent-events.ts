/** Guide 2, "Server-Sent Events (SSE)": `POST /stream`, with custom headers ("Custom Headers"). */
import assert from 'node:assert/strict'
import { demo } from '@streamseal/stream/demo'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
import { writeEventSource } from '@streamseal/stream/sse'
import { listen } from './helpers/listen.ts'

const model = demo({ text: 'Hello world', tokensPerSecond: Number.POSITIVE_INFINITY })
const handler = new StreamingHandler(model, StreamFormat.SSE)

// Stream as SSE
async function* streamResponse(): AsyncGenerator<string> {
  for await (const chunk of handler.streamSse([{ role: 'user', content: 'Say hello.' }])) yield chunk
}

const server = await listen((request, response) => {
  request.resume()
  void writeEventSource(streamResponse(), response, {
    headers: {
      'Cache-Control': 'no-cache',
      Connection: 'keep-alive',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'Cache-Control',
    },
  })
})

const response = await fetch(`${server.url}/stream`, { method: 'POST' })
const text = await response.text()
console.log(text)
assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
assert.equal(response.headers.get('access-control-allow-origin'), '*')
assert.equal(response.headers.get('access-control-allow-headers'), 'Cache-Control')
assert.match(text, /"final_response":"Hello world"/)
await server.close()
