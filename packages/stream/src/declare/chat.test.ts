import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { ContentPart, Message, Model } from '../contract.ts'
import { demo } from '../demo.ts'
import { StreamError } from '../stream-error.ts'
import { type ScriptStep, scriptedModel } from '../testing/scripted-model.ts'
import { declare, inMemory, type TaskCall, type TaskStream, tool } from './index.ts'
import { answering, begin, calls as callsOf, fails, waits } from './models.test-helper.ts'

const isRefused: ScriptStep = () =>
  Promise.reject(new StreamError('No key', { code: 'AUTHENTICATION_FAILED' }))
const calls = (id: string, input: string, toolName = 'weather'): ScriptStep[] => callsOf(id, input, toolName)

/** What the strictest providers ask of a history: the user first and last, no voice twice, no empty message, every call with its result. */
function expectAcceptable(messages: readonly Message[]): void {
  const spoken = messages.filter(({ role }) => role !== 'system')
  expect(messages.slice(1).filter(({ role }) => role === 'system')).toEqual([])
  expect(spoken[0]?.role).toBe('user')
  expect(spoken.at(-1)?.role).toBe('user')
  const open = new Set<string>()
  spoken.forEach(({ role, content }, index) => {
    if (role !== 'tool') expect(role).not.toBe(spoken[index - 1]?.role)
    expect(content).not.toBe('')
    expect(content).not.toEqual([])
    const parts: ContentPart[] = typeof content === 'string' ? [] : content
    for (const part of parts) {
      if (part.type === 'tool-call') open.add(part.toolCallId)
      if (part.type === 'tool-result') open.delete(part.toolCallId)
    }
    if (role === 'user') expect([...open]).toEqual([])
  })
}

describe('a session', () => {
  test('remembers what was said, and shows it to the model', async () => {
    const { model, asked } = answering('Hello Ada', 'You are Ada')
    const session = declare.with(model).chat({ system: 'Be kind' })()
    expect(await session.send('I am Ada')).toBe('Hello Ada')
    expect(await session.send('Who am I?')).toBe('You are Ada')
    expect(asked[1]?.messages).toEqual([
      { role: 'system', content: 'Be kind' },
      { role: 'user', content: 'I am Ada' },
      { role: 'assistant', content: 'Hello Ada' },
      { role: 'user', content: 'Who am I?' },
    ])
    expect(
      (await session.conversation()).map(({ role, content, status }) => [role, content, status]),
    ).toEqual([
      ['user', 'I am Ada', 'asked'],
      ['assistant', 'Hello Ada', 'complete'],
      ['user', 'Who am I?', 'asked'],
      ['assistant', 'You are Ada', 'complete'],
    ])
  })

  test('begins with its greeting, once, which the model is told of', async () => {
    const { model, asked } = answering('Fine')
    const memory = inMemory()
    const chat = declare.with(model).chat({ greeting: 'How can I help?', memory })
    const session = chat({ sessionId: 's1' })
    await Promise.all([session.conversation(), session.conversation(), session.compile()])
    await session.send('Hi')
    await chat({ sessionId: 's1' }).send('Hi again')
    const said = await session.conversation()
    expect(said.filter(({ content }) => content === 'How can I help?')).toHaveLength(1)
    expect(asked[0]?.messages[0]).toEqual({
      role: 'system',
      content: 'You have begun the conversation with: How can I help?',
    })
    expectAcceptable(asked[1]?.messages ?? [])
  })

  test('shares nothing with another one of the same declaration', async () => {
    const { model, asked } = answering('x')
    const chat = declare.with(model).chat({ system: 'the declaration’s' })
    const own = chat({ system: 'its own' })
    const other = chat()
    await own.send('mine')
    await other.send('other')
    expect(asked.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ['its own', 'mine'],
      ['the declaration’s', 'other'],
    ])
    expect(other.system).toBe('the declaration’s')
    await own.clear()
    expect(await own.conversation()).toEqual([])
    expect(await other.conversation()).toHaveLength(2)
  })

  test('takes messages by hand, and refuses a role that nobody has', async () => {
    const { model, asked } = answering('x')
    const session = declare.with(model).chat()()
    await session.addMessage('My name is Ada', 'user')
    await session.send('Who am I?')
    expect(asked[0]?.messages).toEqual([{ role: 'user', content: 'My name is Ada\n\nWho am I?' }])
    await expect(session.addMessage('x', 'robot' as never)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
  })

  test('has the declaration’s tasks as methods', async () => {
    const gpt = declare.with(answering('Short').model)
    const chat = gpt.chat({
      tasks: { summarise: gpt.task({ description: 'Summarise', input: z.object({ text: z.string() }) }) },
    })
    expect(await chat().summarise({ text: 'long' })).toBe('Short')
    expect(() => gpt.chat({ tasks: { send: gpt.task({ description: 'x' }) } })).toThrow(/named "send"/)
  })

  test('gives typed answers where an output is declared', async () => {
    const { model, asked } = answering('{"mood":"good"}')
    const output = z.object({ mood: z.enum(['good', 'bad']) })
    const session = declare.with(model).chat({ system: 'Judge moods', output })()
    expect(await session.send('I won!')).toEqual({ mood: 'good' })
    expect(asked[0]?.responseFormat?.type).toBe('json')
    expect(asked[0]?.messages[0]?.content).toMatch(/^Judge moods\n\nAnswer with one JSON value/)
  })

  test('streams, by the same flags as tasks', async () => {
    const session = declare.with(answering('Hello world').model, { stream: true }).chat()()
    const responses: string[] = []
    const stream = session.send('Hi')
    expect(session.llmStreamResponse).toBe(stream)
    for await (const { response } of stream) responses.push(response)
    expect(responses.at(-1)).toBe('Hello world')
    expect(await session.send('Hi', { streaming: false })).toBe('Hello world')
  })
})

describe('a turn that did not end well', () => {
  const words = ['One ', 'two ', 'three ', 'four ']

  test.each([0, 1, 2, 3, 4])(
    'left after %i words is kept with its status, and the history stays acceptable',
    async count => {
      const memory = inMemory()
      const { model, asked } = answering([...begin(...words), waits], 'Yes')
      const session = declare.with(model).chat({ memory, greeting: 'Hello' })()
      const stream = session.send('Count', { streaming: true })
      let seen = 0
      for await (const { delta } of stream) {
        if (delta !== '') seen += 1
        if (seen >= count) break
      }
      await stream.result().catch(() => undefined)
      const said = (await session.conversation()).slice(1)
      expect(said).toMatchObject([
        { role: 'user', content: 'Count', status: 'asked' },
        { role: 'assistant', status: 'aborted' },
      ])
      expect(said[1]?.content).toContain(words.slice(0, count).join(''))
      await session.send('Go on?')
      expectAcceptable(asked[1]?.messages ?? [])
      await session.send('And now?')
      expectAcceptable(asked[2]?.messages ?? [])
    },
  )

  test('that failed keeps what had come, and one without a word is not shown to the model again', async () => {
    const { model, asked } = answering(
      [...begin('Half an'), fails],
      [...begin().slice(0, 1), isRefused],
      'Yes',
    )
    const session = declare.with(model, { llmParams: {} }).chat()()
    await expect(session.send('First')).rejects.toMatchObject({ code: 'OVERLOADED' })
    await expect(session.send('Second')).rejects.toThrow()
    await session.send('Third')
    const last = asked.at(-1)?.messages ?? []
    expectAcceptable(last)
    expect(JSON.stringify(last)).toContain('Half an')
    expect(JSON.stringify(last)).not.toContain('Second')
    expect((await session.conversation()).map(({ status }) => status)).toContain('failed')
  })

  test('whose process died leaves a question, which the model is not shown', async () => {
    const memory = inMemory()
    await memory.append('s', [
      { role: 'user', content: 'Lost', turnId: 't', status: 'asked', at: '2026-11-21T08:00:00Z' },
    ])
    const { model, asked } = answering('Yes')
    const session = declare.with(model).chat({ memory })({ sessionId: 's' })
    await session.send('Hi')
    expect(asked[0]?.messages).toEqual([{ role: 'user', content: 'Hi' }])
    expect(await session.conversation()).toHaveLength(3)
  })

  test('100 turns of one session, interleaved, lose nothing and stay acceptable', async () => {
    const model = demo({ text: 'An answer', tokensPerSecond: Number.POSITIVE_INFINITY })
    const session = declare.with(model).chat()()
    await Promise.all(Array.from({ length: 100 }, (_, index) => session.send(`Question ${index}`)))
    const said = await session.conversation()
    expect(said).toHaveLength(200)
    expect(new Set(said.map(({ turnId }) => turnId)).size).toBe(100)
    expectAcceptable([...(await session.compile()), { role: 'user', content: 'x' }])
  })
})

describe('tools', () => {
  const weather = tool({
    description: 'The weather in a city',
    input: z.object({ city: z.string() }),
    run: ({ city }) => ({ city, celsius: 21 }),
  })

  test('are run with checked input, and the model is asked again with what they gave', async () => {
    const { model, asked } = answering(calls('c1', '{"city":"Oslo"}'), '21 degrees', 'As before')
    const session = declare.with(model).chat({ tools: { weather } })()
    expect(await session.send('How warm is it?')).toBe('21 degrees')
    expect(asked[0]?.tools).toMatchObject([{ name: 'weather', inputSchema: { properties: { city: {} } } }])
    expect(asked[1]?.messages.slice(-2)).toEqual([
      {
        role: 'assistant',
        content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Oslo"}' }],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'c1',
            toolName: 'weather',
            output: '{"city":"Oslo","celsius":21}',
          },
        ],
      },
    ])
    await session.send('Sure?')
    expectAcceptable(asked[2]?.messages ?? [])
    expect(asked[2]?.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ])
  })

  test.each([
    ['input that does not fit', calls('c1', '{"city":7}'), /The input does not fit: city/],
    ['input that is no JSON', calls('c1', '{"city'), /JSON/],
    [
      'a tool that there is not',
      calls('c1', '{}', 'constructor'),
      /There is no tool "constructor"; there are weather/,
    ],
  ])('%s goes back to the model as an error', async (_, first, message) => {
    const { model, asked } = answering(first, 'Sorry')
    await declare.with(model).chat({ tools: { weather } })().send('x')
    expect(asked[1]?.messages.at(-1)?.content).toMatchObject([
      { isError: true, output: expect.stringMatching(message) },
    ])
  })

  test('a model that never stops asking for them is stopped', async () => {
    const { model, asked } = answering(calls('c1', '{"city":"Oslo"}'))
    const session = declare.with(model).chat({ tools: { weather }, maxSteps: 3 })()
    await expect(session.send('x')).rejects.toMatchObject({ code: 'TOO_MANY_STEPS' })
    expect(asked).toHaveLength(4)
  })

  test('cancelling a call stops its tool', async () => {
    let reason: unknown
    const slow = tool({
      description: 'Slow',
      input: z.object({}),
      run: (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            reason = signal.reason
            reject(reason)
          }),
        ),
    })
    const session = declare.with(answering(calls('c1', '{}', 'slow')).model).chat({ tools: { slow } })()
    const call = session.send('x')
    setTimeout(() => call.cancel(), 20)
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
    expect(reason).toBeDefined()
    expect((await session.conversation()).at(-1)).toMatchObject({ role: 'assistant', status: 'aborted' })
  })
})

describe('the window', () => {
  test('shows the newest turns that fit', async () => {
    const { model, asked } = answering('answer')
    const session = declare.with(model).chat({ window: { maxMessages: 4 } })()
    for (const question of ['one', 'two', 'three', 'four']) await session.send(question)
    expect(asked[3]?.messages.map(({ content }) => content)).toEqual([
      'two',
      'answer',
      'three',
      'answer',
      'four',
    ])
    expect(await session.conversation()).toHaveLength(8)
  })

  test('summarises what does not fit, once for each stretch', async () => {
    const summaries: string[] = []
    const summarizer: Model = {
      provider: 'fake',
      modelId: 'short',
      stream: request => {
        summaries.push(String(request.messages.at(-1)?.content))
        return scriptedModel(`summary ${summaries.length}`).stream(request)
      },
    }
    const { model, asked } = answering('answer')
    const session = declare.with(model).chat({ window: { maxMessages: 4, summarize: summarizer } })()
    for (const question of ['one', 'two', 'three', 'four']) await session.send(question)
    expect(summaries).toHaveLength(1)
    expect(summaries[0]).toContain('user: one')
    expect(asked[3]?.messages[0]).toEqual({
      role: 'system',
      content: 'What was said before, in short:\nsummary 1',
    })
    await session.send('five')
    expect(summaries[1]).toContain('Earlier, in short: summary 1')
    expect(summaries[1]).toContain('user: two')
    expect((await session.conversation()).map(({ content }) => content)).not.toContain('summary 1')
  })
})

test('editors infer what send() returns', () => {
  const output = z.object({ mood: z.string() })
  const typed = declare.with(demo()).chat({ output })()
  const streams = declare.with(demo(), { stream: true }).chat({ output })()
  expectTypeOf(() => typed.send('x')).returns.toEqualTypeOf<TaskCall<{ mood: string }>>()
  expectTypeOf(() => typed.send('x', { streaming: true })).returns.toEqualTypeOf<
    TaskStream<{ mood: string }>
  >()
  expectTypeOf(() => streams.send('x')).returns.toEqualTypeOf<TaskStream<{ mood: string }>>()
  expectTypeOf(() => declare.with(demo()).chat()().send('x')).returns.toEqualTypeOf<TaskCall<string>>()
})
