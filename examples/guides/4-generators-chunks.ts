/** Guide 4, "the sample chunk": what a chunk looks like, as OpenAI has it, whatever model it comes from. */
import assert from 'node:assert/strict'
import { generate } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { toOpenAIChunks } from '@streamseal/stream/openai-wire'

const run = generate(demo({ text: 'SELECT a SQL answer', tokensPerSecond: Number.POSITIVE_INFINITY }), {
  prompt: 'Hello',
})
const contents: string[] = []
for await (const chunk of toOpenAIChunks(run)) {
  console.log('chunk', chunk)
  const content = chunk.choices[0]?.delta.content
  if (content !== undefined) contents.push(content)
  assert.equal(chunk.object, 'chat.completion.chunk')
}
assert.equal(contents.join(''), 'SELECT a SQL answer')
