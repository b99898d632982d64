import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Model } from '../../contract.ts'
import { hasRedis, type RedisServer, startRedis } from '../../runs/redis-server.test-helper.ts'
import { memorySuite } from '../../testing/memory-suite.ts'
import { scriptedModel } from '../../testing/scripted-model.ts'
import { declare } from '../index.ts'
import type { Memory } from '../memory.ts'
import { fileMemory } from './file.ts'
import { inMemory } from './in-memory.ts'
import { postgresMemory } from './postgres.ts'
import { hasPostgres, startPostgres } from './postgres-server.test-helper.ts'
import { redisMemory } from './redis.ts'
import { sqliteMemory } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'streamseal-memories-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let count = 0
const unused = (): string => join(folder, String(count++))

/** Several turns of each of 100 chats at the same time, and two of the same chat among them; each remembers its own, in order. */
async function interleave([memory, other]: readonly [Memory, Memory]): Promise<void> {
  const model: Model = {
    provider: 'fake',
    modelId: 'fake',
    async *stream(request) {
      // Answers leave in another order than questions came in.
      await new Promise(resolve => setTimeout(resolve, Math.random() * 20))
      yield* scriptedModel(`Answer to ${request.messages.at(-1)?.content}`).stream(request)
    },
  }
  const chats = [memory, other].map(each => declare.with(model).chat({ memory: each, greeting: 'Hello' }))
  const ids = Array.from({ length: 100 }, (_, index) => `chat ${index}`)
  const turns = ['one', 'two', 'three']
  const talk = async (sessionId: string, index: number): Promise<void> => {
    for (const [turn, what] of turns.entries())
      await chats[(index + turn) % 2]?.({ sessionId }).send(`${sessionId}, ${what}`)
  }
  const crowd = Array.from({ length: 20 }, (_, index) =>
    chats[index % 2]?.({ sessionId: 'crowd' }).send(`${index}`),
  )
  await Promise.all([...ids.map(talk), ...crowd])
  for (const sessionId of ids) {
    const said = await chats[0]?.({ sessionId }).conversation()
    const expected = turns.flatMap(what => [`${sessionId}, ${what}`, `Answer to ${sessionId}, ${what}`])
    expect(said?.map(({ content }) => content)).toEqual(['Hello', ...expected])
  }
  const [greeting, ...crowded] = (await chats[1]?.({ sessionId: 'crowd' }).conversation()) ?? []
  expect(greeting?.content).toBe('Hello')
  expect(crowded).toHaveLength(40)
  expect(new Set(crowded.map(({ turnId }) => turnId)).size).toBe(20)
  await memory.close()
  if (other !== memory) await other.close()
}

const sentence = '100 chats, interleaved, keep their order, and a crowd in one chat loses nothing'
const twice = (memory: Memory): readonly [Memory, Memory] => [memory, memory]
memorySuite('in memory', () => twice(inMemory()), { test })
test(`in memory: ${sentence}`, () => interleave(twice(inMemory())), 30_000)

const inOneFolder = (path: string): readonly [Memory, Memory] => [fileMemory(path), fileMemory(path)]
memorySuite('files', () => inOneFolder(unused()), { test })
test(`files: ${sentence}`, () => interleave(inOneFolder(unused())), 30_000)

const inOneFile = (path: string): readonly [Memory, Memory] => [sqliteMemory(path), sqliteMemory(path)]
memorySuite('SQLite', () => inOneFile(unused()), { test })
test(`SQLite: ${sentence}`, () => interleave(inOneFile(unused())), 30_000)

describe.skipIf(!hasRedis)('with a real Redis (skipped where redis-server is not installed)', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.remove())
  const open = (prefix: string): Promise<Memory> => redisMemory({ url: server.url, prefix })
  memorySuite(
    'Redis',
    async () => {
      const prefix = `${count++}:`
      return [await open(prefix), await open(prefix)]
    },
    { test },
  )

  test(`Redis: ${sentence}`, async () => {
    await interleave([await open('chats:'), await open('chats:')])
  }, 30_000)

  test('forgets a session when it was told to, and rejects while the server is away', async () => {
    const memory = await redisMemory({ url: server.url, prefix: 'short:', keepMs: 50 })
    const hello = [{ role: 'user', content: 'Hello', turnId: 't', at: '' } as const]
    await memory.append('s', hello)
    expect(await memory.load('s')).toHaveLength(1)
    await expect.poll(() => memory.load('s')).toEqual([])
    await server.kill()
    await expect(memory.append('s', hello)).rejects.toThrow()
    await server.start()
    await expect
      .poll(
        () =>
          memory.append('s', hello).then(
            () => 'kept',
            () => 'away',
          ),
        { timeout: 10_000 },
      )
      .toBe('kept')
    await memory.close()
  })
})

describe.skipIf(!hasPostgres)('with a real PostgreSQL (skipped where it is not installed)', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.remove())
  const open = (table: string): Promise<Memory> =>
    postgresMemory({ connectionString: server.connectionString, table })
  memorySuite(
    'PostgreSQL',
    async () => {
      const table = `chats_${count++}`
      const [memory, other] = await Promise.all([open(table), open(table)])
      return [memory, other]
    },
    { test },
  )

  test(`PostgreSQL: ${sentence}`, async () => {
    await interleave([await open('interleaved'), await open('interleaved')])
  }, 30_000)
})

test('in memory, the session that was written to longest ago is forgotten first', async () => {
  const memory = inMemory({ maxSessions: 2 })
  for (const id of ['a', 'b', 'a', 'c'])
    await memory.append(id, [{ role: 'user', content: id, turnId: id, at: '' }])
  expect(await memory.load('b')).toEqual([])
  expect(await memory.load('a')).toHaveLength(2)
})

test('a file that a crash left in the middle of a line loses that line alone, and others may not read it', async () => {
  const path = unused()
  const memory = fileMemory(path)
  const said = (content: string) => [{ role: 'user', content, turnId: content, at: '' } as const]
  await memory.append('s', said('one'))
  const [name] = readdirSync(path)
  appendFileSync(join(path, name as string), '\n[{"role":"user","conte')
  await memory.append('s', said('two'))
  expect((await memory.load('s')).map(({ content }) => content)).toEqual(['one', 'two'])
  expect(statSync(join(path, name as string)).mode & 0o077).toBe(0)
})
