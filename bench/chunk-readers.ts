/** A chat completion stream as bytes, and everyone who reads it: ours, and the packages that others would use. */
import { ChatOpenAI } from '@langchain/openai'
import { generate } from '@streamseal/stream'
import { openAICompatible } from '@streamseal/stream/openai-compatible'
import { streamText } from 'ai'
import OpenAI from 'openai'
import { mockModel } from './mock-model.ts'

/** One way to read the stream. It returns how many deltas of text it read. */
export interface Reader {
  name: string
  read(): Promise<number>
}

/** A stream of so many chunks. */
export interface ChunkStream {
  /** The chunks' JSON, without framing. */
  lines: string[]
  bytes: number
  ours: Reader[]
  peers: Reader[]
}

const sliceBytes = 16 * 1024

/** Makes it; each reader gets the same bytes, in slices of 16 KiB as a socket gives them, through its own `fetch` option. `ai` is given parts that are decoded already, which flatters it. */
export function chunkStream(chunks: number): ChunkStream {
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
  const fetch = async (): Promise<Response> =>
    new Response(sliced(bytes), { headers: { 'content-type': 'text/event-stream' } })
  return {
    lines,
    bytes: bytes.length,
    ours: [
      { name: 'bytes to typed parts', read: () => readParts(fetch) },
      { name: 'the same through a run, with its log', read: () => readRun(fetch) },
    ],
    peers: [
      { name: 'openai 6 (chunks as sent)', read: () => readOpenAI(fetch) },
      { name: '@langchain/openai 1 (message chunks)', read: () => readLangChain(fetch) },
      { name: 'ai 7 streamText (parts given)', read: () => readAiSdk(chunks) },
    ],
  }
}

type Fetch = () => Promise<Response>

const baseUrl = 'http://provider.invalid/v1'

function sliced(bytes: Uint8Array): ReadableStream {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.subarray(at, at + sliceBytes))
      at += sliceBytes
    },
  })
}

async function readParts(fetch: Fetch): Promise<number> {
  let count = 0
  const model = openAICompatible('gpt-test', { baseUrl, fetch })
  for await (const part of model.stream({ messages: [] })) if (part.type === 'text-delta') count += 1
  return count
}

async function readRun(fetch: Fetch): Promise<number> {
  let count = 0
  const run = generate(openAICompatible('gpt-test', { baseUrl, fetch }), { messages: [] })
  for await (const part of run.parts) if (part.type === 'text-delta') count += 1
  return count
}

async function readOpenAI(fetch: Fetch): Promise<number> {
  let count = 0
  const client = new OpenAI({ baseURL: baseUrl, apiKey: 'none', fetch })
  const stream = await client.chat.completions.create({ model: 'm', messages: [], stream: true })
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) count += 1
  return count
}

async function readLangChain(fetch: Fetch): Promise<number> {
  let count = 0
  const configuration = { baseURL: baseUrl, fetch }
  const model = new ChatOpenAI({ model: 'gpt-test', apiKey: 'none', configuration })
  for await (const chunk of await model.stream('x')) if (chunk.content !== '') count += 1
  return count
}

async function readAiSdk(chunks: number): Promise<number> {
  const model = mockModel(Array.from({ length: chunks }, (_, index) => ` word${index % 10}`))
  let count = 0
  for await (const part of streamText({ model, prompt: 'x' }).stream)
    if (part.type === 'text-delta') count += 1
  return count
}
