/** Guide 1, "Understanding Streaming Challenges": the four that it names, each met. */
import assert from 'node:assert/strict'
import { StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'

const hmacSecretKey = 'your-secret-key'
const metadata = { model_id: 'gpt-4', timestamp: 1711843200 }

async function stream(chunks: string[], encodeFirstChunkOnly: boolean): Promise<string> {
  const handler = new StreamingHandler({ metadata, hmacSecretKey, encodeFirstChunkOnly })
  const sent = chunks.map(chunk => handler.processChunk(chunk))
  return sent.join('') + (await handler.finalize()).text
}

// 1. Partial content: however the text is cut, the bytes are the same.
const text = 'The cat sat on the mat.'
const whole = await stream([text], true)
assert.equal(await stream(text.split(/(?<=.)/u), true), whole)

// 2. Target availability: the first chunk has no white space, and the block goes to the first place that comes.
const tokens = await stream(['The', ' cat', ' sat', '.'], true)
assert.deepEqual(UnicodeMetadata.extractMetadata(tokens), metadata)

// 3. Verification integrity: the whole content is bound, so that a changed word is found.
const bound = await stream(['The', ' cat', ' sat', '.'], false)
assert.deepEqual(verdict(bound), { valid: true, contentBound: true, reason: undefined })
assert.deepEqual(verdict(bound.replace('cat', 'dog')), {
  valid: false,
  contentBound: false,
  reason: 'CONTENT_ALTERED',
})

// 4. Consistent extraction: from the combined text, and from a text that it was pasted into.
assert.deepEqual(UnicodeMetadata.extractMetadata(`She wrote: "${whole}" Quite ❤️ so.`), metadata)
console.log('All four challenges are met.')

function verdict(marked: string) {
  const { valid, contentBound, reason } = UnicodeMetadata.verifyMetadata(marked, { hmacSecretKey })
  return { valid, contentBound, reason }
}
