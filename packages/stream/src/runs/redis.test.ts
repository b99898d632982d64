import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Part } from '../contract.ts'
import { demo } from '../demo.ts'
import { newStreamId } from '../stream-id.ts'
import { storeSuite } from '../testing.ts'
import { createRuns, type Runs } from './index.ts'
import { openRedisRunStore, type RedisRunStoreOptions } from './redis.ts'
import { hasRedis, type RedisServer, startRedis } from './redis-server.test-helper.ts'

test('without a server it says so in the time it was given', async () => {
  const begun = performance.now()
  const opening = openRedisRunStore({ url: 'redis://127.0.0.1:1', timeoutMs: 100 })
  await expect(opening).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  expect(performance.now() - begun).toBeLessThan(20_000)
})

describe.skipIf(!hasRedis)('Redis (skipped where redis-server is not installed)', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.remove())

  storeSuite('Redis', retention => openRedisRunStore({ url: redis.url, ...retention }), { test })

  async function newRuns(more: Partial<RedisRunStoreOptions> = {}): Promise<Runs> {
    const store = await openRedisRunStore({ url: redis.url, timeoutMs: 500, patienceMs: 300, ...more })
    return createRuns({ store, readerPatienceMs: 300 })
  }

  test('another node reads a run as it is produced, stops it, and finds it stopped', async () => {
    const [one, two] = await Promise.all([newRuns(), newRuns()])
    const { id } = await one.start(demo({ tokensPerSecond: 100 }), { prompt: 'x' })
    const reader = two.read(id)
    let text = ''
    while (text.length < 50) {
      const { value } = await reader.next()
      if (value?.type === 'text-delta') text += value.delta
    }
    expect(await two.cancel(id)).toBe(true)
    let last: Part | undefined
    for await (const part of reader) last = part
    expect(last).toMatchObject({ type: 'finish', reason: 'aborted' })
    expect(await two.get(id)).toMatchObject({ state: 'cancelled', end: { finishReason: 'aborted' } })
    expect((await (await two.open(id))?.result())?.text.startsWith(text)).toBe(true)
    await Promise.all([one.close(), two.close()])
  })

  test('a Redis that hangs is told to readers in time, and nothing is lost when it is back', async () => {
    const [one, two] = await Promise.all([newRuns(), newRuns()])
    const words = Array.from({ length: 400 }, (_, index) => ` w${index}`).join('')
    const { id } = await one.start(demo({ text: words, tokensPerSecond: 200 }), { prompt: 'x' })
    const seen: Part[] = []
    const told: unknown[] = []
    const persist = async (runs: Runs): Promise<void> => {
      while (seen.at(-1)?.type !== 'finish') {
        try {
          for await (const part of runs.read(id, { after: seen.at(-1)?.cursor ?? 0 })) seen.push(part)
        } catch (error) {
          told.push(error)
          await delay(50)
        }
      }
    }
    const reading = persist(two)
    await delay(300)
    redis.freeze()
    for (const begun = Date.now(); told.length === 0 && Date.now() - begun < 15_000; ) await delay(50)
    await expect(one.start(demo(), { prompt: 'x' })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    redis.thaw()
    await reading
    expect(told[0]).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    expect(seen.map(({ cursor }) => cursor)).toEqual(seen.map((_, index) => index + 1))
    expect(seen.map(part => (part.type === 'text-delta' ? part.delta : '')).join('')).toBe(words)
    await Promise.all([one.close(), two.close()])
  })

  test('nothing is held after close(), here nor by the tests before', async () => {
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
    await vi.waitUntil(() => sockets() === 0, { timeout: 10_000 })
    const runs = await newRuns()
    const { parts } = await runs.start(demo(), { prompt: 'x', leave: { graceMs: 60_000 } })
    await parts.next()
    expect(sockets()).toBe(2)
    await runs.close()
    await vi.waitUntil(() => sockets() === 0, { timeout: 10_000 })
  })

  test('two prefixes are two stores', async () => {
    const [one, two] = await Promise.all(
      ['a:', 'b:'].map(prefix => openRedisRunStore({ url: redis.url, prefix })),
    )
    const id = newStreamId()
    const run = {
      id,
      provider: 'p',
      modelId: 'm',
      createdAt: 0,
      metadata: {},
      leave: 'continue',
      owner: 'o',
    } as const
    await one?.create(run, 1000)
    expect(await two?.get(id)).toBeUndefined()
    await Promise.all([one?.close(), two?.close()])
  })
})
