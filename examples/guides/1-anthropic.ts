/** Guide 1, "Anthropic": mark a message of the Anthropic SDK while it streams. */
import assert from 'node:assert/strict'
import Anthropic from '@anthropic-ai/sdk'
import { StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'
import { fakeAnthropic } from './helpers/fake-anthropic.ts'

const upstream = await fakeAnthropic()
const hmacSecretKey = 'your-secret-key'
const client = new Anthropic({ apiKey: 'your-api-key', baseURL: upstream.url })
const handler = new StreamingHandler({
  metadata: {
    model_id: 'claude-3-opus-20240229',
    organization: 'EncypherAI',
    timestamp: new Date(),
    version: '1.1.0',
  },
  target: 'whitespace',
  encodeFirstChunkOnly: true,
  hmacSecretKey,
})

const stream = client.messages.stream({
  model: 'claude-3-opus-20240229',
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'Write a short paragraph about AI ethics.' }],
})

let fullResponse = ''
for await (const event of stream) {
  // Text deltas are marked; every other event passes as it is.
  const processed = handler.processChunk(event)
  if (processed.type !== 'content_block_delta' || processed.delta.type !== 'text_delta') continue
  process.stdout.write(processed.delta.text)
  fullResponse += processed.delta.text
}
fullResponse += (await handler.finalize()).text
console.log('\n\nStreaming completed!')
await upstream.close()

const { valid, metadata } = UnicodeMetadata.verifyMetadata(fullResponse, { hmacSecretKey })
assert.deepEqual([valid, metadata?.model_id], [true, 'claude-3-opus-20240229'])
