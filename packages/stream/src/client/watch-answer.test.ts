import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Model } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { type ScriptStep, scriptedModel } from '../testing.ts'
import { watchAnswer } from './index.ts'
import { type RunServer, serveRuns } from './run-server.test-helper.ts'

const servers: RunServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(server => server.close())))

async function serve(model: () => Model): Promise<RunServer> {
  const server = await serveRuns(model)
  servers.push(server)
  return server
}

const text = (delta: string): ScriptStep => ({ type: 'text-delta', id: 't', delta })
const begin: ScriptStep[] = [
  { type: 'start', provider: 'p', model: 'm' },
  { type: 'text-start', id: 't' },
]
const fast = { firstDelayMs: 1, longestDelayMs: 2, WebSocket, body: {} } as const

test('gathers what a page shows: text, thoughts, tool calls, sources, usage, the run, the end', async () => {
  const server = await serve(() =>
    scriptedModel([
      { type: 'start', provider: 'p', model: 'm' },
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
      { type: 'reasoning-end', id: 'r' },
      { type: 'text-start', id: 't' },
      text('Hello'),
      text(' world'),
      { type: 'text-end', id: 't' },
      { type: 'source', id: 's', url: 'https://example.org/' },
      { type: 'tool-input-start', id: 'c', toolName: 'weather' },
      { type: 'tool-input-delta', id: 'c', delta: '{}' },
      { type: 'tool-input-end', id: 'c' },
      { type: 'tool-call', id: 'c', toolName: 'weather', input: '{}' },
      { type: 'finish', reason: 'tool-calls', usage: { inputTokens: 3, outputTokens: 4 } },
    ]),
  )
  const answer = watchAnswer(`${server.http}/stream`, fast)
  const last = await answer.ended
  expect(last).toMatchObject({
    state: 'done',
    text: 'Hello world',
    reasoning: 'Hm.',
    toolCalls: [{ id: 'c', toolName: 'weather', input: '{}' }],
    sources: [{ url: 'https://example.org/' }],
    finishReason: 'tool-calls',
    usage: { inputTokens: 3, outputTokens: 4 },
    runId: expect.stringMatching(/^[0-9a-f]{16}$/),
  })
  expect(answer.snapshot).toBe(last)
})

test('draws once for all that came before the frame, and at once when the answer ends', async () => {
  const server = await serve(() =>
    scriptedModel([
      ...begin,
      ...Array.from({ length: 500 }, () => text('word ')),
      { type: 'finish', reason: 'stop' },
    ]),
  )
  const frames: (() => void)[] = []
  const drawn: string[] = []
  const answer = watchAnswer(`${server.ws}/stream`, { ...fast, schedule: draw => frames.push(draw) })
  answer.subscribe(() => drawn.push(answer.snapshot.state))
  await answer.ended
  expect(frames).toHaveLength(1)
  expect(drawn).toEqual(['done'])
  for (const frame of frames) frame()
  expect(drawn).toEqual(['done'])
})

test('draws at animation frames where there are any', async () => {
  const server = await serve(() => scriptedModel('Hello'))
  const page = globalThis as { requestAnimationFrame?: (draw: () => void) => unknown }
  let asked = 0
  page.requestAnimationFrame = draw => {
    asked++
    return setTimeout(draw, 1)
  }
  try {
    await watchAnswer(`${server.http}/stream`, fast).ended
    expect(asked).toBeGreaterThan(0)
  } finally {
    delete page.requestAnimationFrame
  }
})

test('a snapshot is another object when something has changed, and the same until then', async () => {
  const server = await serve(() => scriptedModel('Hello'))
  const answer = watchAnswer(`${server.http}/stream`, fast)
  const first = answer.snapshot
  expect(answer.snapshot).toBe(first)
  await answer.ended
  expect(answer.snapshot).not.toBe(first)
  expect(first.text).toBe('')
})

test('what another model begins again replaces what the first had said', async () => {
  const server = await serve(() =>
    scriptedModel([
      ...begin,
      text('Wrong'),
      { type: 'restart', code: 'OVERLOADED', message: 'failed' },
      ...begin,
      text('Right'),
      { type: 'finish', reason: 'stop' },
    ]),
  )
  expect((await watchAnswer(`${server.http}/stream`, fast).ended).text).toBe('Right')
})

test('a failure keeps the text and is not thrown', async () => {
  const server = await serve(() =>
    scriptedModel([
      ...begin,
      text('Half'),
      () => {
        throw new StreamError('too busy', { code: 'OVERLOADED' })
      },
    ]),
  )
  expect(await watchAnswer(`${server.http}/stream`, fast).ended).toMatchObject({
    state: 'failed',
    text: 'Half',
    error: { code: 'OVERLOADED', message: 'too busy' },
  })
})

test('leave() closes the connection alone, cancel() stops the run', async () => {
  const server = await serve(() =>
    scriptedModel([...begin, text('Half'), () => new Promise<void>(() => undefined)]),
  )
  const answers = [watchAnswer(`${server.http}/stream`, fast), watchAnswer(`${server.ws}/stream`, fast)]
  for (const answer of answers) await expect.poll(() => answer.snapshot.text).toBe('Half')
  answers[0]?.leave()
  answers[1]?.cancel()
  for (const answer of answers) {
    const { state, error, text: kept } = await answer.ended
    expect([state, error, kept]).toEqual(['cancelled', undefined, 'Half'])
  }
  const state = async (index: number) => (await server.runs.get(answers[index]?.snapshot.runId ?? ''))?.state
  await expect.poll(() => state(1)).toBe('cancelled')
  expect(await state(0)).toBe('running')
})
