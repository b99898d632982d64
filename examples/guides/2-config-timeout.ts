/** Guide 2, "Timeout Configuration": a stream may take so long and no longer, and its reader is told. */
import assert from 'node:assert/strict'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
import { liteLLM } from '@streamseal/stream/openai-compatible'
import { listen } from './helpers/listen.ts'

// A provider that says half a sentence, and then nothing more.
const provider = await listen((request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: {"model":"gpt-4","choices":[{"index":0,"delta":{"content":"The tide"}}]}\n\n')
})

const model = liteLLM({
  model: 'gpt-4',
  baseUrl: `${provider.url}/v1`,
  streamTimeoutMs: 200, // 120_000 is two minutes
})
const handler = new StreamingHandler(model, StreamFormat.SSE)

const frames: string[] = []
for await (const frame of handler.streamSse([{ role: 'user', content: 'Tides?' }])) frames.push(frame)
process.stdout.write(frames.join(''))

assert.equal(frames.length, 2)
assert.match(frames[0] ?? '', /"content":"The tide"/)
assert.match(frames[1] ?? '', /"is_final":true,"error":".*took longer than 200 ms"/)
await handler.cleanup()
assert.equal(handler.metrics.failedStreams, 1)
await provider.close()
