/** Guide 1, "Using the StreamingHandler", as a `TransformStream`: it finalizes itself. */
import assert from 'node:assert/strict'
import { MetadataStream, UnicodeMetadata } from '@streamseal/seal/encypher'

const hmacSecretKey = 'your-secret-key'
const stream = new MetadataStream<string>({
  metadata: { model_id: 'gpt-4', timestamp: 1711843200 },
  encodeFirstChunkOnly: false,
  hmacSecretKey,
})
const answer = new Blob(['This is the first chunk of text. ', 'And this is the final chunk.']).stream()
const response = new Response(
  answer.pipeThrough(new TextDecoderStream()).pipeThrough(stream).pipeThrough(new TextEncoderStream()),
  { headers: { 'content-type': 'text/plain; charset=utf-8' } },
)
const text = await response.text()
assert.equal((await stream.finalized).marked, true)
const { valid, contentBound } = UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })
assert.deepEqual({ valid, contentBound }, { valid: true, contentBound: true })
console.log('Marked and bound, by piping.')
