/** Guide 4, "wrap it as a streamable response": a generator's tokens as a response, as plain text and not as HTML. */
import assert from 'node:assert/strict'
import { generate } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { textResponse } from '@streamseal/stream/text'

// The guide sends `text/html`: a browser would run what the model says. Plain text shows it.
const script = 'Look: <script>alert("run")</script>'
const web = (prompt: string): Response =>
  textResponse(generate(demo({ text: script, tokensPerSecond: Number.POSITIVE_INFINITY }), { prompt }))

const response = web('Say something dangerous')
assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8')
assert.equal(response.headers.get('x-content-type-options'), 'nosniff')

let text = ''
const decoder = new TextDecoder()
for await (const bytes of response.body ?? []) {
  const piece = decoder.decode(bytes, { stream: true })
  process.stdout.write(piece)
  text += piece
}
assert.equal(text, script)
