/** Guide 2, "Monitor Performance": figures of each stream in its final frame, and of all together on the handler. */
import assert from 'node:assert/strict'
import { demo } from '@streamseal/stream/demo'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'

const handler = new StreamingHandler(demo({ text: 'Hello world', tokensPerSecond: 500 }), StreamFormat.SSE)

let last = ''
for (const query of ['One?', 'Two?']) {
  for await (const frame of handler.streamSse([{ role: 'user', content: query }])) last = frame
}
const { metrics } = JSON.parse(last.slice('data: '.length)).metadata
console.log('The last stream:', metrics)
assert.ok(metrics.timeToFirstTokenMs > 0)
assert.equal(metrics.chunks, 2)

console.log('All streams:', handler.metrics)
assert.equal(handler.metrics.completedStreams, 2)
assert.equal(handler.metrics.characters, 22)
