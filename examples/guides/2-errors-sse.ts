/** Guide 2, "SSE with error handling": the handler sends one error frame; a caller who would rather write it gets the error. */
import assert from 'node:assert/strict'
import { StreamError } from '@streamseal/stream'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
import { scriptedModel } from '@streamseal/stream/testing'

const failing = scriptedModel([
  { type: 'start', provider: 'scripted', model: 'script' },
  { type: 'text-start', id: 'text-0' },
  { type: 'text-delta', id: 'text-0', delta: 'Half' },
  () => Promise.reject(new StreamError('The provider went away', { code: 'PROVIDER_UNAVAILABLE' })),
])
const handler = new StreamingHandler(failing, StreamFormat.SSE)
const messages = [{ role: 'user' as const, content: 'Tell me' }]

// By itself: what had come, then exactly one error frame, then the end.
const frames: string[] = []
for await (const frame of handler.streamSse(messages)) frames.push(frame)
assert.equal(frames.length, 2)
assert.equal(frames[0], 'data: {"content":"Half","metadata":{},"is_final":false}\n\n')
const { metadata, ...last } = JSON.parse((frames[1] ?? '').slice('data: '.length))
assert.deepEqual(last, { content: '', is_final: true, error: 'The provider went away' })
console.log(metadata)

// With error handling of your own.
async function* streamWithErrorHandling(): AsyncGenerator<string> {
  try {
    yield* handler.streamSse(messages, { throwOnError: true })
  } catch (error) {
    const said = error instanceof StreamError ? error.message : 'Something failed'
    const errorData = { content: '', metadata: {}, is_final: true, error: said }
    yield `data: ${JSON.stringify(errorData)}\n\n`
  }
}
const own: string[] = []
for await (const frame of streamWithErrorHandling()) own.push(frame)
process.stdout.write(own.join(''))
assert.equal(own[0], frames[0])
assert.equal(
  own[1],
  'data: {"content":"","metadata":{},"is_final":true,"error":"The provider went away"}\n\n',
)
