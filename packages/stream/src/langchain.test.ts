import { AIMessageChunk, type AIMessageChunkFields, type BaseMessage } from '@langchain/core/messages'
import { StringOutputParser } from '@langchain/core/output_parsers'
import { ChatGenerationChunk } from '@langchain/core/outputs'
import { ChatPromptTemplate } from '@langchain/core/prompts'
import { FakeListChatModel } from '@langchain/core/utils/testing'
import { createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import { describe, expect, test } from 'vitest'
import type { ContentPart } from './contract.ts'
import { generate } from './generate.ts'
import { langChain, langChainHandler } from './langchain.ts'
import { sseResponse } from './sse.ts'
import { modelSuite } from './testing.ts'

const fake = (): FakeListChatModel => new FakeListChatModel({ responses: ['The cat sat on the mat.'] })

interface Fields extends Omit<AIMessageChunkFields, 'usage_metadata'> {
  usage_metadata?: object
}

/** A chat model that streams these chunks, or throws. */
function speaking(chunks: Fields[], error?: Error): FakeListChatModel {
  class Speaking extends FakeListChatModel {
    override async *_streamResponseChunks(): ReturnType<FakeListChatModel['_streamResponseChunks']> {
      for (const fields of chunks)
        yield new ChatGenerationChunk({
          text: '',
          message: new AIMessageChunk(fields as AIMessageChunkFields),
        })
      if (error !== undefined) throw error
    }
  }
  return new Speaking({ responses: [] })
}

modelSuite('langChain', () => langChain(fake()), { test })

describe('langChain', () => {
  test('streams text, tool calls and usage of a chat model', async () => {
    const model = speaking([
      { content: 'Let me ' },
      { content: [{ type: 'text', text: 'see.' }] },
      {
        content: '',
        tool_call_chunks: [{ index: 0, id: 'c', name: 'look', args: '{"at"', type: 'tool_call_chunk' }],
      },
      { content: '', tool_call_chunks: [{ index: 0, args: ':1}', type: 'tool_call_chunk' }] },
      { content: '', usage_metadata: { input_tokens: 5, output_tokens: 2, total_tokens: 7 } },
      {
        content: '',
        usage_metadata: {
          input_tokens: 0,
          output_tokens: 3,
          total_tokens: 3,
          output_token_details: { reasoning: 1 },
        },
        response_metadata: { finish_reason: 'tool_calls' },
      },
    ])
    const result = await generate(langChain(model), { prompt: 'x' }).result()
    expect(result).toMatchObject({
      text: 'Let me see.',
      finishReason: 'tool-calls',
      usage: { inputTokens: 5, outputTokens: 5, reasoningTokens: 1 },
    })
    expect(result.toolCalls).toEqual(
      [{ type: 'tool-call', id: 'c', toolName: 'look', input: '{"at":1}', cursor: expect.any(Number) }].map(
        ({ cursor: _, ...call }) => call,
      ),
    )
  })

  const named = { model_provider: 'openai' }

  test('a chain whose model was cut fails its run, where the handler is told no reason', async () => {
    const { handler, run } = langChainHandler()
    const cut = speaking([{ content: 'Half', response_metadata: named }])
    for await (const _ of await cut.stream('x', { callbacks: [handler] }));
    await expect(run.result()).rejects.toMatchObject({ code: 'STREAM_INCOMPLETE' })
  })

  const whole = { ...named, finish_reason: 'stop' }

  test.each([
    [
      'without a reason, from an integration that names one',
      [{ content: 'Half', response_metadata: named }],
      'failed',
    ],
    [
      'with a reason',
      [
        { content: 'All', response_metadata: named },
        { content: '', response_metadata: whole },
      ],
      'complete',
    ],
    [
      'of the Responses API',
      [{ content: 'All', response_metadata: { ...named, status: 'completed' } }],
      'complete',
    ],
    [
      'of the Responses API that is too long',
      [
        {
          content: 'Half',
          response_metadata: {
            ...named,
            status: 'incomplete',
            incomplete_details: { reason: 'max_output_tokens' },
          },
        },
      ],
      'length-limited',
    ],
    ['of an integration that names none', [{ content: 'All' }], 'complete'],
  ])('the seal of an answer %s says how it ended', async (_, chunks, ending) => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const signer = await createSigner(privateJwk)
    const run = generate(langChain(speaking(chunks)), { prompt: 'x', seal: { signer } })
    const failure = await run.result().then(
      () => undefined,
      (error: unknown) => error,
    )
    if (ending === 'failed') expect(failure).toMatchObject({ code: 'STREAM_INCOMPLETE' })
    let text = ''
    for await (const part of run.parts) if (part.type === 'text-delta') text += part.delta
    const report = await verify(text, { trust: trustList(publicJwk) })
    expect(report.seals[0]?.ending).toBe(ending)
  })

  test('its messages are understood by LangChain', async () => {
    const heard: BaseMessage[] = []
    class Listening extends FakeListChatModel {
      override async *_streamResponseChunks(
        ...args: Parameters<FakeListChatModel['_streamResponseChunks']>
      ): ReturnType<FakeListChatModel['_streamResponseChunks']> {
        heard.push(...args[0])
        yield* super._streamResponseChunks(...args)
      }
    }
    await generate(langChain(new Listening({ responses: ['ok'] })), {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Look' }] },
        {
          role: 'assistant',
          content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{"a":1}' }],
        },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'f', output: 'done' }] },
      ],
    }).result()
    expect(heard.map(message => message.getType())).toEqual(['system', 'human', 'ai', 'tool'])
    expect(heard[2]).toMatchObject({ tool_calls: [{ id: 'c', name: 'f', args: { a: 1 } }] })
  })

  test('a file in the prompt reaches the model, and half a call is not sent', async () => {
    const heard: BaseMessage[] = []
    class Listening extends FakeListChatModel {
      override async *_streamResponseChunks(
        ...args: Parameters<FakeListChatModel['_streamResponseChunks']>
      ): ReturnType<FakeListChatModel['_streamResponseChunks']> {
        heard.push(...args[0])
        yield* super._streamResponseChunks(...args)
      }
    }
    const model = langChain(new Listening({ responses: ['ok'] }))
    const file = { type: 'file', mediaType: 'application/pdf', filename: 'a.pdf' } as const
    const data = new TextEncoder().encode('%PDF')
    const url = 'https://example.org/b.pdf'
    const content: ContentPart[] = [
      { ...file, data },
      { type: 'file', mediaType: 'application/pdf', data: new URL(url) },
    ]
    await generate(model, { messages: [{ role: 'user', content }] }).result()
    const about = { type: 'file', mime_type: 'application/pdf' }
    expect(heard[0]?.content).toEqual([
      { ...about, source_type: 'base64', data: 'JVBERg==', metadata: { filename: 'a.pdf' } },
      { ...about, source_type: 'url', url },
    ])
    const cut: ContentPart = { type: 'tool-call', toolCallId: 'c', toolName: 'look', input: '{"at' }
    const run = generate(model, { messages: [{ role: 'assistant', content: [cut] }] })
    await expect(run.result()).rejects.toMatchObject({ code: 'INVALID_REQUEST', retryable: false })
  })

  test('a failing model is a typed error with what had come', async () => {
    const model = speaking([{ content: 'Half' }], Object.assign(new Error('429 slow down'), { status: 429 }))
    await expect(generate(langChain(model), { prompt: 'x' }).result()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      provider: 'langchain',
      partial: { text: 'Half' },
    })
  })
})

describe('langChainHandler', () => {
  test('feeds a run from any chain, to be sealed and delivered', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const { handler, run } = langChainHandler({
      seal: { signer: await createSigner(privateJwk) },
      model: 'fake',
    })
    const chain = ChatPromptTemplate.fromTemplate('About {what}').pipe(fake()).pipe(new StringOutputParser())
    const events = sseResponse(run).text()
    for await (const _ of await chain.stream({ what: 'cats' }, { callbacks: [handler] }));
    const { text, seal } = await run.result()
    const report = await verify(text, {
      trust: trustList(publicJwk),
      ...(seal?.detached === undefined ? {} : { detached: seal.detached }),
    })
    expect(report).toMatchObject({ status: 'intact', text: 'The cat sat on the mat.' })
    expect(await events).toContain('"is_final":true')
  })

  test('a chain that is invoked streams all the same', async () => {
    const { handler, run } = langChainHandler()
    const deltas: string[] = []
    const read = (async () => {
      for await (const delta of run.text) deltas.push(delta)
    })()
    await fake().invoke('x', { callbacks: [handler] })
    await read
    expect(deltas.join('')).toBe('The cat sat on the mat.')
    expect(deltas.length).toBeGreaterThan(1)
  })

  test('a model that cannot stream says all at its end', async () => {
    const { handler, run } = langChainHandler()
    handler.handleLLMStart({}, [], 'a')
    handler.handleLLMEnd({ generations: [[{ text: 'All at once.' }]] }, 'a')
    expect(await run.result()).toMatchObject({ text: 'All at once.', finishReason: 'stop' })
  })

  test('says why the model stopped, and what its answers cost in tokens', async () => {
    const { handler, run } = langChainHandler()
    const usage_metadata = { input_tokens: 5, output_tokens: 2, total_tokens: 7 }
    const model = speaking([
      { content: 'Half an' },
      { content: ' answer', usage_metadata, response_metadata: { stop_reason: 'max_tokens' } },
    ])
    const twice = model.pipe(() => 'y').pipe(model)
    await twice.invoke('x', { callbacks: [handler] })
    expect(await run.result()).toMatchObject({
      finishReason: 'length',
      rawFinishReason: 'max_tokens',
      usage: { inputTokens: 10, outputTokens: 4 },
    })
  })

  test('a chain that fails fails the run', async () => {
    const { handler, run } = langChainHandler()
    const chain = ChatPromptTemplate.fromTemplate('x').pipe(() => Promise.reject(new Error('the tool broke')))
    await chain.invoke({}, { callbacks: [handler] }).catch(() => undefined)
    await expect(run.result()).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      message: expect.stringContaining('the tool broke'),
    })
  })
})
