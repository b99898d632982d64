import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import Anthropic from '@anthropic-ai/sdk'
import { createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import { afterEach, describe, expect, test } from 'vitest'
import { anthropic } from '../anthropic.ts'
import {
  anthropicResponse,
  createMessageEvents,
  fromMessagesBody,
  toAnthropicError,
  toAnthropicMessage,
  writeAnthropic,
} from '../anthropic-wire.ts'
import type { Model, ModelPart, Part } from '../contract.ts'
import { demo } from '../demo.ts'
import { generate, type SealOptions } from '../generate.ts'
import { StreamError } from '../stream-error.ts'
import { scriptedModel } from '../testing/scripted-model.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** A drop-in for the Messages API, as small as it can be. */
async function serve(model: Model, seal?: SealOptions): Promise<Anthropic> {
  const server = createServer(async (request, response) => {
    try {
      const body = fromMessagesBody(await json(request))
      const run = generate(model, { ...body.request, ...(seal === undefined ? {} : { seal }), retry: false })
      if (body.stream) return await writeAnthropic(run, response, { model: body.model })
      response.setHeader('content-type', 'application/json')
      return response.end(JSON.stringify(await toAnthropicMessage(run, { model: body.model })))
    } catch (error) {
      const { status, body } = toAnthropicError(error)
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
  })
  cleanups.push(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return new Anthropic({ baseURL, apiKey: 'x', maxRetries: 0 })
}

const fast = { tokensPerSecond: Number.POSITIVE_INFINITY }
const ask = { model: 'm', max_tokens: 4000, messages: [{ role: 'user' as const, content: 'Hello' }] }

const full: ModelPart[] = [
  { type: 'start', provider: 'scripted', model: 'm' },
  { type: 'reasoning-start', id: 'r' },
  { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
  { type: 'reasoning-end', id: 'r', signature: { provider: 'anthropic', value: 'c2ln' } },
  { type: 'reasoning-start', id: 'r2' },
  { type: 'reasoning-end', id: 'r2', signature: { provider: 'anthropic', value: 'cmVk', redacted: true } },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: 'Grüße ' },
  { type: 'source', id: 's', url: 'https://example.org', title: 'Example', citedText: 'So.' },
  { type: 'text-delta', id: 't', delta: '👩‍👩‍👧' },
  { type: 'text-end', id: 't' },
  { type: 'tool-input-start', id: 'a', toolName: 'weather' },
  { type: 'tool-input-start', id: 'b', toolName: 'time' },
  { type: 'tool-input-delta', id: 'a', delta: '{"city":' },
  { type: 'tool-input-delta', id: 'b', delta: '{}' },
  { type: 'tool-input-delta', id: 'a', delta: '"Bern"}' },
  { type: 'tool-input-end', id: 'a' },
  { type: 'tool-call', id: 'a', toolName: 'weather', input: '{"city":"Bern"}' },
  { type: 'tool-input-end', id: 'b' },
  { type: 'tool-call', id: 'b', toolName: 'time', input: '{}' },
  {
    type: 'finish',
    reason: 'tool-calls',
    usage: { inputTokens: 50, cachedInputTokens: 30, cacheWriteInputTokens: 5, outputTokens: 6 },
  },
]

const content = [
  { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
  { type: 'redacted_thinking', data: 'cmVk' },
  {
    type: 'text',
    text: 'Grüße 👩‍👩‍👧',
    citations: [
      { type: 'web_search_result_location', url: 'https://example.org', title: 'Example', cited_text: 'So.' },
    ],
  },
  { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Bern' } },
  { type: 'tool_use', id: 'b', name: 'time', input: {} },
]

describe('the official @anthropic-ai/sdk reads what we write', () => {
  test.each(['streamed', 'whole'])('%s: thinking, text, citations, tools, usage', async how => {
    const client = await serve(scriptedModel(full))
    const message =
      how === 'whole' ? await client.messages.create(ask) : await client.messages.stream(ask).finalMessage()
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'm',
      content,
      stop_reason: 'tool_use',
      usage: {
        input_tokens: 15,
        cache_read_input_tokens: 30,
        cache_creation_input_tokens: 5,
        output_tokens: 6,
      },
    })
  })

  test('the text of the demonstration, delta by delta', async () => {
    const client = await serve(demo(fast))
    const expected = await generate(demo(fast), { prompt: 'Hello' }).result()
    let text = ''
    const stream = client.messages.stream(ask).on('text', delta => {
      text += delta
    })
    expect(await stream.finalText()).toBe(expected.text)
    expect(text).toBe(expected.text)
  })

  test('a sealed answer verifies, with what the last event or the body carries beside it', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const client = await serve(demo({ ...fast, text: 'Hello world' }), {
      signer: await createSigner(privateJwk),
      format: 'code',
    })
    const trust = trustList(publicJwk)
    let last: object = {}
    const stream = client.messages.stream(ask)
    for await (const event of stream) last = event
    const whole = await client.messages.create(ask)
    for (const [message, holder] of [
      [await stream.finalMessage(), last],
      [whole, whole],
    ] as const) {
      const { streamseal } = holder as { streamseal?: { stream_id: string; detached: string } }
      const text = message.content.map(block => (block.type === 'text' ? block.text : '')).join('')
      const report = await verify(text, { trust, detached: streamseal?.detached ?? '' })
      expect(report).toMatchObject({ status: 'intact', seals: [{ streamId: streamseal?.stream_id }] })
    }
  })

  test.each(['streamed', 'whole'])('%s: a failure is an APIError of its kind', async how => {
    const model = scriptedModel([
      { type: 'start', provider: 'scripted', model: 'm' },
      { type: 'error', code: 'OVERLOADED', message: 'busy', retryable: true },
    ])
    const client = await serve(model)
    const failed = how === 'whole' ? client.messages.create(ask) : client.messages.stream(ask).finalMessage()
    const error = await failed.catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Anthropic.APIError)
    expect(String(error)).toContain('overloaded_error')
    if (how === 'whole') expect(error).toMatchObject({ status: 529 })
  })

  test('what another model has replaced cannot be taken back: the answer fails, and nothing follows', async () => {
    const run = generate(
      scriptedModel([
        { type: 'start', provider: 'scripted', model: 'm' },
        { type: 'text-start', id: 't' },
        { type: 'text-delta', id: 't', delta: 'Wrong' },
        { type: 'text-end', id: 't' },
        { type: 'restart', code: 'PROVIDER_ERROR', message: 'failed' },
        { type: 'text-start', id: 't2' },
        { type: 'text-delta', id: 't2', delta: 'Right' },
        { type: 'text-end', id: 't2' },
        { type: 'finish', reason: 'stop' },
      ]),
      { prompt: 'x' },
    )
    const text = await anthropicResponse(run).text()
    expect(text).toContain('event: error\n')
    expect(text).not.toContain('Right')
    expect(text).not.toContain('message_stop')
  })
})

test('our own client reads our own wire', async () => {
  const client = await serve(scriptedModel(full))
  const result = await generate(anthropic('m', { baseUrl: `${client.baseURL}/v1`, apiKey: 'x' }), {
    prompt: 'x',
  }).result()
  expect(result).toMatchObject({
    text: 'Grüße 👩‍👩‍👧',
    reasoning: 'Hm.',
    finishReason: 'tool-calls',
    usage: { inputTokens: 50, cachedInputTokens: 30, cacheWriteInputTokens: 5, outputTokens: 6 },
  })
  expect(result.toolCalls.map(({ id, toolName, input }) => [id, toolName, input])).toEqual([
    ['a', 'weather', '{"city":"Bern"}'],
    ['b', 'time', '{}'],
  ])
})

describe('blocks that are open side by side', () => {
  const takeAll = (parts: readonly object[]): unknown[] => {
    const events = createMessageEvents()
    return parts.flatMap(part => events.take({ cursor: 1, ...part } as Part))
  }
  const overlapping = [
    { type: 'text-start', id: 't' },
    { type: 'tool-input-start', id: 'a', toolName: 'f' },
    { type: 'tool-input-start', id: 'b', toolName: 'g' },
    { type: 'tool-input-delta', id: 'b', delta: '{}' },
    { type: 'tool-input-delta', id: 'a', delta: '[]' },
    { type: 'tool-input-end', id: 'b' },
    { type: 'tool-input-end', id: 'a' },
    { type: 'text-delta', id: 't', delta: 'x' },
  ]
  const inOrder = [
    { type: 'content_block_start', index: 0 },
    { delta: { text: 'x' }, index: 0 },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1 },
    { delta: { partial_json: '[]' }, index: 1 },
    { type: 'content_block_stop', index: 1 },
    { type: 'content_block_start', index: 2 },
    { delta: { partial_json: '{}' }, index: 2 },
    { type: 'content_block_stop', index: 2 },
  ]

  test('follow each other, under their indexes', () => {
    expect(takeAll([...overlapping, { type: 'text-end', id: 't' }])).toMatchObject(inOrder)
  })

  test('are sent as far as they came where the run fails', () => {
    const error = { type: 'error', code: 'STREAM_INCOMPLETE', message: 'cut' }
    expect(takeAll([...overlapping, error])).toMatchObject([...inOrder, { type: 'error' }])
    expect(takeAll([...overlapping.slice(0, 3), error])).toMatchObject([
      ...[0, 1].flatMap(index => [
        { type: 'content_block_start', index },
        { type: 'content_block_stop', index },
      ]),
      { type: 'content_block_start', index: 2 },
      { type: 'error' },
    ])
  })

  test('of a sealed answer that calls a tool are each seen once, and its closing is among the text', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const client = await serve(
      scriptedModel([
        { type: 'start', provider: 'scripted', model: 'm' },
        { type: 'text-start', id: 't' },
        { type: 'text-delta', id: 't', delta: 'I shall look it up. It will not take long.' },
        { type: 'text-end', id: 't' },
        { type: 'tool-input-start', id: 'a', toolName: 'weather' },
        { type: 'tool-input-delta', id: 'a', delta: '{}' },
        { type: 'tool-input-end', id: 'a' },
        { type: 'tool-call', id: 'a', toolName: 'weather', input: '{}' },
        { type: 'finish', reason: 'tool-calls' },
      ]),
      { signer: await createSigner(privateJwk) },
    )
    let text = ''
    const types: string[] = []
    const stream = client.messages.stream(ask)
    stream.on('text', delta => {
      text += delta
    })
    stream.on('contentBlock', block => {
      types.push(block.type)
    })
    const { content: blocks } = await stream.finalMessage()
    expect(types).toEqual(['text', 'tool_use'])
    expect(blocks[0]).toMatchObject({ type: 'text', text })
    expect(await verify(text, { trust: trustList(publicJwk) })).toMatchObject({ status: 'intact' })
  })

  test('of another choice are left out', () => {
    expect(
      takeAll([
        { type: 'text-start', id: 't' },
        { type: 'text-start', id: 'other', choice: 1 },
        { type: 'text-delta', id: 'other', delta: 'x' },
      ]),
    ).toMatchObject([{ index: 0 }])
  })
})

describe('fromMessagesBody', () => {
  test('reads system, images, documents, tools, their results and thoughts', () => {
    const { request, stream } = fromMessagesBody({
      model: 'm',
      stream: true,
      max_tokens: 7,
      stop_sequences: ['END'],
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' },
            },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
            { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } },
            { type: 'server_tool_use', id: 'w', name: 'web_search', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'c',
              content: [{ type: 'text', text: 'done' }],
              is_error: true,
            },
            { type: 'text', text: 'Go on' },
          ],
        },
      ],
      tools: [{ name: 'f', description: 'd', input_schema: { type: 'object' } }],
      tool_choice: { type: 'any' },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
    })
    expect(stream).toBe(true)
    expect(request).toEqual({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', data: 'https://example.org/a.png' },
            { type: 'file', data: 'AA==', mediaType: 'application/pdf', filename: 'a.pdf' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.', signature: { provider: 'anthropic', value: 'c2ln' } },
            { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{"a":1}' },
          ],
        },
        {
          role: 'tool',
          content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'f', output: 'done', isError: true }],
        },
        { role: 'user', content: [{ type: 'text', text: 'Go on' }] },
      ],
      maxOutputTokens: 7,
      stopSequences: ['END'],
      tools: [{ name: 'f', description: 'd', inputSchema: { type: 'object' } }],
      toolChoice: 'required',
      responseFormat: { type: 'json', schema: { type: 'object' } },
    })
  })

  test.each([
    ['a string', 'the body'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [] }, 'messages'],
    [{ messages: [{ role: 'user', content: 'x' }] }, 'model'],
    [{ model: 'm', messages: [{ role: 'king', content: '' }] }, 'messages[0].role'],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'song' }] }] },
      'messages[0].content[0].type',
    ],
    [{ model: 'm', messages: [{ role: 'user', content: 'x' }], max_tokens: 'many' }, 'max_tokens'],
    [
      {
        model: 'm',
        messages: [{ role: 'user', content: 'x' }],
        tools: [{ type: 'web_search_20250305', name: 'web_search' }],
      },
      'tools[0].type',
    ],
  ])('names the field that it cannot read: %j', (body, field) => {
    expect(() => fromMessagesBody(body)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining(field) }),
    )
  })
})

test('toAnthropicError says nothing of what is not ours', () => {
  expect(toAnthropicError(new Error('secret')).body.error).toEqual({
    type: 'api_error',
    message: 'Internal error',
  })
  expect(toAnthropicError(new StreamError('slow', { code: 'TIMEOUT_TOTAL' })).status).toBe(504)
})
