/** Guide 1, "Using the StreamingHandler": embed metadata in chunks as they arrive, then extract and verify it. */
import assert from 'node:assert/strict'
import { MetadataEncoder, StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'

const hmacSecretKey = 'your-secret-key'
const metadata = {
  model_id: 'gpt-4',
  organization: 'EncypherAI',
  timestamp: Math.floor(Date.now() / 1000), // seconds since 1970
  version: '1.1.0',
}
const handler = new StreamingHandler({
  metadata,
  target: 'whitespace', // where to embed the metadata
  encodeFirstChunkOnly: true,
  hmacSecretKey, // only needed for verification
})

const chunks = [
  'This is the first chunk of text. ',
  'This is the second chunk. ',
  'And this is the final chunk.',
]
const processed: string[] = []
for (const chunk of chunks) {
  const processedChunk = handler.processChunk(chunk)
  processed.push(processedChunk)
  console.log(`Processed chunk: ${processedChunk}`)
}
const end = await handler.finalize()
const fullText = processed.join('') + end.text
assert.equal(end.marked, true)

// Extract without verifying.
const extracted = UnicodeMetadata.extractMetadata(fullText)
assert.deepEqual(extracted, metadata)

// Verify with the same key.
const verified = UnicodeMetadata.verifyMetadata(fullText, { hmacSecretKey })
assert.deepEqual([verified.valid, verified.metadata], [true, metadata])
assert.equal(
  UnicodeMetadata.verifyMetadata(fullText, { hmacSecretKey: 'another key' }).reason,
  'SIGNATURE_MISMATCH',
)

// The other class reads what a handler embeds, too, and gives the text back as it was.
const encoder = new MetadataEncoder({ hmacSecretKey })
const { valid, cleanText } = encoder.verifyText(fullText)
assert.deepEqual([valid, cleanText], [true, chunks.join('')])
console.log('Extracted and verified:', verified.metadata)
