/**
 * Part to socket with a store's log on: the answer of `stream-sse`, started by `createRuns`, written to memory, to an SQLite
 * file or to a Redis of its own, and delivered from there as events while it is produced. The same floor and the same
 * peers, which keep nothing. A chunk's share above the floor is the difference of the medians divided by 4,000; Redis's own
 * processor time is not counted. Without an installed `redis-server` that row is missing.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryRunStore, createRuns, type RunStore, type Runs } from '@streamseal/stream/runs'
import { openRedisRunStore } from '@streamseal/stream/runs/redis'
import { openSqliteRunStore } from '@streamseal/stream/runs/sqlite'
import { writeSse } from '@streamseal/stream/sse'
import {
  hasRedis,
  type RedisServer,
  startRedis,
} from '../packages/stream/src/runs/redis-server.test-helper.ts'
import type { Benchmark, Candidate } from './harness.ts'
import { chunks, floor, model, over, peers } from './sse-answer.ts'

const open: Runs[] = []
const folder = mkdtempSync(join(tmpdir(), 'streamseal-bench-'))
let redis: RedisServer | undefined

/** The store is opened when it is first measured, and each run is removed when it has been read. */
function kept(name: string, openStore: () => RunStore | Promise<RunStore>, ratio: number): Candidate {
  let opening: Promise<Runs> | undefined
  const runsOf = async (): Promise<Runs> => {
    const runs = createRuns({ store: await openStore() })
    open.push(runs)
    return runs
  }
  const run = over(async (_, response) => {
    opening ??= runsOf()
    const runs = await opening
    const answer = await runs.start(model, { prompt: 'x', retry: false })
    await writeSse(answer, response)
    await runs.delete(answer.id)
  })
  return { name: `writeSse of a run kept in ${name}`, run, ratio }
}

async function openRedis(): Promise<RunStore> {
  redis ??= await startRedis()
  return openRedisRunStore({ url: redis.url })
}

async function close(): Promise<void> {
  await Promise.all(open.map(runs => runs.close()))
  await redis?.remove()
  rmSync(folder, { recursive: true })
}

/** Measured in `npm run bench -- stream-sse-kept`. */
export const benchmark: Benchmark = {
  what: `an answer of ${chunks} chunks as events, part to socket, its log kept`,
  each: { count: chunks, what: 'chunk' },
  baseline: { name: 'finished frames, written', run: floor },
  candidates: [
    kept('memory', () => createMemoryRunStore(), 6),
    kept('an SQLite file', () => openSqliteRunStore({ path: join(folder, 'runs.db') }), 7),
    ...(hasRedis ? [kept('Redis', openRedis, 7)] : []),
    ...peers,
  ],
  close,
}
