/** Guide 2, "Memory Management": whoever stops reading stops the model, and `cleanup` leaves nothing behind. */
import assert from 'node:assert/strict'
import { demo } from '@streamseal/stream/demo'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'

const handler = new StreamingHandler(demo({ tokensPerSecond: 50, firstTokenMs: 0 }), StreamFormat.SSE)

// Stream with memory management
async function* streamWithCleanup(): AsyncGenerator<string> {
  try {
    for await (const chunk of handler.streamSse([{ role: 'user', content: 'Tell me a long story.' }])) {
      yield chunk
    }
  } finally {
    // Clean up resources
    await handler.cleanup()
  }
}

let count = 0
for await (const _ of streamWithCleanup()) if (++count === 3) break
console.log('Left after 3 chunks:', handler.metrics)
while (handler.metrics.activeStreams > 0) await new Promise(resolve => setTimeout(resolve, 5))
assert.equal(handler.metrics.cancelledStreams, 1)
