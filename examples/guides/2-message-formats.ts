/** Guide 2, "Message Formats": the events and the socket's messages, key for key; more goes inside `metadata` alone. */
import assert from 'node:assert/strict'
import { generate } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { createSseFrames } from '@streamseal/stream/sse'
import { createQueryFrames } from '@streamseal/stream/web-socket'

const model = demo({ text: 'Hello world', tokensPerSecond: Number.POSITIVE_INFINITY })
const events = createSseFrames()
const messages = createQueryFrames()

for await (const part of generate(model, { prompt: 'Say hello.' }).parts) {
  const event = events.take(part)
  const message = messages.take(part)
  if (event === undefined) continue
  console.log(event + String(message))
  const data = JSON.parse(event.slice('data: '.length))
  assert.deepEqual(Object.keys(data), ['content', 'metadata', 'is_final'])
  const keys = data.is_final ? ['type', 'content', 'metadata'] : ['type', 'content']
  assert.deepEqual(Object.keys(JSON.parse(String(message))), keys)
  if (data.is_final) assert.equal(data.metadata.final_response, 'Hello world')
}
