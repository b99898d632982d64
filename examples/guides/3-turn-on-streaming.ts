/** Guide 3, "Turn on streaming": the flag on a task, on a chat and on a declaration; the nearest one counts, in the type too. */
import assert from 'node:assert/strict'
import { declare } from '@streamseal/stream/declare'
import { demo } from '@streamseal/stream/demo'
import { fakeOpenAI } from './helpers/fake-openai.ts'

const model = demo({ text: 'Hello', tokensPerSecond: Number.POSITIVE_INFINITY })
const gpt = declare.with(model)

const myTask = gpt.task({ description: 'Say hello', streaming: true }) // (1)
const MyChat = gpt.chat({ streaming: true }) // (2)
for (const stream of [myTask(), MyChat().send('Say hello')]) {
  let last = ''
  for await (const { response } of stream) last = response
  assert.equal(last, 'Hello')
}

// Globally, for OpenAI and for Azure.
const openai = await fakeOpenAI()
const gptWithStreaming = declare.openai({
  model: 'gpt-4',
  apiKey: 'sk-example',
  baseUrl: openai.url,
  stream: true,
})
const azureWithStreaming = declare.azureOpenAI({
  model: 'my-deployment',
  endpoint: openai.url.replace(/\/v1$/, ''),
  apiKey: 'example',
  stream: true,
})
for (const context of [gptWithStreaming, azureWithStreaming]) {
  const task = context.task({ description: 'Say something about AI ethics' })
  let chunks = 0
  for await (const _ of task()) chunks += 1
  assert.ok(chunks > 5)
  // The call's flag wins over the task's, and the task's over the declaration's.
  const whole: string = await task({}, { streaming: false })
  assert.match(whole, /^AI ethics asks/)
}
await openai.close()
