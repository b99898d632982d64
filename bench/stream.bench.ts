/**
 * Provider bytes to typed parts: a chat completion stream of 16,000 chunks in slices of 16 KiB, as a socket gives them,
 * without a network. Each candidate reads the same bytes through its own `fetch` option; `ai` is given parts that are
 * decoded already, which flatters it. One chunk's share is the median divided by 16,000.
 */
import { generate } from '@streamseal/stream'
import { openAICompatible } from '@streamseal/stream/openai-compatible'
import { streamText } from 'ai'
import { MockLanguageModelV4, simulateReadableStream } from 'ai/test'
import OpenAI from 'openai'
import type { Benchmark } from './harness.ts'

const chunks = 16_000
const sliceBytes = 16 * 1024
const lines = Array.from({ length: chunks }, (_, index) =>
  JSON.stringify({
    id: 'chatcmpl-BxYz0123456789abcdefghijklmno',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'gpt-test',
    system_fingerprint: 'fp_0123456789',
    choices: [{ index: 0, delta: { content: ` word${index % 10}` }, logprobs: null, finish_reason: null }],
    usage: null,
  }),
)
const end = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
const bytes = new TextEncoder().encode([...lines, end, '[DONE]'].map(line => `data: ${line}\n\n`).join(''))
const slices = Array.from({ length: Math.ceil(bytes.length / sliceBytes) }, (_, index) =>
  bytes.subarray(index * sliceBytes, (index + 1) * sliceBytes),
)

const fetch = async (): Promise<Response> => {
  let next = 0
  const body = new ReadableStream({
    pull(controller) {
      const slice = slices[next++]
      if (slice === undefined) controller.close()
      else controller.enqueue(slice)
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const model = openAICompatible('gpt-test', { baseUrl: 'http://provider.invalid/v1', fetch })
const client = new OpenAI({ baseURL: 'http://provider.invalid/v1', apiKey: 'none', fetch })
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: chunks, text: chunks, reasoning: 0 },
}

async function parts(): Promise<number> {
  let count = 0
  for await (const part of model.stream({ messages: [] })) if (part.type === 'text-delta') count += 1
  return count
}

async function run(): Promise<number> {
  let count = 0
  for await (const part of generate(model, { messages: [] }).parts) if (part.type === 'text-delta') count += 1
  return count
}

async function official(): Promise<number> {
  let count = 0
  const stream = await client.chat.completions.create({ model: 'm', messages: [], stream: true })
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) count += 1
  return count
}

async function aiSdk(): Promise<number> {
  const deltas = Array.from({ length: chunks }, (_, index) => ({
    type: 'text-delta' as const,
    id: '0',
    delta: ` word${index % 10}`,
  }))
  const mock = new MockLanguageModelV4({
    doStream: async () => ({
      stream: simulateReadableStream({
        initialDelayInMs: null,
        chunkDelayInMs: null,
        chunks: [
          { type: 'text-start', id: '0' },
          ...deltas,
          { type: 'text-end', id: '0' },
          { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage },
        ],
      }),
    }),
  })
  let count = 0
  for await (const part of streamText({ model: mock, prompt: 'x' }).stream)
    if (part.type === 'text-delta') count += 1
  return count
}

function parseLines(): number {
  let count = 0
  for (const line of lines) if (JSON.parse(line).choices[0].delta.content) count += 1
  return count
}

/** Measured in `npm run bench -- stream`. */
export const benchmark: Benchmark = {
  what: `a stream of ${chunks} chunks, ${bytes.length} bytes`,
  baseline: { name: 'its JSON parsed', run: parseLines },
  candidates: [
    { name: 'bytes to typed parts', run: parts, ratio: 1.8 },
    { name: 'the same through a run, with its log', run, ratio: 4.5 },
    { name: 'openai 6 (chunks as sent)', run: official, ratio: 9 },
    { name: 'ai 7 streamText (parts given)', run: aiSdk, ratio: 36 },
  ],
}
