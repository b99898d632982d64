/** Guide 1, "LiteLLM (Multi-Provider)": mark what any provider behind LiteLLM's proxy streams. `interop/litellm` runs the real proxy. */
import assert from 'node:assert/strict'
import { StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'
import { generate } from '@streamseal/stream'
import { liteLLM } from '@streamseal/stream/openai-compatible'
import { fakeOpenAI } from './helpers/fake-openai.ts'

const proxy = await fakeOpenAI()
const hmacSecretKey = 'your-secret-key'
const handler = new StreamingHandler({
  metadata: { model_id: 'gpt-4', provider: 'openai', timestamp: new Date(), version: '1.1.0' },
  target: 'whitespace',
  encodeFirstChunkOnly: true,
  hmacSecretKey,
})

const run = generate(liteLLM('gpt-4', { baseUrl: proxy.url, apiKey: 'your-api-key' }), {
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'Write a short paragraph about AI ethics.' },
  ],
})

let fullResponse = ''
for await (const delta of run.text) {
  const processed = handler.processChunk(delta)
  process.stdout.write(processed)
  fullResponse += processed
}
fullResponse += (await handler.finalize()).text
console.log('\n\nStreaming completed!')
await proxy.close()

const { valid, metadata } = UnicodeMetadata.verifyMetadata(fullResponse, { hmacSecretKey })
assert.deepEqual([valid, metadata?.provider], [true, 'openai'])
