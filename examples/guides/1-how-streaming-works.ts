/** Guide 1, "How Streaming Works": what is returned when, from the first chunk to finalization. */
import assert from 'node:assert/strict'
import { StreamingHandler } from '@streamseal/seal/encypher'

const metadata = { model_id: 'gpt-4', timestamp: 1711843200 }
const handler = new StreamingHandler({ metadata, minBufferSize: 8 })
const isMarked = (chunk: string) => /\u{E0100}|[\u{E0101}-\u{E01EF}]/u.test(chunk)

// Buffering: with `minBufferSize` the first characters wait; without it, which is the default, none does.
assert.equal(handler.processChunk('The'), '')

// Flushing and embedding: when enough have come everything flows, and the block is at the first possible place.
const flushed = handler.processChunk(' cat sat')
assert.ok(flushed.startsWith('The ') && isMarked(flushed))
assert.equal(handler.processChunk(' on the mat.'), ' on the mat.')

// Finalization: a stream ends marked, or says why it is not.
assert.deepEqual(await handler.finalize(), {
  text: '',
  marked: true,
  ends: [{ channel: 'text', text: '', marked: true }],
})

const other = new StreamingHandler({ metadata, target: 'punctuation' })
const passed = other.processChunk('no punctuation here')
const { marked, reason } = await other.finalize()
assert.deepEqual([passed, marked, reason], ['no punctuation here', false, 'NO_TARGET'])
console.log('A stream ends marked, or says why it is not.')
