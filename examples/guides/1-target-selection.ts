/** Guide 1, "Customizing Target Selection": where the metadata is embedded. */
import assert from 'node:assert/strict'
import { MetadataTarget, StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'

const metadata = { model_id: 'gpt-4', timestamp: Math.floor(Date.now() / 1000), version: '1.1.0' }
const text = 'Hello, world'
const places: Record<string, number> = {}
for (const target of [
  MetadataTarget.WHITESPACE,
  MetadataTarget.PUNCTUATION,
  MetadataTarget.FIRST_LETTER,
  MetadataTarget.LAST_LETTER,
  MetadataTarget.ALL_CHARACTERS,
  MetadataTarget.FILE_END,
]) {
  const handler = new StreamingHandler({
    metadata,
    target,
    encodeFirstChunkOnly: true,
    hmacSecretKey: 'your-secret-key',
  })
  const marked = handler.processChunk(text) + (await handler.finalize()).text
  assert.deepEqual(UnicodeMetadata.extractMetadata(marked), metadata)
  places[target] = marked.search(/[\u{E0100}-\u{E01EF}]/u)
}
console.log(places)
assert.deepEqual(places, {
  whitespace: 'Hello, '.length,
  punctuation: 'Hello,'.length,
  first_letter: 'H'.length,
  last_letter: 'Hello'.length,
  all_characters: 'H'.length,
  file_end: text.length,
})

// A misspelt target is an error at once, not white space.
assert.throws(() => new StreamingHandler({ metadata, target: 'Punctuation' as MetadataTarget }), {
  code: 'INVALID_TARGET',
})
