/** What it costs to keep a run: processor time of a part, the time to read a run again, the memory of a held stream. `--only costs|paces|resumes|holds|connections` and `--store memory|SQLite|Redis` measure a part of it. `--break` keeps each run's whole log in the process and must fail. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { generate, type Model, type ModelPart, type Part } from '@streamseal/stream'
import { createMemoryRunStore, createRuns, type RunStore } from '@streamseal/stream/runs'
import { openRedisRunStore } from '@streamseal/stream/runs/redis'
import { openSqliteRunStore } from '@streamseal/stream/runs/sqlite'
import { writeSse } from '@streamseal/stream/sse'
import { hasRedis, startRedis } from '../packages/stream/src/runs/redis-server.test-helper.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'
import { connectionsTo } from './runs/connections.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    only: { type: 'string' },
    store: { type: 'string' },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const ask = { prompt: 'x', retry: false } as const
const pacedRuns = 200
const pacedDeltas = 100
const heldRuns = 500
const heldDeltas = 200
const heldLimitKb = 45
const limitsMs: Record<string, number> = { 'SQLite (a file)': 5, Redis: 10 }
const folder = mkdtempSync(join(tmpdir(), 'streamseal-runs-speed-'))
const { only = '', store: onlyStore = '' } = values
const redis = hasRedis && 'Redis'.startsWith(onlyStore) ? await startRedis() : undefined
let files = 0

/** Each store, made anew. */
const allStores: Record<string, () => RunStore | Promise<RunStore>> = {
  memory: () => createMemoryRunStore(),
  'SQLite (a file)': () => openSqliteRunStore({ path: join(folder, `${files++}.db`) }),
  ...(redis === undefined ? {} : { Redis: () => openRedisRunStore({ url: redis.url }) }),
}
const stores = Object.fromEntries(Object.entries(allStores).filter(([name]) => name.startsWith(onlyStore)))

const rows: Row[] = []
const faults: string[] = []
const steps = { costs, paces, resumes, holds, connections: connectedHolds }
try {
  for (const [name, measure] of Object.entries(steps)) if (name.startsWith(only)) await measure()
} finally {
  await redis?.remove()
  rmSync(folder, { recursive: true })
}
for (const [what, value] of rows) console.log(`${what}: ${value}`)
for (const fault of faults) console.error(`FAULT ${fault}`)
if (values.keep && only === '' && onlyStore === '')
  keepResults(
    'runs-speed',
    'Keeping a run costs microseconds a part, and reading it again milliseconds.',
    rows,
  )
process.exit(faults.length === 0 ? 0 : 1)

/** Streams `count` deltas, `gapMs` apart, and waits for ever at the end where it is held. */
function talker(count: number, { gapMs = 0, isHeld = false } = {}): Model {
  return {
    provider: 'p',
    modelId: 'm',
    async *stream({ signal }): AsyncGenerator<ModelPart> {
      yield { type: 'start', provider: 'p', model: 'm' }
      yield { type: 'text-start', id: 't' }
      for (let index = 0; index < count; index++) {
        if (gapMs > 0) await delay(gapMs)
        yield { type: 'text-delta', id: 't', delta: ` word${index % 10}` }
      }
      if (isHeld) await new Promise((_, reject) => signal?.addEventListener('abort', reject))
      yield { type: 'text-end', id: 't' }
      yield { type: 'finish', reason: 'stop' }
    },
  }
}

async function readAll(parts: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of parts) count += 1
  return count
}

/** Milliseconds of this process's processor time, the store's server not counted. */
async function processorMs(work: () => Promise<unknown>): Promise<number> {
  const begun = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

/** A model that never waits: 1,000 deltas from the model to the reader. */
async function costs(): Promise<void> {
  const alone = async (): Promise<unknown> => readAll(generate(talker(1000), ask).parts)
  const floorMs = await medianMs(() => processorMs(alone))
  rows.push(['a part from model to reader, nothing kept', `${floorMs.toFixed(1)} µs`])
  for (const [name, make] of Object.entries(stores)) {
    const runs = createRuns({ store: await make() })
    const once = async (): Promise<unknown> => readAll(runs.read((await runs.start(talker(1000), ask)).id))
    const addedUs = (await medianMs(() => processorMs(once))) - floorMs
    rows.push([`added by ${name}, as fast as it can`, `${addedUs.toFixed(1)} µs a part`])
    await runs.close()
  }
}

async function medianMs(measure: () => Promise<number>): Promise<number> {
  for (let round = 0; round < 5; round++) await measure()
  const times: number[] = []
  for (let round = 0; round < 31; round++) times.push(await measure())
  return median(times)
}

/** Models that speak 20 times a second, 200 at once: nothing comes in bulk. */
async function paces(): Promise<void> {
  const model = talker(pacedDeltas, { gapMs: 50 })
  const all = (one: () => Promise<unknown>): Promise<unknown> =>
    Promise.all(Array.from({ length: pacedRuns }, one))
  const perPart = (ms: number): number => (ms * 1000) / pacedRuns / pacedDeltas
  const floorMs = await processorMs(() => all(async () => readAll(generate(model, ask).parts)))
  rows.push([
    `${pacedRuns} runs at 20 parts a second, nothing kept`,
    `${perPart(floorMs).toFixed(0)} µs a part`,
  ])
  for (const [name, make] of Object.entries(stores)) {
    const runs = createRuns({ store: await make() })
    const keptMs = await processorMs(() =>
      all(async () => readAll(runs.read((await runs.start(model, ask)).id))),
    )
    rows.push([`added by ${name}, at that pace`, `${perPart(keptMs - floorMs).toFixed(0)} µs a part`])
    await runs.close()
  }
}

/** A run of 1,000 parts, each of which was written alone. */
async function resumes(): Promise<void> {
  for (const [name, make] of Object.entries(stores)) {
    const store = await make()
    const id = '0123456789abcdef'
    const run = {
      id,
      provider: 'p',
      modelId: 'm',
      createdAt: Date.now(),
      metadata: {},
      leave: 'continue',
      owner: 'o',
    } as const
    await store.create(run, 60_000)
    for (let cursor = 1; cursor < 1000; cursor++) await store.append(id, 'o', [deltaAt(cursor)])
    const finish: Part = { type: 'finish', reason: 'stop', cursor: 1000 }
    await store.finish(id, 'o', [finish], { state: 'complete', endedAt: Date.now(), finishReason: 'stop' })
    const runs = createRuns({ store })
    for (const coalesce of [false, true]) {
      const ms = await medianOfReads(() => readAll(runs.read(id, { coalesce })))
      const how = coalesce ? 'as one part' : 'part by part'
      rows.push([`resume of 1,000 parts, ${how}, from ${name}`, `${ms.toFixed(2)} ms`])
      if (ms > (limitsMs[name] ?? 5)) faults.push(`resume from ${name} takes ${ms.toFixed(2)} ms`)
    }
    await runs.close()
  }
}

async function medianOfReads(read: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 60; round++) {
    const begun = performance.now()
    await read()
    if (round >= 10) times.push(performance.now() - begun)
  }
  return median(times)
}

function deltaAt(cursor: number): Part {
  return { type: 'text-delta', id: 't', delta: ` word${cursor % 10}`, cursor }
}

/** Streams that have said 200 words and are held open, each with a reader who has read them. */
async function holds(): Promise<void> {
  for (const [name, make] of Object.entries(stores)) {
    const runs = createRuns({ store: await make() })
    const hold = async (): Promise<void> => {
      const extra = values.break ? { maxLogChars: 2 ** 30, metadata: { kept: 'x'.repeat(100_000) } } : {}
      const { id } = await runs.start(talker(heldDeltas, { isHeld: true }), {
        ...ask,
        ...extra,
      })
      const reader = runs.read(id)
      for (let count = 0; count < heldDeltas + 2; count++) await reader.next()
      void reader.next()
    }
    for (let warm = 0; warm < 50; warm++) await hold()
    const before = await memoryKb()
    for (let count = 0; count < heldRuns; count++) await hold()
    const heldKb = ((await memoryKb()) - before) / heldRuns
    rows.push([`a held stream of ${heldDeltas} parts, its log in ${name}`, `${heldKb.toFixed(1)} KB`])
    if (heldKb > heldLimitKb) faults.push(`a held stream in ${name} takes ${heldKb.toFixed(1)} KB`)
    await runs.close()
  }
}

/** The same, asked for over HTTP and read as events by another process: sockets, requests and responses included. */
async function connectedHolds(): Promise<void> {
  for (const [name, make] of Object.entries(stores)) {
    const runs = createRuns({ store: await make() })
    let delivered = 0
    const server = createServer(async (_, response) => {
      const run = await runs.start(talker(heldDeltas, { isHeld: true }), ask)
      delivered++
      await writeSse(run, response)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const clients = connectionsTo((server.address() as AddressInfo).port)
    const hold = async (count: number): Promise<number> => {
      clients.open(count)
      for (const all = delivered + count; delivered < all; ) await delay(20)
      // What has been read is let go soon after.
      await delay(2000)
      return memoryKb()
    }
    const before = await hold(50)
    const heldKb = ((await hold(heldRuns)) - before) / heldRuns
    rows.push([`the same with its connection, its log in ${name}`, `${heldKb.toFixed(1)} KB`])
    if (heldKb > heldLimitKb) faults.push(`a held connection in ${name} takes ${heldKb.toFixed(1)} KB`)
    clients.close()
    await runs.close()
    server.closeAllConnections()
    server.close()
  }
}

/** All that V8 holds, buffers included. */
async function memoryKb(): Promise<number> {
  await delay(200)
  for (let round = 0; round < 3; round++) collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1024
}
