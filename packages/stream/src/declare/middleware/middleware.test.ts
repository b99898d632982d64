import { expect, test } from 'vitest'
import { StreamError } from '../../stream-error.ts'
import { scriptedModel } from '../../testing/scripted-model.ts'
import { caching, declare, logging, metering } from '../index.ts'

const failing = scriptedModel([
  () => Promise.reject(new StreamError('No key', { code: 'AUTHENTICATION_FAILED' })),
])

test('logging() says how a call ended, and no word of it unless it is asked to', async () => {
  const lines: [string, Readonly<Record<string, unknown>>][] = []
  const log = (event: string, facts: Readonly<Record<string, unknown>>): number => lines.push([event, facts])
  const quiet = { description: 'my secret question', middleware: [logging({ log })] }
  await declare.with(scriptedModel('my secret answer')).task(quiet)()
  await declare
    .with(failing)
    .task(quiet)()
    .catch(() => undefined)
  expect(lines.map(([event]) => event)).toEqual(['call started', 'call ended', 'call started', 'call failed'])
  expect(lines[3]?.[1]).toMatchObject({ name: 'task', code: 'AUTHENTICATION_FAILED' })
  expect(JSON.stringify(lines)).not.toContain('secret')
  await declare
    .with(scriptedModel('my secret answer'))
    .task({ ...quiet, middleware: [logging({ log, content: true })] })()
  expect(JSON.stringify(lines)).toContain('my secret question')
  expect(JSON.stringify(lines)).toContain('my secret answer')
})

test('caching() answers the same question again for as long as it is good, and forgets what was used longest ago', async () => {
  let asked = 0
  let now = 0
  const model = scriptedModel('x')
  const counting = {
    ...model,
    stream: (request: Parameters<typeof model.stream>[0]) => {
      asked += 1
      return model.stream(request)
    },
  }
  const middleware = [caching({ maxEntries: 2, ttlMs: 100, now: () => now })]
  const say = declare.with(counting).task({ prompt: ({ q }: { q: string }) => q, middleware })
  for (const q of ['a', 'a', 'b', 'a', 'c', 'a', 'b']) await say({ q })
  expect(asked).toBe(4)
  now = 100
  await say({ q: 'a' })
  expect(asked).toBe(5)
  await say({ q: 'a' }, { llmParams: { temperature: 1 } })
  expect(asked).toBe(6)
})

test('caching() keeps no failure', async () => {
  const say = declare.with(failing).task({ description: 'x', middleware: [caching()] })
  await expect(say()).rejects.toThrow('No key')
  await expect(say()).rejects.toThrow('No key')
})

test('metering() counts calls, failures, time and tokens by name', async () => {
  const meter = metering()
  const middleware = [meter.middleware]
  await declare.with(scriptedModel('Hello world')).task({ name: 'a', description: 'x', middleware })()
  await declare
    .with(failing)
    .task({ name: 'b', description: 'x', middleware })()
    .catch(() => undefined)
  expect(meter.figures.get('a')).toMatchObject({ calls: 1, failures: 0 })
  expect(meter.figures.get('b')).toMatchObject({ calls: 1, failures: 1, outputTokens: 0 })
  expect(meter.figures.get('a')?.durationMs).toBeGreaterThan(0)
})
