/**
 * A tool's input of 5.6 KB in deltas of four characters, read as a value after every delta: ours, and the Anthropic client
 * with an `inputJson` listener, which parses what it has anew each time. The baseline parses the whole input once.
 */
import Anthropic from '@anthropic-ai/sdk'
import { createPartialJson } from '@streamseal/stream'
import type { Benchmark } from './harness.ts'

const input = JSON.stringify({
  items: Array.from({ length: 80 }, (_, index) => ({
    id: index,
    name: `item number ${index}`,
    tags: ['red', 'round'],
    price: index / 4,
  })),
})
const deltas = input.match(/.{1,4}/gsu) ?? []

const events = [
  {
    type: 'message_start',
    message: {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  },
  {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'tool_use', id: 't', name: 'f', input: {} },
  },
  ...deltas.map(partial_json => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'input_json_delta', partial_json },
  })),
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
]
const body = events.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
const fetch = async (): Promise<Response> =>
  new Response(body, { headers: { 'content-type': 'text/event-stream' } })
const client = new Anthropic({ apiKey: 'none', baseURL: 'http://provider.invalid', fetch })

function ours(): unknown {
  const json = createPartialJson()
  let last: unknown
  for (const delta of deltas) {
    json.feed(delta)
    last = json.value
  }
  return last
}

async function anthropic(): Promise<unknown> {
  let last: unknown
  const stream = client.messages.stream({
    model: 'm',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'x' }],
  })
  stream.on('inputJson', (_, snapshot) => {
    last = snapshot
  })
  await stream.finalMessage()
  return last
}

/** Measured in `npm run bench -- stream-tool-input`. */
export const benchmark: Benchmark = {
  what: `a tool's input of ${input.length} characters in ${deltas.length} deltas`,
  baseline: { name: 'parsed once, whole', run: () => JSON.parse(input) },
  candidates: [
    { name: 'a value after every delta', run: ours, ratio: 6.5 },
    { name: '@anthropic-ai/sdk 1, inputJson', run: anthropic, ratio: 5_000 },
  ],
}
