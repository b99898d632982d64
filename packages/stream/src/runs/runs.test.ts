import { setTimeout as delay } from 'node:timers/promises'
import { createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { Model, ModelPart, Part } from '../contract.ts'
import { demo } from '../demo.ts'
import { sseResponse } from '../sse.ts'
import { checkParts, type ScriptStep, scriptedModel } from '../testing.ts'
import { createMemoryRunStore, createRuns, type Runs, type RunsOptions } from './index.ts'

const open: Runs[] = []
afterEach(() => Promise.all(open.splice(0).map(runs => runs.close())))

function newRuns(options: RunsOptions = {}): Runs {
  const runs = createRuns(options)
  open.push(runs)
  return runs
}

async function all(parts: AsyncIterable<Part>): Promise<Part[]> {
  const seen: Part[] = []
  for await (const part of parts) seen.push(part)
  return seen
}

const textOf = (parts: readonly Part[]): string =>
  parts.map(part => (part.type === 'text-delta' ? part.delta : '')).join('')

const cursorsOf = (parts: readonly Part[]): number[] => parts.map(({ cursor }) => cursor)
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)
// Without retries the first part comes before the first token.
const ask = { prompt: 'x', retry: false } as const
const words = Array.from({ length: 300 }, (_, index) => ` word${index}`).join('')

/** A model that says what it is told to, when it is told to. */
function prompted(): { model: Model; say(delta: string): void; end(): void; asked: number; aborted: number } {
  const said: ModelPart[] = []
  let wake = (): void => undefined
  const told = {
    asked: 0,
    aborted: 0,
    say(delta: string) {
      said.push({ type: 'text-delta', id: 't', delta })
      wake()
    },
    end() {
      said.push({ type: 'text-end', id: 't' }, { type: 'finish', reason: 'stop' })
      wake()
    },
    model: {
      provider: 'prompted',
      modelId: 'prompted',
      async *stream({ signal }) {
        told.asked++
        signal?.addEventListener('abort', () => {
          told.aborted++
          wake()
        })
        yield { type: 'start', provider: 'prompted', model: 'prompted-1' }
        yield { type: 'text-start', id: 't' }
        for (;;) {
          const part = said.shift()
          if (part !== undefined) yield part
          if (part?.type === 'finish') return
          signal?.throwIfAborted()
          if (said.length === 0)
            await new Promise<void>(resolve => {
              wake = resolve
            })
        }
      },
    } satisfies Model,
  }
  return told
}

/** Reads until a delta has come. */
async function upToDelta(reader: AsyncIterableIterator<Part>): Promise<void> {
  for (;;) {
    const { done, value } = await reader.next()
    if (done) throw new Error('the run has ended before its first delta')
    if (value.type === 'text-delta') return
  }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const begun = Date.now(); !(await isSo()); await delay(2))
    if (Date.now() - begun > 10_000) throw new Error('it has not come to be so in ten seconds')
}

describe('a run that is kept', () => {
  test('is read from any cursor, while it streams and after, without loss or duplicate', async () => {
    const runs = newRuns()
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 320 }), fc.boolean(), async (after, waits) => {
        const { id } = await runs.start(scriptedModel(words), { ...ask })
        if (waits) await all(runs.read(id))
        const whole = all(runs.read(id))
        const rest = all(runs.read(id, { after }))
        expect(await rest).toEqual((await whole).slice(after))
        expect(cursorsOf(await whole)).toEqual(upTo((await whole).length))
        checkParts((await whole).filter(part => part.type !== 'seal'))
      }),
      { numRuns: 30 },
    )
  })

  test('is whole for a reader who leaves and comes back at random', async () => {
    const runs = newRuns()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), async visits => {
        const { id } = await runs.start(scriptedModel(words), { ...ask })
        const seen: Part[] = []
        for (const stay of [...visits, 1000]) {
          let taken = 0
          for await (const part of runs.read(id, { after: seen.at(-1)?.cursor ?? 0 })) {
            seen.push(part)
            if (++taken === stay) break
          }
        }
        expect(textOf(seen)).toBe(words)
        expect(cursorsOf(seen)).toEqual(upTo(seen.length))
      }),
      { numRuns: 30 },
    )
  })

  test('is produced once, whoever reads, and delivered by every delivery', async () => {
    const runs = newRuns()
    const { model, say, end, ...told } = prompted()
    const { id } = await runs.start(model, { ...ask })
    say('Hello')
    const readers = await Promise.all([runs.open(id), runs.open(id)])
    const bodies = readers.map(run => (run === undefined ? '' : sseResponse(run).text()))
    say(' world')
    end()
    for (const body of await Promise.all(bodies)) expect(body).toContain('"final_response":"Hello world"')
    expect(told.asked).toBeLessThanOrEqual(1)
  })

  test('keeps its state, usage, end and metadata', async () => {
    const runs = newRuns()
    const { id } = await runs.start(scriptedModel('Hello world'), {
      ...ask,
      metadata: { of: 'mine' },
      key: 'me',
    })
    const run = await runs.open(id)
    const result = await run?.result()
    expect(result).toMatchObject({ text: 'Hello world', finishReason: 'stop', usage: { outputTokens: 2 } })
    expect(await runs.get(id)).toMatchObject({
      state: 'complete',
      key: 'me',
      metadata: { of: 'mine' },
      end: { finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 2 } },
    })
    expect(run?.state).toBe('complete')
    expect(run?.metrics.chunks).toBe(2)
  })

  test('fails as its model fails, with all that had come', async () => {
    const runs = newRuns()
    const script: ScriptStep[] = [
      { type: 'start', provider: 'p', model: 'm' },
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'Hel' },
      { type: 'text-end', id: 't' },
      { type: 'error', code: 'PROVIDER_ERROR', message: 'It broke', retryable: true },
    ]
    const { id } = await runs.start(scriptedModel(script), { ...ask })
    const run = await runs.open(id)
    await expect(run?.result()).rejects.toMatchObject({ code: 'PROVIDER_ERROR', partial: { text: 'Hel' } })
    expect(await all(runs.read(id))).toHaveLength(5)
    const text = (await runs.open(id))?.text
    expect((await text?.next())?.value).toBe('Hel')
    await expect(text?.next()).rejects.toMatchObject({ code: 'PROVIDER_ERROR' })
    expect(await runs.get(id)).toMatchObject({ state: 'failed', end: { error: { code: 'PROVIDER_ERROR' } } })
  })

  test('is not started twice by one id, nor found by another', async () => {
    const runs = newRuns()
    const told = prompted()
    await runs.start(scriptedModel('x'), { ...ask, id: '0123456789abcdef' })
    await expect(runs.start(told.model, { ...ask, id: '0123456789abcdef' })).rejects.toMatchObject({
      code: 'RUN_EXISTS',
    })
    expect(told.asked).toBe(0)
    expect(await runs.open('fedcba9876543210')).toBeUndefined()
    await expect(all(runs.read('fedcba9876543210'))).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
    expect(() => runs.read('x', { after: -1 })).toThrow(RangeError)
    expect(runs.counts).toMatchObject({ waiting: 0 })
  })

  test('whose request is refused leaves nothing behind', async () => {
    const runs = newRuns()
    const id = '0123456789abcdef'
    await expect(runs.start(scriptedModel('x'), { id })).rejects.toThrow(TypeError)
    expect(await runs.get(id)).toBeUndefined()
    expect(runs.counts).toEqual({ running: 0, waiting: 0, readers: 0 })
  })

  test('that outgrows its log fails with LIMIT_EXCEEDED and keeps what is there', async () => {
    const runs = newRuns({ maxLogChars: 5000 })
    const { id } = await runs.start(scriptedModel(words), { ...ask })
    const parts = await all(runs.read(id))
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'LIMIT_EXCEEDED' })
    expect(words.startsWith(textOf(parts))).toBe(true)
    expect(await runs.get(id)).toMatchObject({ state: 'failed' })
  })
})

describe('a reader', () => {
  test('who asks for it gets what is there as one part, and goes on after it', async () => {
    const runs = newRuns()
    const { model, say, end } = prompted()
    const { id } = await runs.start(model, { ...ask })
    for (let count = 0; count < 2000; count++) say(`${count},`)
    await until(async () => ((await runs.get(id))?.lastCursor ?? 0) >= 2002)
    const reader = runs.read(id, { after: 12, coalesce: true })
    const merged = (await reader.next()).value
    expect(merged).toEqual({
      type: 'text-delta',
      id: 't',
      delta: Array.from({ length: 1990 }, (_, index) => `${index + 10},`).join(''),
      cursor: 2002,
    })
    say('more')
    expect((await reader.next()).value).toMatchObject({ delta: 'more', cursor: 2003 })
    end()
    expect(cursorsOf(await all(reader))).toEqual([2004, 2005])
    expect((await all(runs.read(id, { coalesce: true }))).map(part => part.type)).toEqual([
      'start',
      'text-start',
      'text-delta',
      'text-end',
      'finish',
    ])
  })

  test.each([
    ['pause', 3003],
    ['snapshot', 8],
    ['close', 0],
  ] as const)('who falls behind: %s', async (whenSlow, atMost) => {
    const runs = newRuns()
    const { model, say, end } = prompted()
    const { id } = await runs.start(model, { ...ask })
    const reader = runs.read(id, { whenSlow, maxBehind: 100 })
    say('0')
    const seen: Part[] = []
    while (seen.length < 3) seen.push((await reader.next()).value)
    const fourth = reader.next()
    for (let count = 1; count <= 3000; count++) say(`,${count}`)
    end()
    seen.push((await fourth).value)
    await until(async () => (await runs.get(id))?.state === 'complete')
    if (atMost === 0) {
      seen.push((await reader.next()).value)
      await expect(all(reader)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
      return
    }
    seen.push(...(await all(reader)))
    expect(textOf(seen)).toBe(`0${Array.from({ length: 3000 }, (_, index) => `,${index + 1}`).join('')}`)
    expect(seen.length).toBeLessThanOrEqual(atMost + 5)
  })

  test('who takes nothing is let go, and its run goes on', async () => {
    const runs = newRuns({ leaseMs: 30, idleReaderMs: 50 })
    const { model, say, end } = prompted()
    const { id } = await runs.start(model, { ...ask })
    const reader = runs.read(id)
    await reader.next()
    say('something')
    await until(() => runs.counts.readers === 0)
    await expect(reader.next()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    end()
    expect(textOf(await all(runs.read(id)))).toBe('something')
  })

  test('leaves by its signal, by its iterator, or before it began, and is forgotten', async () => {
    const runs = newRuns()
    const { model } = prompted()
    const { id } = await runs.start(model, { ...ask })
    const abort = new AbortController()
    const reader = runs.read(id, { signal: abort.signal })
    await reader.next()
    const other = runs.read(id)
    await other.next()
    expect(runs.counts.readers).toBe(2)
    const waiting = reader.next().then(() => reader.next())
    abort.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
    await other.return?.()
    expect(await all(runs.read(id, { signal: AbortSignal.abort() }))).toEqual([])
    await runs.read(id).return?.()
    expect(runs.counts.readers).toBe(0)
    expect((await runs.get(id))?.state).toBe('running')
  })
})

describe('leaving', () => {
  async function started(runs: Runs, leave: 'continue' | 'cancel' | { graceMs: number }) {
    const told = prompted()
    const run = await runs.start(told.model, { ...ask, leave })
    const reader = runs.read(run.id)
    await reader.next()
    return { ...told, run, reader, id: run.id }
  }

  test('is not stopping, where the policy says continue', async () => {
    const runs = newRuns()
    const { reader, id, say, end } = await started(runs, 'continue')
    await reader.return?.()
    say('Hello')
    end()
    expect(textOf(await all(runs.read(id)))).toBe('Hello')
  })

  test('stops the run, where the policy says cancel, and what had come is kept', async () => {
    const runs = newRuns()
    const { reader, id, say } = await started(runs, 'cancel')
    say('Hel')
    await upToDelta(reader)
    await reader.return?.()
    await until(async () => (await runs.get(id))?.state === 'cancelled')
    const parts = await all(runs.read(id))
    expect(textOf(parts)).toBe('Hel')
    expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'aborted', usage: { estimated: true } })
    expect((await runs.get(id))?.end).toMatchObject({ finishReason: 'aborted', usage: { estimated: true } })
  })

  test('stops nothing while somebody else reads, or comes back within the grace', { retry: 3 }, async () => {
    const runs = newRuns()
    const { reader, id, say, end } = await started(runs, { graceMs: 1000 })
    const second = runs.read(id)
    await second.next()
    await reader.return?.()
    await second.return?.()
    await delay(20)
    const back = all(runs.read(id))
    await delay(1200)
    say('Hello')
    end()
    expect(textOf(await back)).toBe('Hello')
    const gone = await started(runs, { graceMs: 30 })
    await gone.reader.return?.()
    await until(async () => (await runs.get(gone.id))?.state === 'cancelled')
  })

  test('by a delivery is the run’s policy, and not the delivery’s', async () => {
    const runs = newRuns()
    const { reader, run, say, end, id } = await started(runs, 'continue')
    await reader.return?.()
    await sseResponse(run).body?.cancel()
    say('Hello')
    end()
    expect(textOf(await all(runs.read(id)))).toBe('Hello')
  })

  test('keeps the seal’s closing beside the text, and the text verifies as aborted', async () => {
    const runs = newRuns()
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const seal = { signer: await createSigner(privateJwk) }
    const run = await runs.start(demo({ tokensPerSecond: 200 }), { ...ask, leave: 'cancel', seal })
    let received = ''
    for await (const part of runs.read(run.id)) {
      if (part.type === 'text-delta') received += part.delta
      if (received.length > 100) break
    }
    await until(async () => (await runs.get(run.id))?.state === 'cancelled')
    const kept = (await runs.get(run.id))?.end?.seal
    expect(kept?.streamId).toBe(run.id)
    const whole = textOf(await all(runs.read(run.id)))
    expect(whole.startsWith(received)).toBe(true)
    const report = await verify(whole, {
      trust: trustList(publicJwk),
      ...(kept?.detached === undefined ? {} : { detached: kept.detached }),
    })
    expect(report.seals[0]).toMatchObject({ streamId: run.id, ending: 'aborted' })
  })
})

describe('cancel()', () => {
  test('stops a run that is produced here, keeps what had come, and says whether it was running', async () => {
    const runs = newRuns()
    const told = prompted()
    const { id } = await runs.start(told.model, { ...ask })
    told.say('Hel')
    const reader = runs.read(id)
    await upToDelta(reader)
    expect(await runs.cancel(id)).toBe(true)
    expect((await all(reader)).at(-1)).toMatchObject({ type: 'finish', reason: 'aborted' })
    expect(await runs.get(id)).toMatchObject({ state: 'cancelled' })
    expect(await runs.cancel(id)).toBe(false)
    expect(told.aborted).toBe(1)
  })

  test('stops a run that another process of the same store produces', async () => {
    const store = createMemoryRunStore()
    const [one, two] = [newRuns({ store }), newRuns({ store })]
    const { id } = await one.start(prompted().model, { ...ask })
    const reader = two.read(id)
    await reader.next()
    expect(await two.cancel(id)).toBe(true)
    expect((await all(reader)).at(-1)).toMatchObject({ type: 'finish', reason: 'aborted' })
  })
})

describe('a producer that is gone', () => {
  test('leaves an incomplete run: all that was logged, its blocks ended, and an error that says so', async () => {
    let lag = 0
    const store = createMemoryRunStore({ now: () => Date.now() + lag })
    const [one, two] = [newRuns({ store, leaseMs: 60_000 }), newRuns({ store, leaseMs: 60 })]
    const told = prompted()
    const { id } = await one.start(told.model, { ...ask })
    told.say('Hel')
    const reader = two.read(id)
    const seen: Part[] = []
    while (seen.length < 3) seen.push((await reader.next()).value)
    lag = 120_000
    seen.push(...(await all(reader)))
    checkParts(seen.filter(part => part.type !== 'seal'))
    expect(textOf(seen)).toBe('Hel')
    expect(seen.at(-1)).toMatchObject({ type: 'error', code: 'STREAM_INCOMPLETE', retryable: true })
    expect(await two.get(id)).toMatchObject({
      state: 'incomplete',
      end: { error: { code: 'STREAM_INCOMPLETE' }, usage: { estimated: true } },
    })
    told.say('lo')
    await until(() => told.aborted === 1)
    expect(textOf(await all(one.read(id)))).toBe('Hel')
  })
})

describe('limits', () => {
  test('so many run at once, the next wait their turn, one more is refused with a time to come back', async () => {
    const runs = newRuns({ maxRunning: 1, maxWaiting: 1 })
    const first = prompted()
    await runs.start(first.model, { ...ask })
    const second = runs.start(scriptedModel('x'), { ...ask })
    await expect(runs.start(scriptedModel('x'), { ...ask })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 1000,
    })
    expect(runs.counts).toMatchObject({ running: 1, waiting: 1 })
    first.end()
    expect(textOf(await all(runs.read((await second).id)))).toBe('x')
    await until(() => runs.counts.running === 0)
  })

  test('each key has its own, and a wait ends in its time or by its signal', async () => {
    const runs = newRuns({ maxRunningPerKey: 1, maxWaitMs: 20 })
    await runs.start(prompted().model, { ...ask, key: 'a' })
    await expect(runs.start(scriptedModel('x'), { ...ask, key: 'a' })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    })
    const { id } = await runs.start(scriptedModel('x'), { ...ask, key: 'b' })
    expect(textOf(await all(runs.read(id)))).toBe('x')
    expect(await runs.get(id)).toMatchObject({ key: 'b', state: 'complete' })
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(runs.start(scriptedModel('x'), { ...ask, key: 'a', signal })).rejects.toThrow('gone')
  })
})

describe('close()', () => {
  test('ends what runs here as incomplete, refuses what comes, and holds nothing', async () => {
    const store = createMemoryRunStore()
    const runs = newRuns({ store })
    const { model, say } = prompted()
    const { id } = await runs.start(model, { ...ask })
    say('Hel')
    const reading = all(runs.read(id))
    await until(async () => ((await runs.get(id))?.lastCursor ?? 0) >= 3)
    await runs.close()
    expect((await reading).at(-1)).toMatchObject({ type: 'error', code: 'STREAM_INCOMPLETE' })
    expect((await store.get(id))?.state).toBe('incomplete')
    await expect(runs.start(model, { ...ask })).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(runs.counts).toEqual({ running: 0, waiting: 0, readers: 0 })
  })
})
