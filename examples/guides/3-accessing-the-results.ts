/** Guide 3, "Accessing the results": what a streaming call returns, and what is kept on the task. */
import assert from 'node:assert/strict'
import { declare } from '@streamseal/stream/declare'
import { demo } from '@streamseal/stream/demo'
import { z } from 'zod'

const gpt = declare.with(demo({ text: 'A fine film', tokensPerSecond: Number.POSITIVE_INFINITY }))
const saySomethingAboutMovie = gpt.task({
  description: 'Say something short about the following movie',
  input: z.object({ movie: z.string().describe('The movie name') }),
  streaming: true,
})

const stream = saySomethingAboutMovie({ movie: 'Avengers' })
assert.equal(typeof stream[Symbol.asyncIterator], 'function')

// Undefined until the stream is done; the stream itself is there at once.
const responseBefore = saySomethingAboutMovie.llmResponse
assert.equal(responseBefore, undefined)
assert.equal(saySomethingAboutMovie.llmStreamResponse, stream)

for await (const { response, delta, raw } of stream) {
  console.log({ response, delta, finish: raw.choices[0]?.finish_reason })
}

// Calls that run side by side race for `llmResponse`; each one's own result is here.
const { value, usage, metrics } = await stream.result()
assert.equal(value, 'A fine film')
assert.equal(saySomethingAboutMovie.llmResponse?.response, value)
assert.equal(saySomethingAboutMovie.llmResponse?.completionTokens, usage?.outputTokens)
assert.ok(metrics.durationMs >= 0)
