import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newStreamId } from '../stream-id.ts'
import { storeSuite } from '../testing.ts'
import { openRedisRunStore } from './redis.ts'
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
