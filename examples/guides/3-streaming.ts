/** Guide 3, "Streaming example": a declared task whose answer is read as it grows. */
import assert from 'node:assert/strict'
import { declare } from '@streamseal/stream/declare'
import { demo } from '@streamseal/stream/demo'
import { z } from 'zod'

const text =
  "Avengers is an action-packed superhero extravaganza that brings together Earth's mightiest heroes."
// With a key: declare.openai({ model: 'gpt-5-mini' })
const gpt = declare.with(demo({ text, tokensPerSecond: Number.POSITIVE_INFINITY }))

const saySomethingAboutMovie = gpt.task({
  description: 'Say something short about the following movie',
  input: z.object({ movie: z.string().describe('The movie name') }),
  streaming: true, // (1)
})

const stream = saySomethingAboutMovie({ movie: 'Avengers' }) // (2)

const responses: string[] = []
for await (const chunk of stream) {
  console.log(JSON.stringify(chunk.response))
  responses.push(chunk.response)
}

assert.equal(responses.at(-1), text)
// Cumulative: each response begins with the one before.
assert.ok(responses.every((response, index) => response.startsWith(responses[index - 1] ?? '')))
