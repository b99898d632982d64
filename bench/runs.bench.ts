/**
 * What keeping a run costs: 1,000 deltas from a model that never waits, started, written to a store and read to the end by
 * one reader. The baseline is the same run without a store, read the same way. One part's share is the difference of the medians
 * divided by 1,000; `resume` reads a run of 1,000 parts from its log, as a reader does who comes back after everything.
 */
import { generate, type Model, type ModelPart } from '@streamseal/stream'
import { createMemoryRunStore, createRuns, type RunStore, type Runs } from '@streamseal/stream/runs'
import { openSqliteRunStore } from '@streamseal/stream/runs/sqlite'
import type { Benchmark, Candidate } from './harness.ts'

const deltas = 1000
const ask = { prompt: 'x', retry: false } as const

const model: Model = {
  provider: 'p',
  modelId: 'm',
  async *stream(): AsyncGenerator<ModelPart> {
    yield { type: 'start', provider: 'p', model: 'm' }
    yield { type: 'text-start', id: 't' }
    for (let index = 0; index < deltas; index++)
      yield { type: 'text-delta', id: 't', delta: ` word${index % 10}` }
    yield { type: 'text-end', id: 't' }
    yield { type: 'finish', reason: 'stop' }
  },
}

async function count(parts: AsyncIterable<unknown>): Promise<number> {
  let seen = 0
  for await (const _ of parts) seen += 1
  return seen
}

/** Starts, reads to the end, and lets the log go again. */
function kept(store: RunStore): () => Promise<number> {
  const runs = createRuns({ store })
  return async () => {
    const { id } = await runs.start(model, ask)
    const seen = await count(runs.read(id))
    await runs.delete(id)
    return seen
  }
}

/** Reads a run of 1,000 parts that has ended, from its first part. */
function resume(runs: Runs): () => Promise<number> {
  const ended = runs.start(model, ask).then(async ({ id }) => {
    await count(runs.read(id))
    return id
  })
  return async () => count(runs.read(await ended))
}

const candidates: Candidate[] = [
  { name: 'kept in memory', run: kept(createMemoryRunStore()), ratio: 2.2 },
  { name: 'kept in SQLite', run: kept(openSqliteRunStore({ path: ':memory:' })), ratio: 3 },
  {
    name: 'read again from SQLite',
    run: resume(createRuns({ store: openSqliteRunStore({ path: ':memory:' }) })),
    ratio: 0.4,
  },
]

/** Measured in `npm run bench -- runs`; `npm run proof -- runs-speed` measures Redis and files too. */
export const benchmark: Benchmark = {
  what: `a run of ${deltas} deltas`,
  baseline: { name: 'the run alone', run: () => count(generate(model, ask).parts) },
  candidates,
}
