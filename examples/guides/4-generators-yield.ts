/** Guide 4, "Streaming in ChatGPT" and "Why do you use yield?": a generator of tokens, which makes nothing before it is asked. */
import assert from 'node:assert/strict'
import { generate } from '@streamseal/stream'
import { openai } from '@streamseal/stream/openai'
import { ETHICS, fakeOpenAI } from './helpers/fake-openai.ts'

const api = await fakeOpenAI()
const options = { baseUrl: api.url, apiKey: 'your-api-key' }
let asked = 0

async function* streamChat(prompt: string): AsyncGenerator<string> {
  asked++
  yield* generate(openai('gpt-3.5-turbo', options), {
    messages: [{ role: 'user', content: prompt }],
  }).text
}

// A generator object: nobody has been asked yet.
const tokens = streamChat('Write about AI ethics')
assert.equal(Object.prototype.toString.call(tokens), '[object AsyncGenerator]')
assert.equal(asked, 0)

// It remembers where it stopped.
const first = await tokens.next()
const second = await tokens.next()
assert.deepEqual([first.value, second.value], ['AI', ' ethics'])

let answer = `${first.value}${second.value}`
for await (const content of tokens) {
  process.stdout.write(content)
  answer += content
}
assert.equal(answer, ETHICS)
assert.deepEqual(await tokens.next(), { value: undefined, done: true })

// Who leaves early ends the request.
for await (const content of streamChat('Once more')) {
  console.log(`\n${content}`)
  break
}
await api.close()
