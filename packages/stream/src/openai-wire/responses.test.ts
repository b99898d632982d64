import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import type { Model, ModelPart } from '../contract.ts'
import { demo } from '../demo.ts'
import { generate, type SealOptions } from '../generate.ts'
import { openai } from '../openai.ts'
import {
  fromChatBody,
  fromResponsesBody,
  openAIChatResponse,
  toOpenAIError,
  toOpenAIResponse,
  writeOpenAIChat,
  writeOpenAIResponses,
} from '../openai-wire.ts'
import { scriptedModel } from '../testing/scripted-model.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** A drop-in for the Responses API and for streamed chat completions, as small as it can be. */
async function serve(model: Model, seal?: SealOptions): Promise<OpenAI> {
  const options = { retry: false as const, ...(seal === undefined ? {} : { seal }) }
  const server = createServer(async (request, response) => {
    try {
      const asked = await json(request)
      if (request.url?.endsWith('/chat/completions')) {
        return await writeOpenAIChat(
          generate(model, { ...fromChatBody(asked).request, ...options }),
          response,
        )
      }
      const body = fromResponsesBody(asked)
      const run = generate(model, { ...body.request, ...options })
      if (body.stream) return await writeOpenAIResponses(run, response, { model: body.model })
      response.setHeader('content-type', 'application/json')
      return response.end(JSON.stringify(await toOpenAIResponse(run, { model: body.model })))
    } catch (error) {
      const { status, body } = toOpenAIError(error)
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
  })
  cleanups.push(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return new OpenAI({ baseURL, apiKey: 'x', maxRetries: 0 })
}

const fast = { tokensPerSecond: Number.POSITIVE_INFINITY }
const ask = { model: 'm', input: 'Hello' }

const full: ModelPart[] = [
  { type: 'start', provider: 'scripted', model: 'm' },
  { type: 'reasoning-start', id: 'r' },
  { type: 'reasoning-delta', id: 'r', delta: 'H' },
  { type: 'reasoning-delta', id: 'r', delta: 'm.' },
  { type: 'reasoning-end', id: 'r' },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: 'Grüße ' },
  { type: 'source', id: 's', url: 'https://example.org', title: 'Example' },
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
  { type: 'refusal-delta', delta: 'I will ' },
  { type: 'refusal-delta', delta: 'not.' },
  {
    type: 'finish',
    reason: 'tool-calls',
    usage: { inputTokens: 50, cachedInputTokens: 30, outputTokens: 6, reasoningTokens: 2 },
  },
]

const textOf = (response: OpenAI.Responses.Response): string =>
  response.output
    .flatMap(item => (item.type === 'message' ? item.content : []))
    .map(part => (part.type === 'output_text' ? part.text : ''))
    .join('')

const output = [
  { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
  {
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [
      {
        type: 'output_text',
        text: 'Grüße 👩‍👩‍👧',
        annotations: [{ type: 'url_citation', title: 'Example' }],
      },
    ],
  },
  { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{"city":"Bern"}', status: 'completed' },
  { type: 'function_call', call_id: 'b', name: 'time', arguments: '{}' },
  { type: 'message', content: [{ type: 'refusal', refusal: 'I will not.' }] },
]

describe('the official openai client reads what we write of the Responses API', () => {
  test.each(['streamed', 'whole'])('%s: reasoning, text, citations, tools, refusal, usage', async how => {
    const client = await serve(scriptedModel(full))
    const response =
      how === 'whole'
        ? await client.responses.create(ask)
        : await client.responses.stream(ask).finalResponse()
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'm',
      output,
      usage: {
        input_tokens: 50,
        input_tokens_details: { cached_tokens: 30 },
        output_tokens: 6,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 56,
      },
    })
  })

  test('event by event: its accumulator sees the text grow, and the numbers count up from 0', async () => {
    const client = await serve(scriptedModel(full))
    const stream = client.responses.stream(ask)
    const snapshots: string[] = []
    const numbers: number[] = []
    stream.on('response.output_text.delta', ({ snapshot }) => snapshots.push(snapshot))
    for await (const event of stream) numbers.push(event.sequence_number)
    expect(snapshots).toEqual(['Grüße ', 'Grüße 👩‍👩‍👧'])
    expect(numbers).toEqual(numbers.map((_, index) => index))
  })

  test('an answer that was cut is incomplete, and says why', async () => {
    const client = await serve(demo(fast))
    // The client's own accumulator gathers completed responses alone: the events are read as they come.
    let last: object = {}
    const asked = { ...ask, max_output_tokens: 5, stream: true as const }
    for await (const event of await client.responses.create(asked)) last = event
    expect(last).toMatchObject({
      type: 'response.incomplete',
      response: {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        usage: { output_tokens: 5 },
      },
    })
  })

  test('a sealed answer verifies, with what the last event or the body carries beside it', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const signer = await createSigner(privateJwk)
    const client = await serve(demo({ ...fast, text: 'Hello world' }), { signer, format: 'code' })
    let last: object = {}
    const stream = client.responses.stream(ask)
    for await (const event of stream) last = event
    const whole = await client.responses.create(ask)
    const read = (value: object): { stream_id?: string; detached?: string } =>
      (value as { streamseal?: object }).streamseal ?? {}
    for (const [text, { stream_id, detached }] of [
      [textOf(await stream.finalResponse()), read(last)],
      [textOf(whole), read(whole)],
    ] as const) {
      const report = await verify(text, { trust: trustList(publicJwk), detached: detached ?? '' })
      expect(report).toMatchObject({ status: 'intact', seals: [{ streamId: stream_id }] })
    }
  })

  test.each(['streamed', 'whole'])('%s: a failure is an APIError', async how => {
    const client = await serve(
      scriptedModel([
        { type: 'start', provider: 'scripted', model: 'm' },
        { type: 'error', code: 'RATE_LIMITED', message: 'slow down', retryable: true },
      ]),
    )
    const failed =
      how === 'whole' ? client.responses.create(ask) : client.responses.stream(ask).finalResponse()
    const error = await failed.catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(OpenAI.APIError)
    expect(String(error)).toContain('slow down')
    if (how === 'whole') expect(error).toMatchObject({ status: 429 })
  })

  test('our own client reads our own wire', async () => {
    const client = await serve(scriptedModel(full))
    const model = openai('m', { api: 'responses', baseUrl: client.baseURL, apiKey: 'x' })
    const result = await generate(model, { prompt: 'x' }).result()
    expect(result).toMatchObject({
      text: 'Grüße 👩‍👩‍👧',
      reasoning: 'Hm.',
      refusal: 'I will not.',
      finishReason: 'tool-calls',
      usage: { inputTokens: 50, cachedInputTokens: 30, outputTokens: 6, reasoningTokens: 2 },
    })
    expect(result.toolCalls.map(({ id, toolName, input }) => [id, toolName, input])).toEqual([
      ['a', 'weather', '{"city":"Bern"}'],
      ['b', 'time', '{}'],
    ])
  })
})

describe('a run as chat completion chunks over a connection', () => {
  test('is read by the official client to its end', async () => {
    const client = await serve(demo({ ...fast, text: 'Hello world' }))
    const messages = [{ role: 'user' as const, content: 'x' }]
    const completion = await client.chat.completions.stream({ model: 'm', messages }).finalChatCompletion()
    expect(completion.choices[0]?.message.content).toBe('Hello world')
  })

  test('ends a failure, and a restart, in an error event without [DONE]', async () => {
    for (const end of [
      { type: 'error' as const, code: 'OVERLOADED' as const, message: 'busy', retryable: true },
      { type: 'restart' as const, code: 'OVERLOADED' as const, message: 'busy' },
    ]) {
      const run = generate(
        scriptedModel([
          { type: 'start', provider: 'scripted', model: 'm' },
          end,
          { type: 'finish', reason: 'stop' },
        ]),
        { prompt: 'x', retry: false },
      )
      const text = await openAIChatResponse(run).text()
      expect(text).toContain('data: {"error":{"message":"busy","type":"server_error"')
      expect(text).not.toContain('[DONE]')
    }
  })
})

describe('fromResponsesBody', () => {
  test('reads messages, calls and their outputs as one conversation', () => {
    const { request, stream } = fromResponsesBody({
      model: 'm',
      stream: true,
      instructions: 'Be brief.',
      max_output_tokens: 7,
      reasoning: { effort: 'low' },
      input: [
        { role: 'developer', content: 'Really.' },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look' },
            { type: 'input_image', image_url: 'https://example.org/a.png' },
            { type: 'input_file', filename: 'a.txt', file_data: 'data:text/plain;base64,AA==' },
          ],
        },
        { type: 'reasoning', id: 'rs_1', summary: [] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call', call_id: 'd', name: 'g', arguments: '{"a":1}' },
        { type: 'function_call_output', call_id: 'c', output: 'done' },
        { type: 'function_call_output', call_id: 'd', output: [{ type: 'input_text', text: 'too' }] },
        { role: 'user', content: 'Go on' },
      ],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: true }],
      tool_choice: { type: 'function', name: 'f' },
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } },
    })
    expect(stream).toBe(true)
    expect(request).toEqual({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: 'Really.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', data: 'https://example.org/a.png' },
            { type: 'file', data: 'data:text/plain;base64,AA==', mediaType: 'text/plain', filename: 'a.txt' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I look.' },
            { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{}' },
            { type: 'tool-call', toolCallId: 'd', toolName: 'g', input: '{"a":1}' },
          ],
        },
        {
          role: 'tool',
          content: [
            { type: 'tool-result', toolCallId: 'c', toolName: 'f', output: 'done' },
            { type: 'tool-result', toolCallId: 'd', toolName: 'g', output: 'too' },
          ],
        },
        { role: 'user', content: 'Go on' },
      ],
      maxOutputTokens: 7,
      reasoningEffort: 'low',
      tools: [{ name: 'f', inputSchema: { type: 'object' } }],
      toolChoice: { toolName: 'f' },
      responseFormat: { type: 'json', schema: { type: 'object' }, name: 'n', strict: false },
    })
  })

  test.each([
    ['a string', 'the body'],
    [{ model: 'm' }, 'input'],
    [{ model: 'm', input: [] }, 'input'],
    [{ input: 'x' }, 'model'],
    [{ model: 'm', input: 'x', previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ model: 'm', input: 'x', background: true }, 'background'],
    [{ model: 'm', input: [{ type: 'item_reference', id: 'x' }] }, 'input[0].type'],
    [{ model: 'm', input: 'x', tools: [{ type: 'web_search' }] }, 'tools[0].type'],
    [{ model: 'm', input: [{ role: 'king', content: 'x' }] }, 'input[0].role'],
  ])('names the field that it cannot read: %j', (body, field) => {
    expect(() => fromResponsesBody(body)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining(field) }),
    )
  })
})
