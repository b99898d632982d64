/** Guide 2, "Connection Limits": so many streams at once, the others wait their turn, and a crowd is turned away. */
import assert from 'node:assert/strict'
import { generate, StreamError } from '@streamseal/stream'
import { liteLLM } from '@streamseal/stream/openai-compatible'
import { fakeOpenAI } from './helpers/fake-openai.ts'
import { listen } from './helpers/listen.ts'

const upstream = await fakeOpenAI('Hello')
let open = 0
let most = 0
// Between us and the provider: counts what is under way, and takes its time.
const counter = await listen(async (request, response) => {
  most = Math.max(most, ++open)
  let asked = ''
  for await (const piece of request) asked += piece
  await new Promise(resolve => setTimeout(resolve, 50))
  const answer = await fetch(`${upstream.url}/chat/completions`, { method: 'POST', body: asked })
  const body = await answer.text()
  // Before the answer leaves: its reader may give the turn to the next at once.
  open--
  response.writeHead(answer.status, { 'content-type': 'text/event-stream' }).end(body)
})

const model = liteLLM({
  model: 'gpt-4',
  baseUrl: `${counter.url}/v1`,
  maxConcurrentStreams: 2,
  maxWaitingStreams: 3,
})
const ask = () => generate(model, { prompt: 'Say hello', retry: false }).result()
const answers = await Promise.allSettled(Array.from({ length: 7 }, ask))

const texts = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value.text] : []))
const refusals = answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason] : []))
console.log(`${texts.length} answered, at most ${most} at once; ${refusals.length} turned away`)
assert.deepEqual(texts, Array(5).fill('Hello'))
assert.equal(most, 2)
for (const refusal of refusals) assert.ok(refusal instanceof StreamError && refusal.code === 'RATE_LIMITED')
assert.equal(refusals.length, 2)
await counter.close()
await upstream.close()
