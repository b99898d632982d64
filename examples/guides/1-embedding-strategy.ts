/** Guide 1, "Controlling Embedding Strategy": once at the beginning, or bound throughout the stream. */
import assert from 'node:assert/strict'
import { StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'

const hmacSecretKey = 'your-secret-key'
const metadata = { model_id: 'gpt-4', timestamp: 1711843200 }

async function stream(handler: StreamingHandler): Promise<string> {
  let text = ''
  for (const word of 'The cat sat on the mat, and liked it.'.split(/(?<= )/))
    text += handler.processChunk(word)
  return text + (await handler.finalize()).text
}

// Embed only in the first possible place (default): the metadata is signed, and binds no word.
const once = await stream(new StreamingHandler({ metadata, encodeFirstChunkOnly: true, hmacSecretKey }))
assert.equal(UnicodeMetadata.verifyMetadata(once, { hmacSecretKey }).contentBound, false)
assert.equal(UnicodeMetadata.verifyMetadata(once.replace('mat', 'bed'), { hmacSecretKey }).valid, true)

// Throughout the stream: the same block first, then marks of a seal, with the same key, that bind every word.
const bound = await stream(new StreamingHandler({ metadata, encodeFirstChunkOnly: false, hmacSecretKey }))
assert.equal(UnicodeMetadata.verifyMetadata(bound, { hmacSecretKey }).contentBound, true)
assert.equal(
  UnicodeMetadata.verifyMetadata(bound.replace('mat', 'bed'), { hmacSecretKey }).reason,
  'CONTENT_ALTERED',
)

// Without a key there is nothing to bind with, and finalize says so.
const unkeyed = new StreamingHandler({ metadata, encodeFirstChunkOnly: false })
unkeyed.processChunk('The cat sat.')
assert.equal((await unkeyed.finalize()).reason, 'UNKEYED')
console.log('Once: the metadata is signed. Throughout: the words are, too.')
