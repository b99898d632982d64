import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { createSigner, generateKeys, seal, trustList, verify } from '@streamseal/seal'
import { generateText, streamText, wrapLanguageModel } from 'ai'
import { MockLanguageModelV4, simulateReadableStream } from 'ai/test'
import { describe, expect, test } from 'vitest'
import { aiSdk, sealMiddleware } from './ai-sdk.ts'
import type { Message, ModelPart } from './contract.ts'
import { generate } from './generate.ts'
import { StreamError } from './stream-error.ts'
import { checkParts, modelSuite } from './testing.ts'

const usage = {
  inputTokens: { total: 9, noCache: 5, cacheRead: 4, cacheWrite: undefined },
  outputTokens: { total: 7, text: 4, reasoning: 3 },
}
const finish = { type: 'finish', finishReason: { unified: 'tool-calls', raw: 'tool_use' }, usage } as const
const chunks: LanguageModelV4StreamPart[] = [
  { type: 'stream-start', warnings: [] },
  { type: 'response-metadata', id: 'r1', modelId: 'real-name' },
  { type: 'reasoning-start', id: '0' },
  { type: 'reasoning-delta', id: '0', delta: 'Hm.' },
  { type: 'reasoning-end', id: '0' },
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: '' },
  { type: 'text-delta', id: '1', delta: 'The cat ' },
  { type: 'text-delta', id: '1', delta: 'sat on the mat.' },
  { type: 'text-end', id: '1' },
  { type: 'source', sourceType: 'url', id: 's', url: 'https://example.org', title: 'Cats' },
  { type: 'tool-input-start', id: 'c1', toolName: 'look' },
  { type: 'tool-input-delta', id: 'c1', delta: '{"at":' },
  { type: 'tool-input-delta', id: 'c1', delta: '1}' },
  { type: 'tool-input-end', id: 'c1' },
  { type: 'tool-call', toolCallId: 'c1', toolName: 'look', input: '{"at":1}' },
  { type: 'tool-call', toolCallId: 'c2', toolName: 'whole', input: '{}' },
  { type: 'tool-call', toolCallId: 'c3', toolName: 'search', input: '{}', providerExecuted: true },
  finish,
]

function mock(parts: LanguageModelV4StreamPart[]): MockLanguageModelV4 {
  return new MockLanguageModelV4({
    provider: 'mock',
    modelId: 'asked-name',
    doStream: async () => ({
      stream: simulateReadableStream({ chunks: parts, initialDelayInMs: null, chunkDelayInMs: null }),
    }),
  })
}

modelSuite('aiSdk', () => aiSdk(mock(chunks)), { test })

describe('aiSdk', () => {
  test('turns the parts of any AI SDK provider into ours', async () => {
    const run = generate(aiSdk(mock(chunks)), { prompt: 'x' })
    const result = await run.result()
    expect(result).toMatchObject({
      provider: 'mock',
      model: 'real-name',
      text: 'The cat sat on the mat.',
      reasoning: 'Hm.',
      finishReason: 'tool-calls',
      rawFinishReason: 'tool_use',
      usage: { inputTokens: 9, cachedInputTokens: 4, outputTokens: 7, reasoningTokens: 3 },
    })
    expect(result.toolCalls.map(({ id, toolName, input }) => [id, toolName, input])).toEqual([
      ['c1', 'look', '{"at":1}'],
      ['c2', 'whole', '{}'],
    ])
    const types: string[] = []
    for await (const part of run.parts) types.push(part.type)
    expect(types).toContain('source')
    expect(types).toContain('provider-tool')
  })

  test('converts messages, images, tools and results to the specification', async () => {
    const model = mock(chunks)
    await generate(aiSdk(model), {
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', data: new Uint8Array([1]), mediaType: 'image/png' },
          ],
        },
        {
          role: 'assistant',
          content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{"a":1}' }],
        },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'f', output: 'done' }] },
      ],
      tools: [{ name: 'f', inputSchema: { type: 'object' } }],
      toolChoice: { toolName: 'f' },
      maxOutputTokens: 5,
    }).result()
    expect(model.doStreamCalls[0]).toMatchObject({
      maxOutputTokens: 5,
      toolChoice: { type: 'tool', toolName: 'f' },
      tools: [{ type: 'function', name: 'f' }],
      prompt: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'file', mediaType: 'image/png', data: { type: 'data' } },
          ],
        },
        {
          role: 'assistant',
          content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'f', input: { a: 1 } }],
        },
        {
          role: 'tool',
          content: [{ type: 'tool-result', toolCallId: 'c', output: { type: 'text', value: 'done' } }],
        },
      ],
    })
  })

  test('what a provider signs its reasoning and its calls with goes back to it', async () => {
    const reasoning = { mock: { signature: 'c2ln' } }
    const call = { mock: { thoughtSignature: 'b25seQ==' } }
    const model = mock([
      { type: 'reasoning-start', id: '0' },
      { type: 'reasoning-delta', id: '0', delta: 'Hm.' },
      { type: 'reasoning-delta', id: '0', delta: '', providerMetadata: reasoning },
      { type: 'reasoning-end', id: '0' },
      { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{"n":1}', providerMetadata: call },
      finish,
    ])
    const question: Message = { role: 'user', content: 'x' }
    const { message } = await generate(aiSdk(model), { messages: [question] }).result()
    if (message === undefined) throw new Error('the result holds no message')
    await generate(aiSdk(model), { messages: [question, message] }).result()
    expect(model.doStreamCalls[1]?.prompt[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm.', providerOptions: reasoning },
        { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: { n: 1 }, providerOptions: call },
      ],
    })
  })

  test('a stream that was cut is STREAM_INCOMPLETE, though the provider finishes it cleanly', async () => {
    const cut = { ...finish, finishReason: { unified: 'other', raw: undefined } } as const
    const error = await generate(aiSdk(mock([...chunks.slice(0, 9), { type: 'text-end', id: '1' }, cut])), {
      prompt: 'x',
    })
      .result()
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'STREAM_INCOMPLETE', partial: { text: 'The cat sat on the mat.' } })
  })

  test('an error part and a failed request are typed', async () => {
    const inside = generate(
      aiSdk(
        mock([...chunks.slice(0, 8), { type: 'error', error: { type: 'overloaded_error', message: 'no' } }]),
      ),
      { prompt: 'x', retry: false },
    )
    await expect(inside.result()).rejects.toMatchObject({ code: 'OVERLOADED' })
    const refused = new MockLanguageModelV4({
      doStream: async () =>
        Promise.reject(
          Object.assign(new Error('slow down'), {
            name: 'AI_APICallError',
            statusCode: 429,
            isRetryable: true,
            responseHeaders: { 'retry-after': '2' },
          }),
        ),
    })
    await expect(generate(aiSdk(refused), { prompt: 'x', retry: false }).result()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 2000,
      retryable: true,
    })
    await expect(generate(aiSdk(refused), { prompt: 'x', retry: false }).result()).rejects.toBeInstanceOf(
      StreamError,
    )
  })
})

const tool: LanguageModelV4StreamPart[] = [
  { type: 'tool-input-start', id: 'c', toolName: 'look' },
  { type: 'tool-input-delta', id: 'c', delta: '{"at":' },
]
const overloaded: LanguageModelV4StreamPart = { type: 'error', error: new Error('overloaded') }
test.each<[string, string, LanguageModelV4StreamPart[]]>([
  ['an error', 'PROVIDER_ERROR', [overloaded]],
  ['an end without a finish', 'STREAM_INCOMPLETE', []],
  [
    'a finish without a reason',
    'STREAM_INCOMPLETE',
    [{ type: 'finish', finishReason: { unified: 'other', raw: undefined }, usage }],
  ],
])('%s inside blocks of the AI SDK ends them, and marks the call that it cut', async (_, code, end) => {
  for (const open of [chunks.slice(0, 4), chunks.slice(0, 8), [...chunks.slice(0, 10), ...tool]]) {
    const parts: ModelPart[] = []
    const read = async (): Promise<void> => {
      const request = { messages: [{ role: 'user' as const, content: 'x' }] }
      for await (const part of aiSdk(mock([...open, ...end])).stream(request)) parts.push(part)
    }
    await expect(read()).rejects.toMatchObject({ code })
    checkParts([...parts, { type: 'error', code: 'PROVIDER_ERROR', message: '', retryable: true }])
    const calls = parts.filter(part => part.type === 'tool-call')
    expect(calls.every(call => call.incomplete)).toBe(true)
    expect(calls).toHaveLength(open.includes(tool[0] as LanguageModelV4StreamPart) ? 1 : 0)
  }
})

test('gives the AI SDK its own options, by provider', async () => {
  const inner = mock(chunks)
  const providerOptions = { openai: { store: false } }
  await generate(aiSdk(inner), { prompt: 'x', providerOptions }).result()
  expect(inner.doStreamCalls[0]?.providerOptions).toEqual(providerOptions)
})

describe('sealMiddleware, for people who stay with the AI SDK', async () => {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk)
  const trust = trustList(publicJwk)
  const plain = chunks
    .filter(part => !part.type.startsWith('tool'))
    .map(part =>
      part.type === 'finish' ? { ...part, finishReason: { unified: 'stop' as const, raw: 'stop' } } : part,
    )

  test('seals what streamText streams', async () => {
    const model = wrapLanguageModel({ model: mock(plain), middleware: sealMiddleware({ signer }) })
    const result = streamText({ model, prompt: 'x' })
    const text = await result.text
    const metadata = (await result.finalStep).providerMetadata?.streamseal
    const report = await verify(text, {
      trust,
      ...(typeof metadata?.detached === 'string' ? { detached: metadata.detached } : {}),
    })
    expect(report).toMatchObject({ status: 'intact', text: 'The cat sat on the mat.' })
    expect(report.seals[0]).toMatchObject({
      streamId: metadata?.streamId,
      claims: { model: 'asked-name', provider: 'mock' },
    })
  })

  test('seals what generateText gives, and sends the prompt without marks', async () => {
    const inner = new MockLanguageModelV4({
      doGenerate: async () => ({
        content: [{ type: 'text', text: 'The cat sat on the mat.' }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage,
        warnings: [],
      }),
    })
    const model = wrapLanguageModel({ model: inner, middleware: sealMiddleware({ signer }) })
    const prompt = (await seal('What did the cat do?', { signer, claims: { model: 'm' } })).text
    const { text, finalStep } = await generateText({ model, prompt })
    const detached = finalStep.providerMetadata?.streamseal?.detached
    const report = await verify(text, { trust, ...(typeof detached === 'string' ? { detached } : {}) })
    expect(report).toMatchObject({ status: 'intact', text: 'The cat sat on the mat.' })
    expect(inner.doGenerateCalls[0]?.prompt).toMatchObject([
      { role: 'user', content: [{ text: 'What did the cat do?' }] },
    ])
  })

  type FinishReason = Extract<LanguageModelV4StreamPart, { type: 'finish' }>['finishReason']
  const error: LanguageModelV4StreamPart = { type: 'error', error: new Error('overloaded') }
  test.each<[string, FinishReason, LanguageModelV4StreamPart[]]>([
    ['complete', { unified: 'stop', raw: 'end_turn' }, []],
    ['complete', { unified: 'other', raw: 'pause_turn' }, []],
    ['length-limited', { unified: 'length', raw: 'max_tokens' }, []],
    ['aborted', { unified: 'content-filter', raw: 'refusal' }, []],
    ['failed', { unified: 'error', raw: undefined }, []],
    ['failed', { unified: 'other', raw: undefined }, []],
    ['failed', { unified: 'stop', raw: 'stop' }, [error]],
  ])('says "%s" of an answer that finished with %o', async (ending, finishReason, before) => {
    const parts = [...plain.filter(part => part.type !== 'finish'), ...before]
    const inner = new MockLanguageModelV4({
      doStream: async () => ({
        stream: simulateReadableStream({ chunks: [...parts, { type: 'finish', finishReason, usage }] }),
      }),
      doGenerate: async () => ({
        content: [{ type: 'text', text: 'The cat sat on the mat.' }],
        finishReason,
        usage,
        warnings: [],
      }),
    })
    const model = wrapLanguageModel({ model: inner, middleware: sealMiddleware({ signer }) })
    const { stream } = await model.doStream({ prompt: [] })
    let text = ''
    for await (const part of stream) if (part.type === 'text-delta') text += part.delta
    expect((await verify(text, { trust })).seals[0]?.ending).toBe(ending)
    if (before.length > 0) return
    const [whole] = (await model.doGenerate({ prompt: [] })).content
    expect((await verify(whole?.type === 'text' ? whole.text : '', { trust })).seals[0]?.ending).toBe(ending)
  })

  test('takes marks out of what tools were given and answered, too', async () => {
    const inner = mock(plain)
    const model = wrapLanguageModel({ model: inner, middleware: sealMiddleware({ signer }) })
    const marked = (await seal('Zürich', { signer, claims: { model: 'm' } })).text
    const call = { toolCallId: 'c', toolName: 't' }
    const output = { type: 'text' as const, value: marked }
    await model.doStream({
      prompt: [
        { role: 'assistant', content: [{ type: 'tool-call', ...call, input: { at: [marked], n: 1 } }] },
        { role: 'tool', content: [{ type: 'tool-result', ...call, output }] },
      ],
    })
    expect(inner.doStreamCalls[0]?.prompt).toEqual([
      { role: 'assistant', content: [{ type: 'tool-call', ...call, input: { at: ['Zürich'], n: 1 } }] },
      {
        role: 'tool',
        content: [{ type: 'tool-result', ...call, output: { type: 'text', value: 'Zürich' } }],
      },
    ])
  })
})
