/** A tool's input in deltas of four characters, and everyone who reads it as a value after every delta. */
import Anthropic from '@anthropic-ai/sdk'
import { AIMessageChunk } from '@langchain/core/messages'
import { createPartialJson } from '@streamseal/stream'
import { jsonSchema, Output, streamText } from 'ai'
import { mockModel } from './mock-model.ts'

/** One way to read it; returns the last value. */
export interface ToolInputReader {
  name: string
  read(): unknown
}

/** An input, its deltas, and its readers. */
export interface ToolInput {
  input: string
  deltas: string[]
  ours: ToolInputReader
  peers: ToolInputReader[]
}

/** Makes an input of so many items, about seventy characters each. */
export function toolInput(items: number): ToolInput {
  const input = JSON.stringify({
    items: Array.from({ length: items }, (_, index) => ({
      id: index,
      name: `item number ${index}`,
      tags: ['red', 'round'],
      price: index / 4,
    })),
  })
  const deltas = input.match(/.{1,4}/gsu) ?? []
  return {
    input,
    deltas,
    ours: { name: 'a value after every delta', read: () => readOurs(deltas) },
    peers: [
      { name: '@anthropic-ai/sdk 1, inputJson', read: () => readAnthropic(deltas) },
      { name: 'ai 7, partialOutputStream', read: () => readAiSdk(deltas) },
      { name: '@langchain/core 1, chunks put together', read: () => readLangChain(deltas) },
    ],
  }
}

function readOurs(deltas: readonly string[]): unknown {
  const json = createPartialJson()
  let last: unknown
  for (const delta of deltas) {
    json.feed(delta)
    last = json.value
  }
  return last
}

async function readAnthropic(deltas: readonly string[]): Promise<unknown> {
  const message = {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    usage: { input_tokens: 1, output_tokens: 1 },
  }
  const tool = { type: 'tool_use', id: 't', name: 'f', input: {} }
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: tool },
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
  const asked = { model: 'm', max_tokens: 9, messages: [{ role: 'user' as const, content: 'x' }] }
  const stream = client.messages.stream(asked)
  let last: unknown
  stream.on('inputJson', (_, snapshot) => {
    last = snapshot
  })
  await stream.finalMessage()
  return last
}

async function readAiSdk(deltas: readonly string[]): Promise<unknown> {
  const output = Output.object({ schema: jsonSchema({ type: 'object' }) })
  const { partialOutputStream } = streamText({ model: mockModel(deltas), prompt: 'x', output })
  let last: unknown
  for await (const value of partialOutputStream) last = value
  return last
}

/** As a chain does that wants the call so far. */
function readLangChain(deltas: readonly string[]): unknown {
  let whole: AIMessageChunk | undefined
  for (const args of deltas) {
    const call = { type: 'tool_call_chunk' as const, index: 0, args }
    const named = whole === undefined ? { ...call, id: 't', name: 'f' } : call
    const chunk = new AIMessageChunk({ content: '', tool_call_chunks: [named] })
    whole = whole === undefined ? chunk : whole.concat(chunk)
  }
  return whole?.tool_calls?.[0]?.args
}
