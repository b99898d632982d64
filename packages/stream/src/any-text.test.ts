import Anthropic from '@anthropic-ai/sdk'
import { DefaultChatTransport } from 'ai'
import { EventSource } from 'eventsource'
import fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { anthropic } from './anthropic.ts'
import { anthropicResponse } from './anthropic-wire.ts'
import { queryStream, streamParts } from './client/index.ts'
import type { Model, ModelPart } from './contract.ts'
import { generate } from './generate.ts'
import { createPartEvents, ndjsonResponse } from './ndjson.ts'
import { openai } from './openai.ts'
import { openAICompatible } from './openai-compatible.ts'
import { openAIChatResponse, openAIResponsesResponse } from './openai-wire.ts'
import type { Run } from './run/run.ts'
import { sseResponse } from './sse.ts'
import { randomCuts, scriptedModel } from './testing.ts'
import { uiMessageResponse } from './ui-message.ts'

type Fetch = typeof globalThis.fetch
interface Reader {
  /** Who reads. */
  by: string
  read(fetch: Fetch): Promise<string>
}
interface Protocol {
  name: string
  write(run: Run): Response
  readers: readonly Reader[]
}

const url = 'http://localhost/stream'
const given = { apiKey: 'x', baseURL: url, maxRetries: 0 }
const asked = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }], stream: true as const }

async function textOf<Item>(
  items: AsyncIterable<Item>,
  deltaOf: (item: Item) => string | undefined | null,
): Promise<string> {
  let text = ''
  for await (const item of items) text += deltaOf(item) ?? ''
  return text
}

/** What one of our own models reads, when its provider answers so. */
const modelReader = (modelOf: (fetch: Fetch) => Model): Reader => ({
  by: 'our model',
  read: async fetch =>
    textOf(modelOf(fetch).stream({ messages: [{ role: 'user', content: 'x' }] }), (part: ModelPart) =>
      part.type === 'text-delta' ? part.delta : undefined,
    ),
})

function readEventSource(fetch: Fetch): Promise<string> {
  const source = new EventSource(url, { fetch: fetch as never })
  let text = ''
  return new Promise<string>((resolve, reject) => {
    source.onmessage = ({ data }) => {
      const frame = JSON.parse(data)
      text += frame.content
      if (frame.is_final) resolve(text)
    }
    source.onerror = reject
  }).finally(() => source.close())
}

async function readUiMessage(fetch: Fetch): Promise<string> {
  const transport = new DefaultChatTransport({ api: url, fetch })
  const chunks = await transport.sendMessages({
    trigger: 'submit-message',
    chatId: 'c',
    messageId: undefined,
    messages: [],
    abortSignal: undefined,
  })
  return textOf(chunks, chunk => (chunk.type === 'text-delta' ? chunk.delta : undefined))
}

const protocols: readonly Protocol[] = [
  {
    name: 'frames',
    write: run => sseResponse(run),
    readers: [
      {
        by: 'our client',
        read: async fetch => textOf(await queryStream('x', { url, fetch }), ({ content }) => content),
      },
      { by: 'eventsource', read: readEventSource },
    ],
  },
  {
    name: 'parts',
    write: run => sseResponse(run, { frames: createPartEvents(run.id) }),
    readers: [
      {
        by: 'our client',
        read: fetch =>
          textOf(streamParts(url, { fetch }), part => (part.type === 'text-delta' ? part.delta : undefined)),
      },
    ],
  },
  {
    name: 'lines',
    write: run => ndjsonResponse(run),
    readers: [
      {
        by: 'JSON.parse',
        read: async fetch => {
          const lines = (await (await fetch(url)).text()).split('\n').filter(line => line !== '')
          return lines.map(line => JSON.parse(line).delta ?? '').join('')
        },
      },
    ],
  },
  {
    name: 'ui-message',
    write: run => uiMessageResponse(run),
    readers: [{ by: 'the AI SDK', read: readUiMessage }],
  },
  {
    name: 'openai',
    write: run => openAIChatResponse(run),
    readers: [
      {
        by: 'the official client',
        read: async fetch =>
          textOf(
            await new OpenAI({ ...given, fetch }).chat.completions.create(asked),
            ({ choices }) => choices[0]?.delta.content,
          ),
      },
      modelReader(fetch => openAICompatible('m', { baseUrl: url, apiKey: 'x', fetch })),
    ],
  },
  {
    name: 'openai-responses',
    write: run => openAIResponsesResponse(run),
    readers: [
      {
        by: 'the official client',
        read: async fetch => {
          const { responses } = new OpenAI({ ...given, fetch })
          return textOf(await responses.create({ model: 'm', input: 'x', stream: true }), event =>
            event.type === 'response.output_text.delta' ? event.delta : undefined,
          )
        },
      },
      modelReader(fetch => openai('m', { api: 'responses', baseUrl: url, apiKey: 'x', fetch })),
    ],
  },
  {
    name: 'anthropic',
    write: run => anthropicResponse(run),
    readers: [
      {
        by: 'the official client',
        read: async fetch => {
          const { messages } = new Anthropic({ ...given, fetch })
          return textOf(await messages.create({ ...asked, max_tokens: 9 }), event =>
            event.type === 'content_block_delta' && event.delta.type === 'text_delta'
              ? event.delta.text
              : undefined,
          )
        },
      },
      modelReader(fetch => anthropic('m', { baseUrl: url, apiKey: 'x', fetch })),
    ],
  },
]

const speaking = (deltas: readonly string[]): Model =>
  scriptedModel([
    { type: 'start', provider: 'scripted', model: 'm' },
    { type: 'text-start', id: 't' },
    ...deltas.map(delta => ({ type: 'text-delta' as const, id: 't', delta })),
    { type: 'text-end', id: 't' },
    { type: 'finish', reason: 'stop' },
  ])

/** What line readers, decoders and JSON stumble over: line ends of every kind, NUL, byte order marks, halves of pairs, the words of the protocol. */
const hard = ['\r', '\n', '\r\n', '\n\n', '\0', '\uFEFF', '\uD83D', '\uDE00', '\u2028', '\u2029', '\u0085']
const words = [' ', ':', '"', '\\', '\\u0000', 'data: ', 'data:x\n\n', 'id: 1\n', 'event: error\n', '[DONE]']
const unit = fc.oneof(
  fc.constantFrom(...hard, ...words),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)
const deltas = fc.array(fc.string({ unit, minLength: 1, maxLength: 12 }), { maxLength: 12 })

/** Answers with the same bytes, cut at other places. */
const answering = (response: Response, seed: number): Fetch =>
  (async () => {
    const bytes = new Uint8Array(await response.arrayBuffer())
    let from = 0
    const slices = [...randomCuts(bytes.length, seed, 8), bytes.length].map(to => {
      const slice = bytes.slice(from, to)
      from = Math.min(to, bytes.length)
      return slice
    })
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const slice of slices) if (slice.length > 0) controller.enqueue(slice)
        controller.close()
      },
    })
    return new Response(body, { headers: response.headers })
  }) as Fetch

describe.each(protocols)('$name', ({ write, readers }) => {
  test.each(readers)('any text is read by $by as it was said, wherever its bytes are cut', ({ read }) =>
    fc.assert(
      fc.asyncProperty(deltas, fc.integer(), async (said, seed) => {
        const run = generate(speaking(said), { prompt: 'x', retry: false })
        expect(await read(answering(write(run), seed))).toBe(said.join(''))
      }),
      { numRuns: 60 },
    ),
  )
})
