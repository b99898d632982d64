/** Guide 2, "Quick Start" and the provider's configuration: one object says which model, where, and within which bounds. */
import assert from 'node:assert/strict'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
import { liteLLM } from '@streamseal/stream/openai-compatible'
import { fakeOpenAI } from './helpers/fake-openai.ts'

const proxy = await fakeOpenAI('Hello world')
const llmProvider = liteLLM({
  model: 'gpt-4',
  baseUrl: proxy.url, // a LiteLLM proxy; http://localhost:4000/v1 where nothing is said
  apiKey: 'your-api-key',
  streamTimeoutMs: 120_000,
  maxConcurrentStreams: 10,
})
const handler = new StreamingHandler(llmProvider, StreamFormat.SSE)

const contents: string[] = []
for await (const chunk of handler.streamSse([{ role: 'user', content: 'Say hello' }])) {
  console.log(chunk)
  contents.push(JSON.parse(chunk.slice('data: '.length)).content)
}
assert.equal(contents.join(''), 'Hello world')
await proxy.close()

// A mistake in the configuration is told at once, and not when the first stream fails.
assert.throws(() => liteLLM({ model: 'gpt-4', maxConcurrentStreams: 0 }), RangeError)
assert.throws(() => liteLLM({ model: 'gpt-4', streamTimeoutMs: Number.NaN }), RangeError)
