/** Guide 3, "Access the delta of the response": only what is new, in the provider's own chunk or as `delta`. */
import assert from 'node:assert/strict'
import { declare } from '@streamseal/stream/declare'
import { z } from 'zod'
import { ETHICS, fakeOpenAI } from './helpers/fake-openai.ts'

const openai = await fakeOpenAI()
const gpt = declare.openai({ model: 'gpt-4', apiKey: 'sk-example', baseUrl: openai.url, stream: true })
const saySomethingAboutMovie = gpt.task({
  description: 'Say something short about the following movie',
  input: z.object({ movie: z.string().describe('The movie name') }),
})

const deltas: unknown[] = []
let joined = ''
for await (const chunk of saySomethingAboutMovie({ movie: 'Avengers' })) {
  console.log(chunk.raw.choices[0]?.delta)
  deltas.push(chunk.raw.choices[0]?.delta)
  joined += chunk.delta
}

assert.deepEqual(deltas[0], { role: 'assistant', content: '' })
assert.deepEqual(deltas[1], { content: 'AI' })
assert.deepEqual(deltas.at(-1), {})
assert.equal(joined, ETHICS)
assert.match(openai.prompts[0] ?? '', /movie \(The movie name\): Avengers/)
await openai.close()
