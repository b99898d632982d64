/** Guide 3 over recorded streams of two providers: the same task, whoever answers. */
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { anthropic } from '@streamseal/stream/anthropic'
import { declare } from '@streamseal/stream/declare'
import { replay } from '@streamseal/stream/testing'

const recording = (name: string): string =>
  fileURLToPath(new URL(`../../vectors/streams/${name}.jsonl`, import.meta.url))

const contexts = [
  declare.openai({
    model: 'gpt-4.1-nano',
    apiKey: 'none',
    fetch: replay(recording('openai-chat/text')),
    stream: true,
  }),
  declare.with(
    anthropic('claude-test', { apiKey: 'none', fetch: replay(recording('anthropic/citations')) }),
    {
      stream: true,
    },
  ),
]

for (const context of contexts) {
  const say = context.task({ description: 'Say something short' })
  let joined = ''
  let last = ''
  for await (const { delta, response } of say()) {
    joined += delta
    last = response
  }
  console.log(last)
  assert.ok(last.length > 0)
  assert.equal(joined, last)
  assert.equal(say.llmResponse?.response, last)
}
