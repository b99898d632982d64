/** Declarai 0.1.13, what it offers (F) and what is wrong with it (B), one test each. Memories and histories have files of their own. */
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { Model } from '../contract.ts'
import { frameRecording } from '../testing/frame-recording.ts'
import { scriptedModel } from '../testing/scripted-model.ts'
import {
  type ChatSession,
  declare,
  evaluate,
  evaluationTable,
  inMemory,
  type Middleware,
  map,
  parallel,
  prompt,
  scenario,
  sequence,
  type TaskCall,
  type TaskStream,
  tool,
} from './index.ts'
import { answering, begin, calls, fails, waits, withResolvers, words } from './models.test-helper.ts'

const movie = z.object({ movie: z.string().describe('The movie name') })
const rating = z.object({ stars: z.number(), good: z.array(z.string()) })
const ratingJson = '{"stars":4,"good":["heroes","jokes"]}'

async function readAll<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('features', () => {
  test('F1: declarai.openai and azure_openai are declare.openai and azureOpenAI, any other model declare.with', () => {
    expect(declare.openai({ model: 'gpt-4', apiKey: 'k', stream: true }).model).toMatchObject({
      provider: 'openai',
      modelId: 'gpt-4',
    })
    const azure = declare.azureOpenAI({ model: 'mine', apiKey: 'k', endpoint: 'https://x.openai.azure.com' })
    expect(azure.model.modelId).toBe('mine')
    const model = scriptedModel('x')
    expect(declare.with(model).model).toBe(model)
  })

  test('F2: a task lists its inputs with their descriptions, and says what its result is', async () => {
    const task = declare
      .with(scriptedModel('x'))
      .task({ description: 'Rate it', input: movie, returns: 'a number' })
    expect((await task.compile({ movie: 'Alien' })).messages.map(({ content }) => content)).toEqual([
      'Answer with a number.',
      'Rate it\n\nInputs:\nmovie (The movie name): Alien',
    ])
  })

  test('F3: a template or a function is the whole prompt, and no inputs are listed', async () => {
    const gpt = declare.with(scriptedModel('x'))
    for (const task of [gpt.task`About ${'movie'}.`, gpt.task({ prompt: prompt`About ${'movie'}.` })])
      expect(await task.plan({ movie: 'Alien' }).populatedPrompt()).toBe('About Alien.')
  })

  test('F4: llmParams may be given to a declaration, a task, a chat, a session and a call', async () => {
    const { model, asked } = answering('x')
    const gpt = declare.with(model, { llmParams: { temperature: 0, seed: 1, topP: 0.1, topK: 1 } })
    const session = gpt.chat({ llmParams: { seed: 2, topP: 0.2, topK: 2 } })({
      llmParams: { topP: 0.3, topK: 3 },
    })
    await session.send('x', { llmParams: { topK: 4 } })
    expect(asked[0]).toMatchObject({ temperature: 0, seed: 2, topP: 0.3, topK: 4 })
  })

  test('F5: whether an answer streams is said by the call, else the session, else the task or chat, else the declaration', async () => {
    const isStream = (call: object): boolean => Symbol.asyncIterator in call
    const flags = [undefined, true, false]
    const ways = flags.flatMap(context =>
      flags.flatMap(own => flags.flatMap(session => flags.map(call => ({ context, own, session, call })))),
    )
    for (const { context, own, session, call } of ways) {
      const gpt = declare.with(scriptedModel('x'), { stream: context })
      const said = gpt.chat({ streaming: own })({ streaming: session }).send('x', { streaming: call })
      expect(isStream(said)).toBe(call ?? session ?? own ?? context ?? false)
      const task = gpt.task({ description: 'x', streaming: own })({}, { streaming: call })
      expect(isStream(task)).toBe(call ?? own ?? context ?? false)
      await Promise.all([said.result(), task.result()])
    }
  })

  test('F5, as editors infer it', () => {
    const model = scriptedModel('x')
    const [plain, streams] = [declare.with(model), declare.with(model, { stream: true })]
    const output = rating
    type Rating = z.infer<typeof rating>
    const session = { context: streams.chat({ output })(), own: plain.chat({ output, streaming: true })() }
    expectTypeOf(() => plain.task({ description: 'x', output })()).returns.toEqualTypeOf<TaskCall<Rating>>()
    expectTypeOf(() => streams.task({ description: 'x', output })()).returns.toEqualTypeOf<
      TaskStream<Rating>
    >()
    expectTypeOf(() => streams.task({ description: 'x', streaming: false })()).returns.toEqualTypeOf<
      TaskCall<string>
    >()
    expectTypeOf(() =>
      streams.task({ description: 'x', streaming: false })({}, { streaming: true }),
    ).returns.toEqualTypeOf<TaskStream<string>>()
    expectTypeOf(session.context).toEqualTypeOf<ChatSession<Rating, true> & Record<never, never>>()
    expectTypeOf(() => session.own.send('x', { streaming: false })).returns.toEqualTypeOf<TaskCall<Rating>>()
    const other = streams.chat({ output, streaming: true })({ streaming: false })
    expectTypeOf(() => other.send('x')).returns.toEqualTypeOf<TaskCall<Rating>>()
    expectTypeOf(() => other.send('x', { streaming: true })).returns.toEqualTypeOf<TaskStream<Rating>>()
    const planned = () =>
      plain.task({ description: 'x', input: movie }).plan({ movie: 'x' }, { streaming: true })()
    expectTypeOf(planned).returns.toEqualTypeOf<TaskStream<string>>()
  })

  test('F6: a chat has system, greeting, conversation, compile, addMessage, tasks as methods, and its last responses', async () => {
    const gpt = declare.with(answering('Fine').model)
    const chat = gpt.chat({
      system: 'Be kind',
      greeting: 'Hello',
      tasks: { rate: gpt.task({ description: 'Rate', input: movie }) },
    })
    const session = chat({ system: 'Be short', greeting: 'Hi' })
    expect([session.system, session.greeting, session.llmResponse, session.llmStreamResponse]).toEqual([
      'Be short',
      'Hi',
      undefined,
      undefined,
    ])
    await session.addMessage('By the way', 'user')
    expect(await session.compile()).toMatchObject([
      { role: 'system' },
      { role: 'user', content: 'By the way' },
    ])
    expect(await session.send('How are you?')).toBe('Fine')
    expect(session.llmResponse).toMatchObject({ response: 'Fine', role: 'assistant' })
    expect(await session.rate({ movie: 'Alien' })).toBe('Fine')
    expect((await session.conversation()).map(({ role }) => role)).toEqual([
      'assistant',
      'user',
      'user',
      'assistant',
    ])
  })

  test('F7: evaluations call every task with every model, in a table', async () => {
    const rate = scenario({
      name: 'rate',
      declare: gpt => gpt.task({ description: 'Rate', input: movie, output: rating, maxRetries: 0 }),
      inputs: [{ movie: 'Alien' }, { movie: 'Aliens | 2' }],
      isGood: ({ stars }) => stars > 3,
    })
    const models = [
      scriptedModel(ratingJson, { modelId: 'good' }),
      scriptedModel('no idea', { modelId: 'bad' }),
    ]
    const rows = await evaluate({ models, scenarios: [rate] })
    expect(rows.map(({ model, isGood }) => [model, isGood])).toEqual([
      ['good', true],
      ['good', true],
      ['bad', false],
      ['bad', false],
    ])
    expect(rows[0]).toMatchObject({ value: { stars: 4 }, attempts: 1, inputTokens: 1, outputTokens: 1 })
    expect(rows[2]?.error).toMatchObject({ code: 'OUTPUT_INVALID' })
    expect(evaluationTable(rows).split('\n')).toHaveLength(6)
    const stop = new AbortController()
    const stopped = evaluate(
      { models: [scriptedModel([...begin(), waits])], scenarios: [rate] },
      { signal: stop.signal },
    )
    stop.abort()
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('F8: calls in parallel, in sequence and over a list are stopped together', async () => {
    const say = declare.with(scriptedModel([...begin('x'), waits])).task({ description: 'x' })
    const stop = new AbortController()
    const { signal } = stop
    const all = [
      parallel([own => say({}, { signal: own })], { signal }),
      map([1, 2, 3], (_, __, own) => say({}, { signal: own }), { concurrency: 1, signal }),
      sequence('x', (_, own) => say({}, { signal: own }), { signal }),
      sequence(
        'x',
        () => new Promise<string>(resolve => signal.addEventListener('abort', () => resolve('y'))),
        () => expect.unreachable(),
        { signal },
      ),
    ]
    setImmediate(() => stop.abort())
    for (const outcome of await Promise.allSettled(all))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StreamError', code: 'ABORTED' } })
    await expect(map([1], () => 1, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

describe('bugs that are not here', () => {
  test('B1: a streamed answer is typed, and checked', async () => {
    const task = declare
      .with(scriptedModel(ratingJson))
      .task({ description: 'x', output: rating, streaming: true })
    const stream = task()
    expectTypeOf(stream).toEqualTypeOf<TaskStream<z.infer<typeof rating>>>()
    expect((await readAll(stream)).at(-1)?.partial).toEqual(JSON.parse(ratingJson))
    expect((await stream.result()).value.stars).toBe(4)
    const wrong = declare
      .with(scriptedModel('{}'))
      .task({ description: 'x', output: rating, streaming: true, maxRetries: 0 })
    await expect(readAll(wrong())).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      issues: [{ path: ['stars'] }, { path: ['good'] }],
    })
  })

  test('B2: plan() runs with its input', async () => {
    const { model, asked } = answering('x')
    await declare.with(model).task({ description: 'Rate', input: movie }).plan({ movie: 'Alien' })()
    expect(asked[0]?.messages[0]?.content).toContain('Alien')
  })

  test('B3: the parameters of a call leave the task’s others as they are', async () => {
    const { model, asked } = answering('x')
    await declare.with(model).task({ description: 'x', llmParams: { seed: 1 } })(
      {},
      { llmParams: { topK: 2 } },
    )
    expect(asked[0]).toMatchObject({ seed: 1, topK: 2 })
  })

  const noting =
    (notes: string[], name: string): Middleware =>
    async (_, next) => {
      notes.push(name)
      try {
        return await next()
      } finally {
        notes.push(`${name} ends`)
      }
    }

  test('B4: every middleware runs, not the last alone', async () => {
    const notes: string[] = []
    const middleware = ['a', 'b', 'c'].map(name => noting(notes, name))
    await declare.with(scriptedModel('x')).task({ description: 'x', middleware })()
    expect(notes).toEqual(['a', 'b', 'c', 'c ends', 'b ends', 'a ends'])
  })

  test('B5: what comes after a call comes after one that fails, and after a stream that is left, too', async () => {
    const notes: string[] = []
    const middleware = [noting(notes, 'a')]
    await declare
      .with(scriptedModel([fails]))
      .task({ description: 'x', middleware })()
      .catch(() => undefined)
    const stream = declare
      .with(scriptedModel([...begin('x'), waits]))
      .task({ description: 'x', middleware, streaming: true })()
    for await (const _ of stream) break
    await stream.result().catch(() => undefined)
    expect(notes).toEqual(['a', 'a ends', 'a', 'a ends'])
  })

  test('B6: no text appears twice, unless the provider sends a chunk for it', async () => {
    const chunks = await readAll(
      declare.with(answering(words('a', 'b')).model).task({ description: 'x', streaming: true })(),
    )
    expect(chunks.map(({ delta }) => delta).join('')).toBe('ab')
    expect(new Set(chunks.map(({ raw }) => raw)).size).toBe(chunks.length)
  })

  test('B7: the tokens of a stream are known', async () => {
    const stream = declare.with(answering(words('a')).model).task({ description: 'x', streaming: true })()
    expect((await stream.result()).llmResponse).toMatchObject({
      promptTokens: 7,
      completionTokens: 3,
      totalTokens: 10,
    })
  })

  test('B8: a stream that is left leaves no question without an answer', async () => {
    const session = declare.with(answering([...begin('Half'), waits]).model, { stream: true }).chat()()
    const stream = session.send('x')
    for await (const { delta } of stream) if (delta !== '') break
    await stream.result().catch(() => undefined)
    expect(await session.conversation()).toMatchObject([
      { status: 'asked' },
      { content: 'Half', status: 'aborted' },
    ])
  })

  test('B9: what is set on one chat is not set on another', async () => {
    const chat = declare.with(scriptedModel('x')).chat({ system: 'all' })
    const [own, other] = [chat({ system: 'own', greeting: 'Hi', memory: inMemory() }), chat()]
    await own.send('x')
    expect([own.system, other.system, other.greeting]).toEqual(['own', 'all', undefined])
    expect(await other.conversation()).toEqual([])
  })

  test('B10: llmResponse can be read before the first call, and calls side by side have their own', async () => {
    const model: Model = {
      ...scriptedModel(''),
      stream: request => scriptedModel(String(request.messages[0]?.content)).stream(request),
    }
    const task = declare.with(model).task({ prompt: ({ n }: { n: number }) => `${n}` })
    expect([task.llmResponse, task.llmStreamResponse]).toEqual([undefined, undefined])
    const results = await Promise.all(Array.from({ length: 50 }, (_, n) => task({ n }).result()))
    expect(results.map(({ value, llmResponse }) => [value, llmResponse.response])).toEqual(
      results.map((_, n) => [`${n}`, `${n}`]),
    )
  })

  test('B11: the form of a chat’s answers stands in a paragraph of its own', async () => {
    const { model, asked } = answering(ratingJson)
    await declare.with(model).chat({ system: 'Judge', output: rating })().send('x')
    expect(asked[0]?.messages[0]?.content).toMatch(/^Judge\n\nAnswer with one JSON value/)
    expect(JSON.stringify(asked)).not.toContain('/n')
  })

  test('B12: a call of a tool streams like everything else', async () => {
    const { model } = answering(calls('c', '{"at":1}', 'look'), 'Seen')
    const look = tool({ description: 'x', input: z.object({ at: z.number() }), run: ({ at }) => at })
    const chunks = await readAll(declare.with(model, { stream: true }).chat({ tools: { look } })().send('x'))
    expect(chunks.some(({ raw }) => raw.choices[0]?.delta.tool_calls?.[0]?.function.name === 'look')).toBe(
      true,
    )
    expect(chunks.at(-1)).toMatchObject({ response: 'Seen', attempt: 2 })
  })

  test('B13: a chunk without choices is no answer, and no error', async () => {
    const events = [
      { choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage: { prompt_tokens: 5, completion_tokens: 1 } },
    ]
    const body = frameRecording('openai-chat', events.map(event => JSON.stringify(event)).join('\n'))
    const fetch = async (): Promise<Response> =>
      new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    const task = declare
      .openai({ model: 'm', apiKey: 'k', fetch })
      .task({ description: 'x', streaming: true })
    const stream = task()
    expect((await readAll(stream)).map(({ delta }) => delta).join('')).toBe('Hi')
    expect((await stream.result()).llmResponse).toMatchObject({ promptTokens: 5, completionTokens: 1 })
  })

  test('B14: a model without a name is refused where it is declared', () => {
    for (const model of ['', undefined, 4] as unknown as string[]) {
      expect(() => declare.openai({ model, apiKey: 'k' })).toThrow(/`model` must be a model's name/)
      expect(() => declare.azureOpenAI({ model, apiKey: 'k', endpoint: 'https://x' })).toThrow(TypeError)
    }
  })

  test('B15: everything that `magic` took is read: the result’s name, its description, the inputs’', async () => {
    const { model, asked } = answering('{"score":4}')
    const task = declare.with(model).task({
      description: 'Rate',
      input: movie,
      output: z.number(),
      returnName: 'score',
      returns: 'the rating',
    })
    expect(await task({ movie: 'Alien' })).toBe(4)
    expect(asked[0]?.responseFormat).toMatchObject({
      schema: { properties: { score: { type: 'number', description: 'the rating' } } },
    })
  })

  test('B16: an answer that is not JSON is mended, or asked for again so often and no more, with its faults named', async () => {
    const { model, asked } = answering('{"stars":"four"}', "{stars: 4, good: ['heroes', 'jokes']}")
    expect(await declare.with(model).task({ description: 'x', output: rating })()).toEqual(
      JSON.parse(ratingJson),
    )
    expect(asked[1]?.messages.at(-1)?.content).toMatch(/stars: .*; good: /)
    const stubborn = answering('{}')
    await expect(
      declare.with(stubborn.model).task({ description: 'x', output: rating, maxRetries: 4 })(),
    ).rejects.toThrow(/5 times/)
    expect(stubborn.asked).toHaveLength(5)
  })

  test('B17: a call can be stopped: by a signal, by cancel(), by leaving', async () => {
    const { promise: begun, resolve } = withResolvers()
    const task = declare
      .with(scriptedModel([...begin('x'), () => resolve(), waits]))
      .task({ description: 'x' })
    const call = task()
    await begun
    call.cancel()
    await expect(call).rejects.toMatchObject({ code: 'ABORTED', partial: { text: 'x' } })
    await expect(task({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('B18: not the whole history is sent every time', async () => {
    const { model, asked } = answering('x')
    const session = declare.with(model).chat({ window: { maxTokens: 20 } })()
    for (let turn = 0; turn < 10; turn += 1) await session.send(`Question ${turn}`)
    expect(asked.at(-1)?.messages).toHaveLength(11)
    expect(await session.conversation()).toHaveLength(20)
  })

  test('B19: answers of different forms are not taken for each other by a cache', async () => {
    const { caching } = await import('./index.ts')
    const { model, asked } = answering('7')
    const gpt = declare.with(model, { middleware: [caching()] })
    const settings = { description: 'How many?', describeOutput: false }
    expect(await gpt.task(settings)()).toBe('7')
    expect(await gpt.task({ ...settings, output: z.number() })()).toBe(7)
    expect(asked).toHaveLength(2)
  })
})
