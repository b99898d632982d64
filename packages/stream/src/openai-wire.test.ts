import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSigner, generateKeys, strip, type Trust, trustList, verify } from '@streamseal/seal'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import type { Model } from './contract.ts'
import { demo } from './demo.ts'
import { generate, type SealOptions } from './generate.ts'
import { chatRequest } from './openai-chat/request.ts'
import { openAICompatible } from './openai-compatible.ts'
import type { StreamsealField } from './openai-wire/chunks.ts'
import { fromChatBody, toOpenAIChunks, toOpenAICompletion, toOpenAIError } from './openai-wire.ts'
import { StreamError } from './stream-error.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A drop-in for chat completions, as small as it can be. */
async function serve(model: Model, seal?: SealOptions): Promise<OpenAI> {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    try {
      const body = fromChatBody(JSON.parse(Buffer.concat(pieces).toString()))
      const run = generate(model, { ...body.request, ...(seal === undefined ? {} : { seal }) })
      if (!body.stream)
        return response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify(await toOpenAICompletion(run)))
      response.setHeader('content-type', 'text/event-stream')
      try {
        for await (const chunk of toOpenAIChunks(run, { includeUsage: body.includeUsage }))
          response.write(`data: ${JSON.stringify(chunk)}\n\n`)
        response.end('data: [DONE]\n\n')
      } catch (error) {
        response.end(`data: ${JSON.stringify(toOpenAIError(error).body)}\n\n`)
      }
    } catch (error) {
      const { status, body } = toOpenAIError(error)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    return undefined
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return new OpenAI({
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    apiKey: 'x',
    maxRetries: 0,
  })
}

const fast = { tokensPerSecond: Number.POSITIVE_INFINITY }
const messages = [{ role: 'user' as const, content: 'Hello' }]

const tools: Model = {
  provider: 'scripted',
  modelId: 'm',
  async *stream() {
    yield { type: 'start', provider: 'scripted', model: 'm' }
    yield { type: 'reasoning-start', id: 'r' }
    yield { type: 'reasoning-delta', id: 'r', delta: 'Hm.' }
    yield { type: 'reasoning-end', id: 'r' }
    for (const id of ['a', 'b']) {
      yield { type: 'tool-input-start', id, toolName: `tool-${id}` }
      yield { type: 'tool-input-delta', id, delta: '{"x":' }
      yield { type: 'tool-input-delta', id, delta: '1}' }
      yield { type: 'tool-input-end', id }
      yield { type: 'tool-call', id, toolName: `tool-${id}`, input: '{"x":1}' }
    }
    yield {
      type: 'finish',
      reason: 'tool-calls',
      usage: { inputTokens: 5, outputTokens: 6, cachedInputTokens: 2 },
    }
  },
}

const choiceTexts = ['The cat sat on the mat.', 'x = 1']
const twoChoices: Model = {
  provider: 'scripted',
  modelId: 'm',
  async *stream() {
    yield { type: 'start', provider: 'scripted', model: 'm' }
    for (const [choice, delta] of choiceTexts.entries()) {
      const id = `t${choice}`
      yield { type: 'text-start', id, choice }
      yield { type: 'text-delta', id, delta }
      yield { type: 'text-end', id }
    }
    const choices = choiceTexts.map((_, choice) => ({ choice, reason: 'stop' as const }))
    yield { type: 'finish', reason: 'stop', choices }
  },
}

/** Each text must verify by what `streamseal` says of its choice. */
async function checkChoices(answer: unknown, texts: readonly string[], trust: Trust): Promise<void> {
  const { choices } = (answer as { streamseal: Required<StreamsealField> }).streamseal
  expect(texts.map(text => strip(text))).toEqual(choiceTexts)
  for (const { index, stream_id: streamId, detached = '' } of choices) {
    const report = await verify(texts[index] ?? '', { trust, ...(detached === '' ? {} : { detached }) })
    expect(report).toMatchObject({ status: 'intact', seals: [{ streamId }] })
  }
}

describe('the official openai client reads what we write', () => {
  test('streamed, with usage, through its own accumulator', async () => {
    const client = await serve(demo(fast))
    const stream = client.chat.completions.stream({
      model: 'demo',
      messages,
      stream_options: { include_usage: true },
    })
    const completion = await stream.finalChatCompletion()
    const expected = await generate(demo(fast), { prompt: 'Hello' }).result()
    expect(completion.choices[0]?.message.content).toBe(expected.text)
    expect(completion.choices[0]?.finish_reason).toBe('stop')
    expect(completion.usage).toMatchObject({
      prompt_tokens: expected.usage?.inputTokens,
      completion_tokens: expected.usage?.outputTokens,
    })
  })

  test('whole', async () => {
    const client = await serve(demo(fast))
    const completion = await client.chat.completions.create({ model: 'demo', messages, max_tokens: 5 })
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'length', message: { role: 'assistant' } })
    expect(completion.usage?.completion_tokens).toBe(5)
  })

  test('parallel tool calls, streamed and whole', async () => {
    const client = await serve(tools)
    const streamed = await client.chat.completions.stream({ model: 'm', messages }).finalChatCompletion()
    const whole = await client.chat.completions.create({ model: 'm', messages })
    for (const completion of [streamed, whole]) {
      expect(completion.choices[0]?.finish_reason).toBe('tool_calls')
      expect(completion.choices[0]?.message.tool_calls).toMatchObject([
        { id: 'a', type: 'function', function: { name: 'tool-a', arguments: '{"x":1}' } },
        { id: 'b', type: 'function', function: { name: 'tool-b', arguments: '{"x":1}' } },
      ])
    }
  })

  test('an error in the stream is thrown, and an error before it has a status', async () => {
    const failing: Model = {
      provider: 'scripted',
      modelId: 'm',
      async *stream() {
        yield { type: 'start', provider: 'scripted', model: 'm' }
        yield { type: 'text-start', id: 't' }
        yield { type: 'text-delta', id: 't', delta: 'Half' }
        throw new StreamError('too busy', { code: 'OVERLOADED' })
      },
    }
    const client = await serve(failing)
    await expect(
      client.chat.completions.stream({ model: 'm', messages }).finalChatCompletion(),
    ).rejects.toThrow('too busy')
    await expect(client.chat.completions.create({ model: 'm', messages })).rejects.toMatchObject({
      status: 503,
      code: 'OVERLOADED',
    })
  })

  test('every choice of a sealed answer is named, streamed and whole', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const trust = trustList(publicJwk)
    const client = await serve(twoChoices, { signer: await createSigner(privateJwk) })
    const asked = { model: 'm', messages, n: 2 }
    const whole = await client.chat.completions.create(asked)
    await checkChoices(
      whole,
      whole.choices.map(({ message }) => message.content ?? ''),
      trust,
    )
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of await client.chat.completions.create({ ...asked, stream: true }))
      chunks.push(chunk)
    const choices = chunks.flatMap(chunk => chunk.choices)
    const received = [0, 1].map(index =>
      choices
        .filter(choice => choice.index === index)
        .map(({ delta }) => delta.content ?? '')
        .join(''),
    )
    await checkChoices(chunks.at(-1), received, trust)
  })

  test('a sealed answer verifies, with what the last event carries beside it', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const client = await serve(demo({ tokensPerSecond: 3000 }), { signer: await createSigner(privateJwk) })
    let text = ''
    let beside: { stream_id?: string; detached?: string } = {}
    for await (const chunk of await client.chat.completions.create({
      model: 'demo',
      messages,
      stream: true,
    })) {
      text += chunk.choices[0]?.delta.content ?? ''
      if ('streamseal' in chunk) beside = chunk.streamseal as typeof beside
    }
    const report = await verify(text, {
      trust: trustList(publicJwk),
      ...(beside.detached === undefined ? {} : { detached: beside.detached }),
    })
    expect(report.seals[0]).toMatchObject({
      streamId: beside.stream_id,
      signature: 'valid',
      ending: 'complete',
    })
    expect(report.status).toBe('intact')
    expect(strip(text)).toContain('demonstration model')
  })

  test('our own client reads our own wire', async () => {
    const client = await serve(tools)
    const result = await generate(openAICompatible('m', { baseUrl: client.baseURL }), {
      prompt: 'x',
    }).result()
    expect(result).toMatchObject({
      reasoning: 'Hm.',
      finishReason: 'tool-calls',
      usage: { inputTokens: 5, outputTokens: 6, cachedInputTokens: 2 },
    })
    expect(result.toolCalls.map(({ id, toolName, input }) => [id, toolName, input])).toEqual([
      ['a', 'tool-a', '{"x":1}'],
      ['b', 'tool-b', '{"x":1}'],
    ])
  })
})

describe('fromChatBody', () => {
  test('reads messages, tools, formats and limits', () => {
    const { request } = fromChatBody({
      model: 'm',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: 'done' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } },
      stop: 'END',
      max_completion_tokens: 7,
      n: 2,
    })
    expect(request).toEqual({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', data: 'https://example.org/a.png' },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{}' }] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: '', output: 'done' }] },
      ],
      tools: [{ name: 'f', inputSchema: { type: 'object' } }],
      toolChoice: { toolName: 'f' },
      responseFormat: { type: 'json', schema: { type: 'object' }, name: 'n', strict: false },
      stopSequences: ['END'],
      maxOutputTokens: 7,
      choices: 2,
    })
  })

  test('asks for a schema as strictly as the client did, which is not at all where it says nothing', () => {
    const strictOf = (strict?: boolean): unknown => {
      const json_schema = {
        name: 'n',
        schema: { type: 'object' },
        ...(strict === undefined ? {} : { strict }),
      }
      const { request } = fromChatBody({
        model: 'm',
        messages: [{ role: 'user', content: 'x' }],
        response_format: { type: 'json_schema', json_schema },
      })
      return chatRequest('m', request).response_format
    }
    expect(strictOf()).toMatchObject({ json_schema: { strict: false } })
    expect(strictOf(false)).toMatchObject({ json_schema: { strict: false } })
    expect(strictOf(true)).toMatchObject({ json_schema: { strict: true } })
  })

  test.each([
    ['a string', 'the body'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [] }, 'messages'],
    [{ model: 'm', messages: [{ role: 'king', content: '' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 'x' }] }, 'model'],
    [{ model: 'm', messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
    [{ model: 'm', messages: [{ role: 'user', content: 'x' }], temperature: 'hot' }, 'temperature'],
  ])('names the field that it cannot read: %j', (body, field) => {
    expect(() => fromChatBody(body)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining(field) }),
    )
  })
})
