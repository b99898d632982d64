import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Model } from './contract.ts'
import { generate } from './generate.ts'
import { loadPrices } from './price.ts'
import { withLimits } from './resilience/limits.ts'
import type { Run } from './run/run.ts'
import {
  type Answer,
  type ProviderServer,
  type RecordingKind,
  recordingModels,
  sampleStream,
  serveProvider,
} from './testing.ts'

const kinds = Object.keys(recordingModels) as RecordingKind[]
const servers: ProviderServer[] = []
// The table of prices takes its time to be read, once.
beforeAll(() => loadPrices('openai'))
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()))
})

async function serve(answer: Answer): Promise<ProviderServer> {
  const server = await serveProvider(() => answer)
  servers.push(server)
  return server
}

/** Sockets and timers that keep this process alive. */
function held(): { sockets: number; timers: number } {
  const resources = process.getActiveResourcesInfo()
  const count = (name: string): number => resources.filter(each => each === name).length
  return { sockets: count('TCPSocketWrap'), timers: count('Timeout') }
}

/** Node's HTTP client has a timer of its own, which comes and goes: what counts is what each run leaves. */
function grownSince(before: { sockets: number; timers: number }, withSockets: boolean): number {
  const now = held()
  return Math.max(withSockets ? now.sockets - before.sockets : 0, now.timers - before.timers)
}

interface Counted {
  signal: AbortSignal
  abort(): void
  listeners(): number
}

/** A signal that counts who listens. */
function counted(): Counted {
  const controller = new AbortController()
  const { signal } = controller
  const live = new Set<unknown>()
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    live.add(args[1])
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    live.delete(args[1])
    remove(...args)
  }
  return {
    signal,
    abort: () => controller.abort(),
    listeners: () => live.size,
  }
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    // Longer than fetch's pool keeps an idle connection: four seconds.
    if (tries > 2000) throw new Error(`not within ten seconds: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

function middle(kind: RecordingKind): number {
  const bytes = Buffer.from(sampleStream(kind))
  return bytes.indexOf('\n\n', bytes.indexOf('aus ')) + 2
}

/** In which moment a run is aborted: how the provider answers, and when the moment has come. */
const moments: Record<
  string,
  { answer(kind: RecordingKind): Answer; come(run: Run, server: ProviderServer): boolean }
> = {
  'before the head': {
    answer: () => ({ body: '', fault: { kind: 'silent' } }),
    come: (_, server) => server.openStreams > 0,
  },
  'before the first token': {
    answer: () => ({ body: ': hello\n\n', fault: { kind: 'stall', at: 9 } }),
    come: (_, server) => server.openStreams > 0,
  },
  'in the middle': {
    answer: kind => ({ body: sampleStream(kind), fault: { kind: 'stall', at: middle(kind) } }),
    come: run => run.metrics.characters > 0,
  },
  'while it waits to ask again': {
    answer: () => ({ status: 503, headers: {}, body: '{"error":{"message":"busy"}}' }),
    come: (_, server) => server.requests.length > 0,
  },
}

describe.each(kinds)('%s', kind => {
  test.each(Object.keys(moments))(
    'a run that is aborted %s leaves no listener, no timer and no socket',
    { retry: 2 },
    async moment => {
      const { answer, come } = moments[moment] as (typeof moments)[string]
      const server = await serve(answer(kind))
      const before = held()
      const runs = Array.from({ length: 5 }, () => {
        const caller = counted()
        const retry = { baseDelayMs: 60_000, maxDelayMs: 60_000 }
        const model = recordingModels[kind](server.url)
        return { caller, run: generate(model, { prompt: 'x', signal: caller.signal, retry }) }
      })
      for (const { run } of runs) await until(() => come(run, server), `the moment "${moment}"`)
      for (const { caller } of runs) caller.abort()
      const results = await Promise.all(runs.map(({ run }) => run.result()))
      for (const { caller } of runs) expect(caller.listeners()).toBe(0)
      await until(() => server.openStreams === 0, 'the provider sees that all are gone')
      // The client of Node 20 closes the socket of a request that it aborts before the head, and opens another for its pool.
      const withSockets = moment !== 'before the head'
      await until(() => grownSince(before, withSockets) < runs.length, 'less is held than one of each run')
      for (const { finishReason, usage } of results) {
        expect(finishReason).toBe('aborted')
        expect(usage).toMatchObject({ estimated: true, inputTokens: expect.any(Number) })
      }
    },
  )

  test('usage that was estimated is marked, and what the provider said of it is kept', async () => {
    const server = await serve({ body: sampleStream(kind), fault: { kind: 'stall', at: middle(kind) } })
    const run = generate(recordingModels[kind](server.url), { prompt: 'x' })
    await until(() => run.metrics.characters > 0, 'some text')
    run.cancel()
    const { usage, metrics } = await run.result()
    expect(usage?.estimated).toBe(true)
    expect(usage?.outputTokens).toBeGreaterThan(0)
    expect(metrics.usage?.estimated).toBeUndefined()
    // Anthropic alone says at the beginning what came in.
    if (kind === 'anthropic') expect(usage?.inputTokens).toBe(9)
  })
})

test('a run that is aborted while it waits for its turn leaves the queue', async () => {
  const server = await serve({ body: ': hello\n\n', fault: { kind: 'stall', at: 9 } })
  const model: Model = withLimits(recordingModels.compatible(server.url), { maxConcurrentStreams: 1 })
  const first = generate(model, { prompt: 'x' })
  await until(() => server.openStreams === 1, 'the first is asked')
  const caller = counted()
  const second = generate(model, { prompt: 'x', signal: caller.signal })
  await new Promise(resolve => setImmediate(resolve))
  caller.abort()
  expect((await second.result()).finishReason).toBe('aborted')
  expect(caller.listeners()).toBe(0)
  expect(server.requests).toHaveLength(1)
  first.cancel()
  await first.result()
})
