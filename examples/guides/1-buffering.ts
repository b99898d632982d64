/** Guide 1, "Custom Buffering Strategy": wait for at least 50 characters before embedding. */
import assert from 'node:assert/strict'
import { StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'

const metadata = { model_id: 'gpt-4', timestamp: 1711843200 }
const handler = new StreamingHandler({
  metadata,
  minBufferSize: 50, // characters (code points)
  encodeFirstChunkOnly: true,
  hmacSecretKey: 'your-secret-key',
})

const words = 'Wait for at least fifty characters before embedding, and then let everything flow.'.split(
  /(?<= )/,
)
const sent = words.map(word => handler.processChunk(word))
const received = words.map((_, i) => words.slice(0, i + 1).join('').length)
// Nothing goes out before 50 characters have come; from then on every word does, at once.
for (const [i, chunk] of sent.entries()) assert.equal(chunk !== '', (received[i] ?? 0) >= 50)

const { text, marked } = await handler.finalize()
const full = sent.join('') + text
assert.equal(marked, true)
assert.deepEqual(UnicodeMetadata.extractMetadata(full), metadata)

// What is shorter comes out at the end, marked all the same.
handler.reset()
assert.equal(handler.processChunk('Too short.'), '')
const short = await handler.finalize()
assert.deepEqual(UnicodeMetadata.extractMetadata(short.text), metadata)
console.log('Held back until 50 characters had come; nothing is lost at the end.')
