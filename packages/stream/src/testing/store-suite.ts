/** The tests that every store of runs passes: memory, SQLite, Redis, and a stranger's by the same call. */
import assert from 'node:assert/strict'
import type { Part } from '../contract.ts'
import type { NewRun, Retention, RunEnd, RunPage, RunStore } from '../runs/run-store.ts'
import { sleep } from '../sleep.ts'
import { StreamError, type StreamErrorCode } from '../stream-error.ts'
import { newStreamId } from '../stream-id.ts'
import { runnersTest, type TestFunction } from './runners-test.ts'

/** Opens the store. Where it is shared, each call is another process's view of the same data. */
export type MakeRunStore = (retention?: Retention) => RunStore | Promise<RunStore>

/** How the suite runs. */
export interface StoreSuiteOptions {
  /** The runner's `test`; default: the global one. */
  test?: TestFunction
  /** Two stores that `makeStore` returns see the same runs; default true. */
  isShared?: boolean
}

/** Longer than any test. */
const longMs = 60_000
const owner = 'the producer'

/**
 * Registers the tests. Each opens stores of its own by `makeStore`, closes them, and deletes the runs that it made.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createMemoryRunStore } from '@streamseal/stream/runs'
 * import { storeSuite } from '@streamseal/stream/testing'
 * const tests: [string, () => Promise<void>][] = []
 * const test = (name: string, body: () => Promise<void>) => tests.push([name, body])
 * storeSuite('mine', retention => createMemoryRunStore(retention), { test, isShared: false })
 * for (const [, body] of tests) await body()
 * assert.ok(tests.length > 12)
 * ```
 */
export function storeSuite(
  name: string,
  makeStore: MakeRunStore,
  { test = runnersTest(), isShared = true }: StoreSuiteOptions = {},
): void {
  const check = (title: string, body: (bench: Bench) => Promise<void>): unknown =>
    test(`${name}: ${title}`, () => onBench(makeStore, body))

  check('keeps a run as it was given', keepsRuns)
  check('refuses an id that was used', refusesUsedIds)
  check('gives any page of the log, however it was written', givesPages)
  check('keeps any text, character for character', keepsAnyText)
  check('does not write twice what is repeated', writesOnce)
  check('takes parts from the owner of a running run alone', takesFromOwner)
  check('ends a run once, with its last parts', endsRuns)
  check('tells followers every part, from any cursor to the end', tellsFollowers)
  check('tells a follower no more once he has left', letsFollowersLeave)
  check('tells followers that a run is not kept, or no longer', tellsOfDeletion)
  check('ends a lost run once, and only when its lease has run out', endsLostRuns)
  check('takes nothing from a producer whose run was lost', holdsOffLostProducers)
  check('passes on that a run is to stop', passesCancelOn)
  check('counts readers until they leave or fall silent', countsReaders)
  check('removes what ended long ago', removesOld)
  check('removes the first ended of too many', removesTooMany)
  if (isShared) check('is one store to several processes', isOneStore)
}

/** What a test works on. */
interface Bench {
  store: RunStore
  open(retention?: Retention): Promise<RunStore>
  create(leaseMs?: number): Promise<string>
}

async function onBench(makeStore: MakeRunStore, body: (bench: Bench) => Promise<void>): Promise<void> {
  const stores: RunStore[] = []
  const ids: string[] = []
  const open = async (retention?: Retention): Promise<RunStore> => {
    const store = await makeStore(retention)
    stores.push(store)
    return store
  }
  const store = await open()
  const create = async (leaseMs = longMs): Promise<string> => {
    const id = newStreamId()
    ids.push(id)
    await store.create(newRun(id), leaseMs)
    return id
  }
  try {
    await body({ store, open, create })
  } finally {
    for (const id of ids) await store.delete(id)
    for (const each of stores) await each.close()
  }
}

function newRun(id: string): NewRun {
  return {
    id,
    provider: 'scripted',
    modelId: 'script',
    createdAt: Date.now(),
    metadata: { of: 'the suite', nested: [1, null, 'é'] },
    key: 'a key',
    leave: { graceMs: 5 },
    owner,
  }
}

function newEnd(endedAt: number = Date.now()): RunEnd {
  return {
    state: 'complete',
    endedAt,
    finishReason: 'stop',
    usage: { inputTokens: 1, outputTokens: 2 },
    seal: { type: 'seal', streamId: '0123456789abcdef', detached: 'closing' },
  }
}

/** Deltas with the cursors from `first` to `last`. */
function deltas(first: number, last: number): Part[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    type: 'text-delta',
    id: 'text-0',
    delta: ` ${first + index}`,
    cursor: first + index,
  }))
}

function finishPart(cursor: number): Part {
  return { type: 'finish', reason: 'stop', cursor }
}

const cursorsOf = (parts: readonly Part[]): number[] => parts.map(({ cursor }) => cursor)
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

async function rejectsWith(promise: Promise<unknown>, code: StreamErrorCode): Promise<void> {
  await assert.rejects(promise, error => error instanceof StreamError && error.code === code)
}

/** All pages after the cursor. */
async function readAll(store: RunStore, id: string, after: number, maxParts: number): Promise<Part[]> {
  const parts: Part[] = []
  for (let cursor = after; ; ) {
    const page = await store.read(id, cursor, maxParts)
    parts.push(...page.parts)
    cursor = page.parts.at(-1)?.cursor ?? cursor
    if (page.parts.length === 0 || page.isLast) return parts
  }
}

async function keepsRuns({ store, create }: Bench): Promise<void> {
  const id = await create()
  const { createdAt, leaseUntil, ...record } = (await store.get(id)) ?? assert.fail('the run is kept')
  const { createdAt: _, ...given } = newRun(id)
  assert.deepEqual(record, { ...given, state: 'running', lastCursor: 0, cancelRequested: false })
  assert.ok(Math.abs(createdAt - Date.now()) < longMs && leaseUntil > createdAt)
  assert.equal(await store.get(newStreamId()), undefined)
}

async function refusesUsedIds({ store, create }: Bench): Promise<void> {
  const id = await create()
  await rejectsWith(store.create(newRun(id), longMs), 'RUN_EXISTS')
  await store.finish(id, owner, [finishPart(1)], newEnd())
  await rejectsWith(store.create(newRun(id), longMs), 'RUN_EXISTS')
}

async function givesPages({ store, create }: Bench): Promise<void> {
  const id = await create()
  for (const [first, last] of [
    [1, 1],
    [2, 40],
    [41, 42],
    [43, 50],
  ] as const)
    await store.append(id, owner, deltas(first, last))
  assert.equal((await store.get(id))?.lastCursor, 50)
  for (const after of [0, 1, 20, 39, 40, 42, 49, 50, 60]) {
    for (const maxParts of [1, 7, 1000])
      assert.deepEqual(await readAll(store, id, after, maxParts), deltas(1, 50).slice(after))
  }
  assert.equal((await store.read(id, 50, 10)).isLast, false)
  await rejectsWith(store.read(newStreamId(), 0, 10), 'RUN_NOT_FOUND')
}

async function keepsAnyText({ store, create }: Bench): Promise<void> {
  const id = await create()
  const texts = ['\0', '\r\n\r', '\uFEFF', '\uD800', '\uDC00x', '𐍈', '\u2028', '"\\', '', 'é'.repeat(10_000)]
  const parts = texts.map(
    (delta, index): Part => ({ type: 'text-delta', id: 'text-0', delta, cursor: index + 1 }),
  )
  for (const part of parts) await store.append(id, owner, [part])
  assert.deepEqual(await readAll(store, id, 0, 1000), parts)
}

async function writesOnce({ store, create }: Bench): Promise<void> {
  const id = await create()
  await store.append(id, owner, deltas(1, 5))
  await store.append(id, owner, deltas(1, 5))
  await store.append(id, owner, deltas(3, 9))
  const end = newEnd()
  await store.finish(id, owner, [...deltas(8, 10), finishPart(11)], end)
  await store.finish(id, owner, [...deltas(8, 10), finishPart(11)], end)
  assert.deepEqual(cursorsOf(await readAll(store, id, 0, 1000)), upTo(11))
}

async function takesFromOwner({ store, create }: Bench): Promise<void> {
  const id = await create()
  await rejectsWith(store.append(id, 'somebody else', deltas(1, 1)), 'RUN_LOST')
  await rejectsWith(store.finish(id, 'somebody else', [finishPart(1)], newEnd()), 'RUN_LOST')
  await rejectsWith(store.append(newStreamId(), owner, deltas(1, 1)), 'RUN_LOST')
  assert.deepEqual((await store.read(id, 0, 10)).parts, [])
  await store.finish(id, owner, [finishPart(1)], newEnd())
  await rejectsWith(store.append(id, owner, deltas(2, 2)), 'RUN_LOST')
}

async function endsRuns({ store, create }: Bench): Promise<void> {
  const id = await create()
  await store.append(id, owner, deltas(1, 3))
  const end = newEnd()
  await store.finish(id, owner, [...deltas(4, 4), finishPart(5)], end)
  const record = await store.get(id)
  assert.equal(record?.state, 'complete')
  assert.equal(record?.lastCursor, 5)
  assert.deepEqual(record?.end, end)
  assert.deepEqual(await store.read(id, 3, 10), { parts: [...deltas(4, 4), finishPart(5)], isLast: true })
  assert.deepEqual(await store.read(id, 5, 10), { parts: [], isLast: true })
  assert.equal((await store.read(id, 0, 2)).isLast, false)
}

/** Follows, and gathers what it hears. */
function hear(store: RunStore, id: string, after: number): Heard {
  const heard: Heard = { parts: [], isLast: false, error: undefined, stop: () => undefined }
  heard.stop = store.follow(id, after, {
    onPage(page: RunPage) {
      heard.parts.push(...page.parts)
      heard.isLast ||= page.isLast
    },
    onError(error) {
      heard.error = error
    },
  })
  return heard
}

interface Heard {
  parts: Part[]
  isLast: boolean
  error: Error | undefined
  stop: () => void
}

/** Waits, for at most ten seconds, until it is so. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const begun = Date.now(); !isSo(); await sleep(5))
    if (Date.now() - begun > 10_000) assert.fail(`in ten seconds: ${what}`)
}

async function tellsFollowers({ store, create }: Bench): Promise<void> {
  const id = await create()
  const early = hear(store, id, 0)
  await store.append(id, owner, deltas(1, 10))
  const late = hear(store, id, 4)
  for (let cursor = 11; cursor <= 30; cursor++) await store.append(id, owner, deltas(cursor, cursor))
  await store.finish(id, owner, [finishPart(31)], newEnd())
  await until('both followers hear of the end', () => early.isLast && late.isLast)
  assert.deepEqual(early.parts, [...deltas(1, 30), finishPart(31)])
  assert.deepEqual(late.parts, [...deltas(5, 30), finishPart(31)])
  const after = hear(store, id, 29)
  await until('a follower of an ended run hears its end', () => after.isLast)
  assert.deepEqual(cursorsOf(after.parts), [30, 31])
}

async function letsFollowersLeave({ store, create }: Bench): Promise<void> {
  const id = await create()
  const leaves = hear(store, id, 0)
  const stays = hear(store, id, 0)
  await store.append(id, owner, deltas(1, 2))
  await until('both hear', () => leaves.parts.length === 2 && stays.parts.length === 2)
  leaves.stop()
  leaves.stop()
  await store.append(id, owner, deltas(3, 4))
  await until('who stays hears more', () => stays.parts.length === 4)
  stays.stop()
  assert.deepEqual(cursorsOf(leaves.parts), [1, 2])
}

async function tellsOfDeletion({ store, create }: Bench): Promise<void> {
  const nobody = hear(store, newStreamId(), 0)
  const id = await create()
  const somebody = hear(store, id, 0)
  assert.equal(await store.delete(id), true)
  assert.equal(await store.delete(id), false)
  for (const heard of [nobody, somebody]) {
    await until('a follower hears that there is no run', () => heard.error !== undefined)
    assert.equal((heard.error as StreamError).code, 'RUN_NOT_FOUND')
  }
}

const lostEnd = (): RunEnd => ({ state: 'incomplete', endedAt: Date.now(), finishReason: 'error' })
const errorPart = (cursor: number): Part => ({
  type: 'error',
  code: 'STREAM_INCOMPLETE',
  message: 'gone',
  retryable: true,
  cursor,
})

async function endsLostRuns({ store, create }: Bench): Promise<void> {
  const lives = await create()
  const dies = await create(1)
  await store.append(dies, owner, deltas(1, 3))
  const heard = hear(store, dies, 0)
  await sleep(20)
  const lost = await store.lost(1000)
  assert.ok(lost.includes(dies) && !lost.includes(lives))
  assert.equal(await store.endLost(lives, 0, [errorPart(1)], lostEnd()), false)
  assert.equal(await store.endLost(dies, 2, [errorPart(3)], lostEnd()), false, 'its log has grown')
  const tries = [1, 2, 3].map(() => store.endLost(dies, 3, [errorPart(4)], lostEnd()))
  assert.equal((await Promise.all(tries)).filter(isDone => isDone).length, 1)
  await until('a follower hears of the end', () => heard.isLast)
  assert.deepEqual(heard.parts, [...deltas(1, 3), errorPart(4)])
  assert.equal((await store.get(dies))?.state, 'incomplete')
  assert.ok(!(await store.lost(1000)).includes(dies))
}

async function holdsOffLostProducers({ store, create }: Bench): Promise<void> {
  const id = await create(1)
  await sleep(20)
  assert.equal(await store.endLost(id, 0, [errorPart(1)], lostEnd()), true)
  await rejectsWith(store.append(id, owner, deltas(1, 1)), 'RUN_LOST')
  await rejectsWith(store.finish(id, owner, [finishPart(1)], newEnd()), 'RUN_LOST')
  assert.equal((await store.renew([id], owner, longMs))[0]?.isLost, true)
  assert.deepEqual(await readAll(store, id, 0, 10), [errorPart(1)])
}

async function passesCancelOn({ store, create }: Bench): Promise<void> {
  const id = await create()
  const asked: string[] = []
  const stop = store.onCancelRequest(each => asked.push(each))
  const [before] = await store.renew([id], owner, longMs)
  assert.deepEqual(before, { isLost: false, cancelRequested: false, isAttended: false })
  assert.equal(await store.requestCancel(id), true)
  await until('the request is heard', () => asked.includes(id))
  stop()
  assert.equal((await store.renew([id], owner, longMs))[0]?.cancelRequested, true)
  assert.equal((await store.get(id))?.cancelRequested, true)
  await store.finish(id, owner, [finishPart(1)], newEnd())
  assert.equal(await store.requestCancel(id), false)
  assert.equal(await store.requestCancel(newStreamId()), false)
}

async function countsReaders({ store, create }: Bench): Promise<void> {
  const id = await create()
  const isAttended = async (): Promise<boolean | undefined> =>
    (await store.renew([id], owner, longMs))[0]?.isAttended
  await store.attend(id, 'one', longMs)
  await store.attend(id, 'two', longMs)
  assert.equal(await isAttended(), true)
  assert.equal(await store.unattend(id, 'one'), true)
  assert.equal(await store.unattend(id, 'two'), false)
  assert.equal(await isAttended(), false)
  await store.attend(id, 'three', 1)
  await sleep(20)
  assert.equal(await isAttended(), false)
}

async function removesOld({ store, open, create }: Bench): Promise<void> {
  const brief = await open({ maxAgeMs: 1000 })
  const runs = await create()
  const old = newStreamId()
  await brief.create(newRun(old), longMs)
  await brief.finish(old, owner, [finishPart(1)], newEnd(Date.now() - 5000))
  await brief.sweep()
  await until('the old run is gone', () => true)
  assert.equal(await brief.get(old), undefined)
  assert.notEqual(await store.get(runs), undefined)
}

async function removesTooMany({ open }: Bench): Promise<void> {
  const small = await open({ maxRuns: 3 })
  const ids = upTo(6).map(() => newStreamId())
  for (const [index, id] of ids.entries()) {
    await small.create(newRun(id), longMs)
    await small.finish(id, owner, [finishPart(1)], newEnd(Date.now() - 1000 + index))
  }
  await small.sweep()
  const kept = await Promise.all(ids.map(id => small.get(id)))
  assert.deepEqual(
    kept.map(record => record !== undefined),
    [false, false, false, true, true, true],
  )
  for (const id of ids.slice(3)) await small.delete(id)
}

async function isOneStore({ store, open, create }: Bench): Promise<void> {
  const other = await open()
  const id = await create()
  const heard = hear(other, id, 0)
  const asked: string[] = []
  const stop = store.onCancelRequest(each => asked.push(each))
  await store.append(id, owner, deltas(1, 3))
  await store.append(id, owner, deltas(4, 6))
  await until('the other process hears', () => heard.parts.length === 6)
  assert.deepEqual(await readAll(other, id, 2, 3), deltas(3, 6))
  await other.attend(id, 'elsewhere', longMs)
  assert.equal((await store.renew([id], owner, longMs))[0]?.isAttended, true)
  assert.equal(await other.requestCancel(id), true)
  await until('the producer hears the request', () => asked.includes(id))
  stop()
  await rejectsWith(other.create(newRun(id), longMs), 'RUN_EXISTS')
  await store.finish(id, owner, [finishPart(7)], newEnd())
  await until('the other process hears the end', () => heard.isLast)
  assert.deepEqual(heard.parts, [...deltas(1, 6), finishPart(7)])
  assert.equal((await other.get(id))?.state, 'complete')
}
