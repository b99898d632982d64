/** Two gateways on one Redis: a run of one is read, told of and stopped at the other. */
import { afterEach, describe, expect, test } from 'vitest'
import { chunkEvent, startFakeOpenAI } from './fake-openai.ts'
import { hasRedis, startRedis } from './start-redis.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const post = (url: string, body: unknown = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const textOf = (events: string): string =>
  events
    .split('\n')
    .filter(line => line.startsWith('data: '))
    .map(line => (JSON.parse(line.slice(6)) as { content: string }).content)
    .join('')

describe.skipIf(!hasRedis)('two gateways on one Redis (skipped where redis-server is not installed)', () => {
  test('a run of one is read at the other, and stopped there', async () => {
    const redis = await startRedis()
    cleanUps.push(() => redis.remove())
    const fake = await startFakeOpenAI(response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(chunkEvent({ delta: { content: 'Half a sentence' }, finish_reason: null }))
    })
    cleanUps.push(() => fake.close())
    const start = async (): Promise<TestGateway> => {
      const env = { REDIS_URL: redis.url, OPENAI_BASE_URL: fake.baseUrl, STREAMSEAL_MODEL: 'm' }
      const gateway = await startTestGateway(env)
      cleanUps.push(() => gateway.remove())
      return gateway
    }
    const [here, there] = [await start(), await start()]
    const answer = await post(`${here.url}/stream`, { query: 'Hi' })
    const id = answer.headers.get('streamseal-stream-id') ?? ''
    const elsewhere = await fetch(`${there.url}/runs/${id}/stream`)
    const reading = Promise.all([answer.text(), elsewhere.text()])
    await expect.poll(() => fake.open.size, { timeout: 20_000 }).toBe(1)
    const stopped = await post(`${there.url}/runs/${id}/cancel`)
    expect(await stopped.json()).toEqual({ id, cancelled: true })
    const [mine, theirs] = await reading
    expect(textOf(theirs)).toBe(textOf(mine))
    const record = (await (await fetch(`${there.url}/runs/${id}`)).json()) as { state: string }
    expect(record.state).toBe('cancelled')
    expect(fake.seen).toHaveLength(1)
  })
})

test('a Redis that cannot be reached stops the start, and its password is not quoted', async () => {
  const starting = startTestGateway({ REDIS_URL: 'redis://user:secret@127.0.0.1:1' })
  await expect(starting).rejects.toThrow(/REDIS_URL="redis:\/\/…@127\.0\.0\.1:1"/)
  await expect(starting).rejects.not.toThrow(/secret/)
})

test.each(['http://127.0.0.1', 'nonsense'])('REDIS_URL="%s" is refused', async url => {
  await expect(startTestGateway({ REDIS_URL: url })).rejects.toThrow(/REDIS_URL/)
})
