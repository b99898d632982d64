/** Guide 2, "Quick Start": a model, a format, and the answer as server-sent events. */
import assert from 'node:assert/strict'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
import { liteLLM } from '@streamseal/stream/openai-compatible'
import { fakeOpenAI } from './helpers/fake-openai.ts'

const proxy = await fakeOpenAI('Hello world')

// Configure the LLM provider
const model = liteLLM({ model: 'gpt-4', baseUrl: proxy.url })

// Create the streaming handler
const handler = new StreamingHandler(model, StreamFormat.SSE)

// Stream the response
const chunks: string[] = []
for await (const chunk of handler.streamSse([{ role: 'user', content: 'Say hello.' }])) {
  process.stdout.write(chunk)
  chunks.push(chunk)
}
assert.equal(chunks[0], 'data: {"content":"Hello","metadata":{},"is_final":false}\n\n')
assert.match(chunks.at(-1) ?? '', /"final_response":"Hello world"/)
await proxy.close()
