/** Guide 2, "Debug Mode": the handler's own log, by its name; it holds ids, codes and counts, and no word of the talk. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

const program = `
import { demo } from '@streamseal/stream/demo'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
const handler = new StreamingHandler(demo({ text: 'A secret answer', tokensPerSecond: Infinity }), StreamFormat.SSE)
for await (const frame of handler.streamSse([{ role: 'user', content: 'A secret question' }]));
`
const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
  encoding: 'utf8',
  env: { ...process.env, DEBUG: 'streamseal:handler' },
})
process.stderr.write(stderr)
assert.match(stderr, /streamseal:handler/)
assert.match(stderr, /begin/)
assert.match(stderr, /end/)
assert.doesNotMatch(stderr, /secret/)
