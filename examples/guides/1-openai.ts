/** Guide 1, "OpenAI": mark a completion of the OpenAI SDK while it streams. */
import assert from 'node:assert/strict'
import { StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'
import OpenAI from 'openai'
import { fakeOpenAI } from './helpers/fake-openai.ts'

const upstream = await fakeOpenAI()
const hmacSecretKey = 'your-secret-key'
const client = new OpenAI({ apiKey: 'your-api-key', baseURL: upstream.url })
const handler = new StreamingHandler({
  metadata: { model_id: 'gpt-4', organization: 'EncypherAI', timestamp: new Date(), version: '1.1.0' },
  target: 'whitespace',
  encodeFirstChunkOnly: true,
  hmacSecretKey,
})

const completion = await client.chat.completions.create({
  model: 'gpt-4',
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'Write a short paragraph about AI ethics.' },
  ],
  stream: true,
})

let fullResponse = ''
for await (const chunk of completion) {
  // The SDK's own chunk goes in, and one of the same shape comes out, with any number of choices marked.
  const processed = handler.processChunk(chunk)
  const content = processed.choices[0]?.delta.content ?? ''
  process.stdout.write(content)
  fullResponse += content
}
fullResponse += (await handler.finalize()).text
console.log('\n\nStreaming completed!')
await upstream.close()

const { valid, metadata } = UnicodeMetadata.verifyMetadata(fullResponse, { hmacSecretKey })
assert.deepEqual([valid, metadata?.organization], [true, 'EncypherAI'])
