import { createSigner, generateKeys, strip, trustList, verify } from '@streamseal/seal'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { Model } from '../contract.ts'
import { demo } from '../demo.ts'
import { StreamError } from '../stream-error.ts'
import { type ScriptStep, scriptedModel } from '../testing/scripted-model.ts'
import {
  DeclareError,
  type DeepPartial,
  declare,
  type Middleware,
  map,
  parallel,
  prompt,
  type Task,
  type TaskCall,
  type TaskChunk,
  type TaskStream,
} from './index.ts'
import { answering, begin, waits, words } from './models.test-helper.ts'

async function readAll<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

const endless: ScriptStep[] = [...begin('Hello', ' world'), waits]

describe('a task that streams', () => {
  const say = (model: Model) =>
    declare
      .with(model)
      .task({ description: 'Say something short about the following movie', streaming: true })

  test('gives cumulative responses and deltas, and the provider’s chunks as they are', async () => {
    const chunks = await readAll(say(answering(words('Av', 'engers')).model)({ movie: 'Avengers' }))
    expect(chunks.map(({ response }) => response)).toEqual(['', 'Av', 'Avengers', 'Avengers'])
    expect(chunks.map(({ delta }) => delta)).toEqual(['', 'Av', 'engers', ''])
    expect(chunks.map(({ raw }) => raw.choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '' },
      { content: 'Av' },
      { content: 'engers' },
      {},
    ])
  })

  test('a response is never repeated without a new chunk of the provider', async () => {
    const chunks = await readAll(say(demo({ tokensPerSecond: Number.POSITIVE_INFINITY }))({ movie: 'x' }))
    expect(new Set(chunks.map(({ raw }) => raw)).size).toBe(chunks.length)
  })

  test('llmResponse is undefined until the stream is done, llmStreamResponse is the stream', async () => {
    const task = say(answering(words('Hello')).model)
    expect(task.llmResponse).toBeUndefined()
    expect(task.llmStreamResponse).toBeUndefined()
    const stream = task({ movie: 'x' })
    expect(task.llmStreamResponse).toBe(stream)
    expect(task.llmResponse).toBeUndefined()
    await readAll(stream)
    await stream.result()
    expect(task.llmResponse).toMatchObject({
      response: 'Hello',
      promptTokens: 7,
      completionTokens: 3,
      totalTokens: 10,
      role: 'assistant',
      model: 'fake-1',
    })
  })

  test('leaving the loop stops the model', async () => {
    let stopped = false
    const model = scriptedModel([
      ...words('Hello').slice(0, 3),
      ({ signal }) =>
        new Promise((_, reject) =>
          signal?.addEventListener('abort', () => {
            stopped = true
            reject(signal.reason)
          }),
        ),
    ])
    const stream = say(model)({ movie: 'x' })
    for await (const { delta } of stream) if (delta === 'Hello') break
    await expect(stream.result()).rejects.toMatchObject({ code: 'ABORTED', partial: { text: 'Hello' } })
    expect(stopped).toBe(true)
  })

  test('a failure reaches the loop after what had come', async () => {
    const failure = new StreamError('"fake" is overloaded', { code: 'OVERLOADED' })
    const model = scriptedModel([...words('Hello').slice(0, 3), () => Promise.reject(failure)])
    const seen: string[] = []
    const reading = (async () => {
      for await (const { delta } of say(model)({ movie: 'x' })) seen.push(delta)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(seen).toEqual(['', 'Hello'])
  })

  test('nobody needs to read: result() waits for the end', async () => {
    const stream = say(answering(words(...Array.from({ length: 500 }, () => 'a'))).model)({ movie: 'x' })
    expect((await stream.result()).text).toBe('a'.repeat(500))
  })

  test('a slow reader holds the model back', async () => {
    let sent = 0
    const model: Model = {
      provider: 'fake',
      modelId: 'fake',
      async *stream() {
        yield { type: 'start', provider: 'fake', model: 'fake' }
        yield { type: 'text-start', id: '0' }
        for (; sent < 3000; sent += 1) yield { type: 'text-delta', id: '0', delta: 'x'.repeat(10_000) }
        yield { type: 'text-end', id: '0' }
        yield { type: 'finish', reason: 'stop' }
      },
    }
    for await (const { delta } of say(model)({ movie: 'x' })) {
      if (delta === '') continue
      await new Promise(resolve => setTimeout(resolve, 100))
      break
    }
    expect(sent).toBeLessThan(1000)
  })
})

describe('a task that does not stream', () => {
  test('resolves to the text, and tells everything else in result()', async () => {
    const { model, asked } = answering(words('Hello'))
    const say = declare.with(model).task({ description: 'Say hello', returns: 'one word' })
    const call = say()
    expect(await call).toBe('Hello')
    expect(await call.result()).toMatchObject({
      value: 'Hello',
      text: 'Hello',
      attempts: 1,
      finishReason: 'stop',
    })
    expect(asked[0]?.messages).toEqual([
      { role: 'system', content: 'Answer with one word.' },
      { role: 'user', content: 'Say hello' },
    ])
  })

  test('cancel() rejects with ABORTED, and so does the caller’s signal', async () => {
    const say = declare.with(scriptedModel(endless)).task({ description: 'x' })
    const call = say()
    setTimeout(() => call.cancel(), 10)
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
    const controller = new AbortController()
    const other = say({}, { signal: controller.signal })
    controller.abort()
    await expect(other).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('calls side by side have results of their own', async () => {
    const model: Model = {
      provider: 'fake',
      modelId: 'fake',
      stream: request => scriptedModel(String(request.messages.at(-1)?.content).slice(-1)).stream(request),
    }
    const say = declare.with(model).task({ prompt: (input: { n: number }) => `n=${input.n}` })
    const texts = await Promise.all(Array.from({ length: 10 }, (_, n) => say({ n }).result()))
    expect(texts.map(({ text }) => text)).toEqual(Array.from('0123456789'))
  })
})

describe('the prompt', () => {
  test('lists the inputs with the descriptions of their schema', async () => {
    const say = declare.with(demo()).task({
      description: 'Say something short about the movie.',
      input: z.object({ movie: z.string().describe('The movie’s name'), year: z.number() }),
    })
    expect((await say.compile({ movie: 'Avengers', year: 2012 })).messages).toEqual([
      {
        role: 'user',
        content:
          'Say something short about the movie.\n\nInputs:\nmovie (The movie’s name): Avengers\nyear: 2012',
      },
    ])
  })

  test('is what a function or a template makes of the input', async () => {
    const gpt = declare.with(demo())
    const byFunction = gpt.task({ prompt: ({ movie }: { movie: string }) => `About ${movie}.` })
    const byTemplate = gpt.task`About ${'movie'}.`
    const byOption = gpt.task({ prompt: prompt`About ${'movie'}.` })
    for (const task of [byFunction, byTemplate, byOption]) {
      expect((await task.compile({ movie: 'Alien' })).messages).toEqual([
        { role: 'user', content: 'About Alien.' },
      ])
    }
    await expect(byTemplate.compile({} as never)).rejects.toThrow(/its gap "movie" has no value/)
  })

  test('plan() is a call with its input, which can be looked at and then made', async () => {
    const { model, asked } = answering(words('Fine'))
    const plan = declare
      .with(model)
      .task({ description: 'Rate it', input: z.object({ movie: z.string() }) })
      .plan({
        movie: 'Alien',
      })
    expect(await plan.populatedPrompt()).toBe('Rate it\n\nInputs:\nmovie: Alien')
    expect(asked).toEqual([])
    expect(await plan()).toBe('Fine')
    expect(asked[0]?.messages.at(-1)?.content).toBe('Rate it\n\nInputs:\nmovie: Alien')
  })

  test('input that does not fit is refused with its path, and nothing is asked', async () => {
    const { model, asked } = answering('x')
    const task = declare.with(model).task({
      name: 'rate',
      description: 'x',
      input: z.object({ film: z.object({ year: z.number() }) }),
    })
    const call = task({ film: { year: 'old' as never } })
    await expect(call).rejects.toMatchObject({ code: 'INPUT_INVALID', issues: [{ path: ['film', 'year'] }] })
    await expect(call).rejects.toThrow(/^Cannot call "rate": film\.year/)
    expect(asked).toEqual([])
  })

  test('a task needs a description or a prompt, and one of them only', () => {
    const gpt = declare.with(demo())
    expect(() => gpt.task({})).toThrow(/give it a description or a prompt/)
    expect(() => gpt.task({ description: 'x', prompt: () => 'y' })).toThrow(TypeError)
  })

  test('parameters are merged key by key, the call over the task over the declaration', async () => {
    const { model, asked } = answering('x')
    const gpt = declare.with(model, { llmParams: { temperature: 0, topP: 0.5, maxOutputTokens: 10 } })
    const task = gpt.task({ description: 'x', llmParams: { temperature: 0.5, seed: 1 } })
    await task({}, { llmParams: { temperature: 1 } })
    expect(asked[0]).toMatchObject({ temperature: 1, topP: 0.5, maxOutputTokens: 10, seed: 1 })
  })
})

const person = {
  zod: z.object({ name: z.string(), age: z.number() }),
  valibot: toStandardJsonSchema(v.object({ name: v.string(), age: v.number() })),
  arktype: type({ name: 'string', age: 'number' }),
}

describe('a structured answer', () => {
  test.each(Object.entries(person))('is asked for by schema, checked and typed: %s', async (_, output) => {
    const { model, asked } = answering('{"name":"Ada","age":36}')
    const task = declare.with(model).task({ description: 'Who?', output })
    expect(await task()).toEqual({ name: 'Ada', age: 36 })
    expect(asked[0]?.responseFormat).toMatchObject({
      type: 'json',
      schema: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'number' } } },
    })
  })

  test('that is no object stands under one key', async () => {
    const { model, asked } = answering('{"result":[1,2,3]}')
    const task = declare
      .with(model)
      .task({ description: 'Count', output: z.array(z.number()), returns: 'the numbers' })
    expect(await task()).toEqual([1, 2, 3])
    expect(asked[0]?.responseFormat).toMatchObject({
      schema: {
        type: 'object',
        properties: { result: { type: 'array', description: 'the numbers' } },
        required: ['result'],
      },
    })
    expect(await declare.with(scriptedModel('7')).task({ description: 'x', output: z.number() })()).toBe(7)
  })

  test('streams as a value that fills up', async () => {
    const task = declare.with(answering(words('{"name":', '"A', 'da","ag', 'e":36}')).model).task({
      description: 'Who?',
      output: person.zod,
      streaming: true,
    })
    const seen: unknown[] = []
    for await (const { partial } of task()) if (partial !== undefined) seen.push(structuredClone(partial))
    expect(seen).toEqual([
      {},
      { name: 'A' },
      { name: 'Ada' },
      { name: 'Ada', age: 36 },
      { name: 'Ada', age: 36 },
    ])
  })

  test.each([
    'Here you are:\n```json\n{"name": "Ada", "age": 36}\n```\nAnything else?',
    "{name: 'Ada', age: 36,}",
    '{"name": "Ada", "age": 36',
  ])('is found, and mended where a model wrote it loosely: %j', async text => {
    const task = declare
      .with(scriptedModel(text))
      .task({ description: 'Who?', output: person.zod, maxRetries: 0 })
    expect(await task()).toEqual({ name: 'Ada', age: 36 })
  })

  test('that does not fit is asked for again with its faults named, so often and no more', async () => {
    const { model, asked } = answering('{"name":"Ada","age":"old"}', 'I am sorry', '{"name":"Ada","age":36}')
    const task = declare.with(model).task({ description: 'Who?', output: person.zod })
    const result = await task().result()
    expect(result).toMatchObject({ value: { age: 36 }, attempts: 3 })
    expect(asked[1]?.messages.slice(-2)).toMatchObject([
      { role: 'assistant', content: '{"name":"Ada","age":"old"}' },
      { role: 'user', content: expect.stringContaining('age: ') },
    ])
    const stubborn = declare
      .with(scriptedModel('{}'))
      .task({ name: 'who', description: 'x', output: person.zod })
    await expect(stubborn()).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      issues: [{ path: ['name'] }, { path: ['age'] }],
      text: '{}',
    })
    await expect(stubborn()).rejects.toThrow(/"who" was answered 3 times/)
  })

  test('that is asked for again begins anew in the stream, and says so', async () => {
    const task = declare.with(answering('{}', '{"name":"Ada","age":36}').model).task({
      description: 'Who?',
      output: person.zod,
      streaming: true,
    })
    const chunks = await readAll(task())
    expect(chunks.filter(({ attempt }) => attempt === 2)[0]?.response).toBe('')
    expect(chunks.at(-1)).toMatchObject({ attempt: 2, partial: { name: 'Ada', age: 36 } })
  })

  test('that was cut off at the limit, or declined, is not mended and not asked for again', async () => {
    const cut = answering([
      ...words('{"name":"Ada","age":3').slice(0, 4),
      { type: 'finish', reason: 'length' },
    ])
    const task = (model: Model) => declare.with(model).task({ description: 'x', output: person.zod })
    await expect(task(cut.model)()).rejects.toMatchObject({ code: 'OUTPUT_TRUNCATED' })
    expect(cut.asked).toHaveLength(1)
    const declined = answering([
      { type: 'start', provider: 'fake', model: 'fake' },
      { type: 'refusal-delta', delta: 'I would rather not' },
      { type: 'finish', reason: 'stop' },
    ])
    await expect(task(declined.model)()).rejects.toMatchObject({ code: 'OUTPUT_REFUSED' })
    await expect(task(declined.model)()).rejects.toThrow(/I would rather not/)
  })

  test('gives an array element by element, each as soon as it is whole', async () => {
    const deltas = ['{"result":[{"n":1},{"n"', ':2},{"n":3', '}]}']
    const task = declare.with(answering(words(...deltas)).model).task({
      description: 'Count',
      output: z.array(z.object({ n: z.number() })).min(3),
      streaming: true,
    })
    expect(await readAll(task().elements())).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    const wrong = declare.with(scriptedModel('{"result":[{"n":"x"},{"n":2}]}')).task({
      description: 'Count',
      output: z.array(z.object({ n: z.number() })),
      streaming: true,
    })
    await expect(readAll(wrong().elements())).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
  })

  test('of 23 KB in 5,830 deltas costs time in proportion to its length', { retry: 3 }, async () => {
    const text = JSON.stringify({
      rows: Array.from({ length: 600 }, (_, n) => ({ n, name: `Row number ${n} ä` })),
    })
    const size = Math.ceil(text.length / 5830)
    const deltas = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
      text.slice(index * size, (index + 1) * size),
    )
    const output = z.object({ rows: z.array(z.object({ n: z.number(), name: z.string() })) })
    const task = declare
      .with(answering(words(...deltas)).model)
      .task({ description: 'x', output, streaming: true })
    const before = process.cpuUsage()
    let partials = 0
    for await (const { partial } of task()) if (partial !== undefined) partials += 1
    const { user, system } = process.cpuUsage(before)
    expect(partials).toBeGreaterThan(5000)
    // The whole way through a run; a parser that began anew at each delta would need seconds.
    expect((user + system) / 1000).toBeLessThan(1500)
  })
})

describe('middleware', () => {
  const noting =
    (notes: string[], name: string): Middleware =>
    async (context, next) => {
      notes.push(`${name} before`)
      try {
        const result = await next()
        notes.push(`${name} after ${result.text}`)
        return result
      } catch (error) {
        notes.push(`${name} failed ${(error as { code: string }).code}`)
        throw error
      } finally {
        notes.push(`${name} finally ${context.name}`)
      }
    }

  test('wraps like an onion, the declaration’s outermost, streaming or not', async () => {
    for (const streaming of [false, true]) {
      const notes: string[] = []
      const gpt = declare.with(scriptedModel('Hi'), { middleware: [noting(notes, 'a')] })
      const task = gpt.task({ name: 't', description: 'x', middleware: [noting(notes, 'b')], streaming })
      const call = task()
      await call.result()
      expect(notes).toEqual([
        'a before',
        'b before',
        'b after Hi',
        'b finally t',
        'a after Hi',
        'a finally t',
      ])
    }
  })

  test('sees errors, and streams that are left, and always reaches its finally', async () => {
    const notes: string[] = []
    const task = declare.with(scriptedModel(endless)).task({
      description: 'x',
      streaming: true,
      middleware: [noting(notes, 'a')],
    })
    const stream = task()
    for await (const { delta } of stream) if (delta !== '') break
    await stream.result().catch(() => undefined)
    expect(notes).toEqual(['a before', 'a failed ABORTED', 'a finally task'])
  })

  test('may answer in the model’s place; a stream shows its answer as one chunk', async () => {
    const { model, asked } = answering('Hello', 'never')
    const kept = new Map<string, Awaited<ReturnType<TaskCall<unknown>['result']>>>()
    const caching: Middleware = async ({ messages }, next) => {
      const key = JSON.stringify(messages)
      const result = kept.get(key) ?? (await next())
      kept.set(key, result)
      return result
    }
    const task = declare.with(model).task({ description: 'x', middleware: [caching], streaming: true })
    await task().result()
    expect((await readAll(task())).map(({ response }) => response)).toEqual(['Hello'])
    expect(asked).toHaveLength(1)
  })

  test('may change what is asked, and watch the chunks', async () => {
    const { model, asked } = answering('Hello')
    const deltas: string[] = []
    const task = declare.with(model).task({
      description: 'x',
      middleware: [
        (context, next) => {
          context.messages = [{ role: 'system', content: 'Be brief' }, ...context.messages]
          context.llmParams = { ...context.llmParams, temperature: 0.3 }
          context.onChunk(({ delta }) => deltas.push(delta))
          return next()
        },
      ],
    })
    await task()
    expect(asked[0]).toMatchObject({ messages: [{ content: 'Be brief' }, {}], temperature: 0.3 })
    expect(deltas.join('')).toBe('Hello')
  })
})

describe('sealing', () => {
  test('is one option: text is sealed in place, a structured answer beside it', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const signer = await createSigner(privateJwk)
    const trust = trustList(publicJwk)
    const prose = 'The cat sat on the mat, and the dog lay beside it in the warm sun of the afternoon. '
      .repeat(8)
      .trim()
    const gpt = declare.with(answering(prose, '{"name":"Ada","age":36}').model, { seal: { signer } })
    const text = await gpt.task({ description: 'x' })()
    expect(strip(text)).toBe(prose)
    expect((await verify(text, { trust })).status).toBe('intact')
    const { text: json, seal, value } = await gpt.task({ description: 'x', output: person.zod })().result()
    expect(value).toEqual({ name: 'Ada', age: 36 })
    expect(json).toBe('{"name":"Ada","age":36}')
    expect((await verify(json, { trust, detached: seal?.detached as string })).status).toBe('intact')
    const plain = await declare
      .with(scriptedModel(prose), { seal: { signer } })
      .task({ description: 'x', seal: false })()
    expect(plain).toBe(prose)
  })
})

describe('parallel() and map()', () => {
  test('keep the order, and no more than the limit runs at once', async () => {
    let running = 0
    let most = 0
    const values = await map(
      [30, 10, 20, 5],
      async waitMs => {
        running += 1
        most = Math.max(most, running)
        await new Promise(resolve => setTimeout(resolve, waitMs))
        running -= 1
        return waitMs
      },
      { concurrency: 2 },
    )
    expect(values).toEqual([30, 10, 20, 5])
    expect(most).toBe(2)
    await expect(map([1], () => 1, { concurrency: 0 })).rejects.toThrow(/concurrency must be at least 1/)
  })

  test('the first failure stops the others', async () => {
    const stopping = declare.with(scriptedModel(endless)).task({ description: 'x' })
    const outcome = parallel(
      [
        signal => stopping({}, { signal }),
        () => Promise.reject(new Error('my own')),
        () => {
          throw new Error('never begun')
        },
      ],
      { concurrency: 2 },
    )
    await expect(outcome).rejects.toThrow('my own')
  })
})

test('editors infer what a call returns', () => {
  const model = demo()
  const gpt = declare.with(model)
  const streaming = declare.with(model, { stream: true })
  const output = z.object({ name: z.string(), tags: z.array(z.object({ tag: z.string() })) })
  type Output = { name: string; tags: { tag: string }[] }
  const texts = gpt.task({ description: 'x' })
  const typed = gpt.task({ description: 'x', input: z.object({ movie: z.string() }), output })
  const taskStreams = gpt.task({ description: 'x', output, streaming: true })
  const contextStreams = streaming.task({ description: 'x' })
  const taskDoesNot = streaming.task({ description: 'x', streaming: false })
  const template = gpt.task`Say ${'word'} to ${'name'}`
  expectTypeOf(() => texts()).returns.toEqualTypeOf<TaskCall<string>>()
  expectTypeOf(typed).parameter(0).toEqualTypeOf<{ movie: string }>()
  expectTypeOf(() => typed({ movie: 'x' })).returns.toEqualTypeOf<TaskCall<Output>>()
  expectTypeOf(() => taskStreams()).returns.toEqualTypeOf<TaskStream<Output>>()
  expectTypeOf(() => contextStreams()).returns.toEqualTypeOf<TaskStream<string>>()
  expectTypeOf(() => taskDoesNot()).returns.toEqualTypeOf<TaskCall<string>>()
  expectTypeOf(template).toEqualTypeOf<Task<Readonly<Record<'word' | 'name', unknown>>, string, false>>()
  expectTypeOf<TaskChunk<Output>['partial']>().toEqualTypeOf<
    { name?: string; tags?: { tag?: string }[] } | undefined
  >()
  expectTypeOf<DeepPartial<string>>().toEqualTypeOf<string>()
  const callStreams = () => typed({ movie: 'x' }, { streaming: true })
  const callDoesNot = () => taskStreams({}, { streaming: false })
  expectTypeOf(callStreams).returns.toEqualTypeOf<TaskStream<Output>>()
  expectTypeOf(callDoesNot).returns.toEqualTypeOf<TaskCall<Output>>()
  // @ts-expect-error an input that the schema does not allow
  const wrong = () => typed({ movie: 1 })
  // @ts-expect-error a task with an input needs it
  const missing = () => typed()
  expect([wrong, missing]).toHaveLength(2)
  expect(new DeclareError('x', { code: 'OUTPUT_INVALID' }).issues).toEqual([])
})
