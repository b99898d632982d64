import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { Model } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { scriptedModel } from '../testing/scripted-model.ts'
import { declare, inMemory, type Memory, tool } from './index.ts'
import { answering, begin, calls, waits, withResolvers, words } from './models.test-helper.ts'

const anything = z.object({})

/** A tool that has begun when `begun` resolves, and that ends as `end` says. */
function slowTool(end: (signal: AbortSignal) => Promise<unknown>) {
  const { promise: begun, resolve } = withResolvers()
  const slow = tool({
    description: 'Slow',
    input: anything,
    run: (_, { signal }) => {
      resolve()
      return end(signal)
    },
  })
  return { slow, begun }
}

describe('a call that is cancelled while a tool runs', () => {
  test.each([
    [
      'fails with its signal’s reason',
      (signal: AbortSignal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ],
    [
      'fails with an error of its own',
      (signal: AbortSignal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gave up')))),
    ],
    ['is deaf to its signal', () => new Promise(() => undefined)],
  ])('rejects with ABORTED where the tool %s, and the turn is kept as aborted', async (_, end) => {
    const { slow, begun } = slowTool(end)
    const { model } = answering(calls('c1', '{}', 'slow', 'Let me see.'))
    const session = declare.with(model).chat({ tools: { slow } })()
    const call = session.send('x')
    await begun
    call.cancel()
    const error = await call.then(undefined, (rejected: unknown) => rejected)
    expect(error).toBeInstanceOf(StreamError)
    expect(error).toMatchObject({ code: 'ABORTED', partial: { text: 'Let me see.' } })
    expect(await session.conversation()).toMatchObject([
      { role: 'user', content: 'x', status: 'asked' },
      { role: 'assistant', content: 'Let me see.', status: 'aborted' },
    ])
  })

  test('says what the caller’s signal says where that is a StreamError', async () => {
    const { slow, begun } = slowTool(() => new Promise(() => undefined))
    const session = declare.with(answering(calls('c1', '{}', 'slow')).model).chat({ tools: { slow } })()
    const stop = new AbortController()
    const call = session.send('x', { signal: stop.signal })
    await begun
    stop.abort(new StreamError('The server goes away', { code: 'SHUTTING_DOWN' }))
    await expect(call).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  })
})

test('an error of a middleware after the call was stopped is told as ABORTED, with it as the cause', async () => {
  const own = new Error('my own')
  const task = declare.with(scriptedModel([...begin('Hel'), waits])).task({
    description: 'x',
    streaming: true,
    middleware: [
      (_, next) =>
        next().catch(() => {
          throw own
        }),
    ],
  })
  const stream = task()
  for await (const { delta } of stream) if (delta !== '') break
  await expect(stream.result()).rejects.toMatchObject({
    code: 'ABORTED',
    cause: own,
    partial: { text: 'Hel' },
  })
})

describe('the summary of what does not fit any more', () => {
  /** A session with three turns, of which one fits. */
  async function longSession(summarizer: Model) {
    const memory = inMemory()
    const { model, asked } = answering('answer')
    const session = declare.with(model).chat({ memory, window: { maxMessages: 2, summarize: summarizer } })({
      sessionId: 's',
    })
    for (const n of [1, 2, 3]) {
      const at = '2026-11-21T08:00:00Z'
      await memory.append('s', [
        { role: 'user', content: `question ${n}`, turnId: `t${n}`, status: 'asked', at },
        { role: 'assistant', content: `answer ${n}`, turnId: `t${n}`, status: 'complete', at },
      ])
    }
    const summaries = async () =>
      (await memory.load('s')).filter(({ summaryUpTo }) => summaryUpTo !== undefined)
    return { session, asked, summaries }
  }

  test('is stopped with its call, and what had come of it is not kept', async () => {
    const { promise: begun, resolve } = withResolvers()
    const { promise: stopped, resolve: wasStopped } = withResolvers()
    const summarizer = scriptedModel([
      ...begin('Half a '),
      ({ signal }) => {
        signal?.addEventListener('abort', () => wasStopped())
        resolve()
        return new Promise(() => undefined)
      },
    ])
    const { session, asked, summaries } = await longSession(summarizer)
    const call = session.send('x')
    await begun
    call.cancel()
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
    await stopped
    expect(asked).toEqual([])
    expect(await summaries()).toEqual([])
    expect((await session.conversation()).at(-1)).toMatchObject({ role: 'assistant', status: 'aborted' })
  })

  test.each([
    ['empty', ''],
    ['blank', ' \n'],
    [
      'declined',
      [
        ...begin().slice(0, 1),
        { type: 'refusal-delta', delta: 'No' } as const,
        { type: 'finish', reason: 'content-filter' } as const,
      ],
    ],
  ])('is not kept where it is %s; what does not fit is left out', async (_, script) => {
    const { session, asked, summaries } = await longSession(scriptedModel(script))
    expect(await session.send('x')).toBe('answer')
    expect(await summaries()).toEqual([])
    expect(asked[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  })
})

describe('a summary whose model', () => {
  const at = '2026-11-21T08:00:00Z'

  /** A session of long turns, and what its summaries were asked with. */
  async function wordySession(answers: (count: number) => string | Error) {
    const prompts: string[] = []
    const summarize: Model = {
      provider: 'scripted',
      modelId: 'summarizer',
      stream: request => {
        prompts.push(String(request.messages.at(-1)?.content))
        const answer = answers(prompts.length)
        if (answer instanceof Error) throw answer
        return scriptedModel(answer).stream(request)
      },
    }
    const memory = inMemory()
    const { model, asked } = answering('answer')
    for (const n of [1, 2, 3, 4, 5]) {
      const content = `${n}`.repeat(n === 3 ? 2000 : 200)
      await memory.append('s', [
        { role: 'user', content, turnId: `t${n}`, status: 'asked', at },
        { role: 'assistant', content: `answer ${n}`, turnId: `t${n}`, status: 'complete', at },
      ])
    }
    const session = declare.with(model).chat({ memory, window: { maxTokens: 100, summarize } })({
      sessionId: 's',
    })
    return { session, asked, prompts }
  }

  test('has a window is asked step by step, never beyond it', async () => {
    const { session, asked, prompts } = await wordySession(count => `summary ${count}`)
    await session.send('x')
    for (const prompt of prompts) expect(prompt.length).toBeLessThanOrEqual(400)
    expect(prompts.map(prompt => /user: (.)/.exec(prompt)?.[1])).toEqual(['1', '2', '3', '4'])
    expect(prompts[3]).toContain('Earlier, in short: summary 3')
    expect(asked[0]?.messages[0]?.content).toContain('summary 4')
  })

  test('fails leaves the turn without what does not fit, and is asked again from where it came to', async () => {
    const { session, asked, prompts } = await wordySession(count =>
      count === 2
        ? new StreamError('The summariser is down', { code: 'INVALID_REQUEST' })
        : `summary ${count}`,
    )
    expect(await session.send('x')).toBe('answer')
    expect(prompts).toHaveLength(2)
    expect(asked[0]?.messages[0]?.content).toContain('summary 1')
    expect(asked[0]?.messages.slice(1).map(({ content }) => String(content)[0])).toEqual(['5', 'a', 'x'])
    await session.send('y')
    expect(prompts[2]).toMatch(/Earlier, in short: summary 1\nuser: 2/)
  })
})

test('a memory that never answers is not waited for once the call is stopped, and nothing is kept of it', async () => {
  const { model, asked } = answering('answer')
  const { promise: begun, resolve } = withResolvers()
  const appended: unknown[] = []
  const memory: Memory = {
    load: () => {
      resolve()
      return new Promise(() => undefined)
    },
    append: async (_, messages) => void appended.push(messages),
    clear: async () => undefined,
    close: async () => undefined,
  }
  const call = declare.with(model).chat({ memory, greeting: 'Hello' })().send('x')
  await begun
  call.cancel()
  await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
  expect(asked).toEqual([])
  expect(appended).toEqual([])
})

test('a stream that is cancelled while nobody reads ends, and its turn is kept', async () => {
  const session = declare.with(answering(words(...Array.from({ length: 500 }, () => 'a'))).model).chat({
    streaming: true,
  })()
  const stream = session.send('x')
  const reader = stream[Symbol.asyncIterator]()
  await reader.next()
  await new Promise(resolve => setImmediate(resolve))
  stream.cancel()
  await vi.waitFor(async () =>
    expect((await session.conversation()).at(-1)).toMatchObject({ status: 'aborted' }),
  )
})

test('a call whose result() alone is awaited, or that is cancelled and forgotten, leaves no rejection unhandled', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    const task = declare.with(scriptedModel([...begin('Hel'), waits])).task({ description: 'x' })
    const call = task()
    const result = call.result()
    call.cancel()
    await expect(result).rejects.toMatchObject({ code: 'ABORTED' })
    task().cancel()
    for (let turn = 0; turn < 10; turn += 1) await new Promise(resolve => setImmediate(resolve))
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})

test('a listener to chunks that throws stops the model, and the call rejects with its error', async () => {
  const { promise: stopped, resolve } = withResolvers()
  const model = scriptedModel([
    ...begin('Hel'),
    ({ signal }) => new Promise(() => signal?.addEventListener('abort', () => resolve())),
  ])
  const task = declare.with(model).task({
    description: 'x',
    middleware: [
      (context, next) => {
        context.onChunk(({ delta }) => {
          if (delta !== '') throw new Error('my own')
        })
        return next()
      },
    ],
  })
  await expect(task()).rejects.toThrow('my own')
  await stopped
})
