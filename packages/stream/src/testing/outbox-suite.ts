/** The tests that every outbox of webhooks passes: memory, SQLite and a stranger's by the same call. */
import assert from 'node:assert/strict'
import type { StoredDelivery, StoredReceiver, WebhookOutbox } from '../webhooks/outbox.ts'
import type { TestFunction } from './model-suite.ts'

/** How the suite runs. */
export interface OutboxSuiteOptions {
  /** The runner's `test`. */
  test: TestFunction
}

const receiver = (id: string, more: Partial<StoredReceiver> = {}): StoredReceiver => ({
  id,
  url: `https://${id}.example/hooks`,
  events: ['run.completed'],
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  createdAt: '2026-11-21T08:00:00.000Z',
  ...more,
})

const delivery = (id: string, more: Partial<StoredDelivery> = {}): StoredDelivery => ({
  id,
  receiverId: 'a',
  type: 'run.completed',
  body: `{"type":"run.completed","data":{"text":"\u{1F600} ${id}"}}`,
  state: 'pending',
  attempts: 0,
  dueAt: 1000,
  createdAt: 1000,
  ...more,
})

const idsOf = (deliveries: readonly { id: string }[]): string[] => deliveries.map(({ id }) => id)

/** What each test is given: an empty outbox. */
type OutboxTest = (outbox: WebhookOutbox) => Promise<void>

const tests: Record<string, OutboxTest> = {
  'keeps receivers in their order, and replaces one with the same id': async outbox => {
    await outbox.keepReceiver(receiver('a'))
    await outbox.keepReceiver(receiver('b', { description: 'the second', disabled: 'gone' }))
    await outbox.keepReceiver(receiver('a', { events: ['run.failed'] }))
    const kept = await outbox.receivers()
    assert.deepEqual(
      kept.sort((a, b) => a.id.localeCompare(b.id)),
      [
        receiver('a', { events: ['run.failed'] }),
        receiver('b', { description: 'the second', disabled: 'gone' }),
      ],
    )
  },
  'forgets a receiver with what it was to be sent, and says whether there was one': async outbox => {
    await outbox.keepReceiver(receiver('a'))
    await outbox.add([delivery('1'), delivery('2', { receiverId: 'b' })])
    assert.equal(await outbox.removeReceiver('a'), true)
    assert.equal(await outbox.removeReceiver('a'), false)
    assert.deepEqual(idsOf(await outbox.list({ limit: 10 })), ['2'])
  },
  'gives a delivery back as it was added': async outbox => {
    await outbox.add([delivery('1')])
    assert.deepEqual(await outbox.find('1'), delivery('1'))
    assert.equal(await outbox.find('2'), undefined)
  },
  'adds nothing a second time': async outbox => {
    await outbox.add([delivery('1')])
    await outbox.add([delivery('1', { body: 'another' }), delivery('2')])
    assert.deepEqual(await outbox.find('1'), delivery('1'))
    assert.equal(await outbox.pending(), 2)
  },
  'claims what is due, the oldest first, no more than asked': async outbox => {
    await outbox.add([
      delivery('later', { dueAt: 5001 }),
      delivery('second', { dueAt: 3000 }),
      delivery('first'),
    ])
    assert.deepEqual(idsOf(await outbox.claim({ now: 5000, leaseMs: 100, limit: 1 })), ['first'])
    assert.deepEqual(idsOf(await outbox.claim({ now: 5000, leaseMs: 100, limit: 9 })), ['second'])
    assert.deepEqual(idsOf(await outbox.claim({ now: 5000, leaseMs: 100, limit: 9 })), [])
  },
  'gives a claimed delivery to nobody until its lease ends': async outbox => {
    await outbox.add([delivery('1')])
    await outbox.claim({ now: 1000, leaseMs: 500, limit: 9 })
    assert.deepEqual(await outbox.claim({ now: 1499, leaseMs: 500, limit: 9 }), [])
    assert.equal(await outbox.nextDueAt(), 1500)
    assert.deepEqual(idsOf(await outbox.claim({ now: 1500, leaseMs: 500, limit: 9 })), ['1'])
  },
  'keeps how an attempt ended, and claims the delivery when it is due again': async outbox => {
    await outbox.add([delivery('1')])
    await outbox.claim({ now: 1000, leaseMs: 60_000, limit: 9 })
    const tried = delivery('1', { attempts: 1, dueAt: 7000, lastError: 'ECONNREFUSED' })
    await outbox.settle(tried)
    assert.deepEqual(await outbox.find('1'), tried)
    assert.equal(await outbox.nextDueAt(), 7000)
    assert.deepEqual(await outbox.claim({ now: 6999, leaseMs: 1, limit: 9 }), [])
    assert.deepEqual(await outbox.claim({ now: 7000, leaseMs: 1, limit: 9 }), [tried])
  },
  'claims nothing that ended': async outbox => {
    await outbox.add([delivery('1'), delivery('2')])
    await outbox.settle(delivery('1', { state: 'delivered', attempts: 1, endedAt: 2000, lastStatus: 204 }))
    await outbox.settle(delivery('2', { state: 'dead', attempts: 1, endedAt: 2000, lastStatus: 410 }))
    assert.deepEqual(await outbox.claim({ now: 9000, leaseMs: 1, limit: 9 }), [])
    assert.equal(await outbox.pending(), 0)
    assert.equal(await outbox.nextDueAt(), undefined)
  },
  'settles nothing that it does not know': async outbox => {
    await outbox.settle(delivery('unknown'))
    assert.equal(await outbox.find('unknown'), undefined)
  },
  'lists the newest first, by receiver and by state': async outbox => {
    await outbox.add([
      delivery('1'),
      delivery('2', { createdAt: 2000, receiverId: 'b' }),
      delivery('3', { createdAt: 3000 }),
    ])
    await outbox.settle(delivery('3', { createdAt: 3000, state: 'dead', endedAt: 4000 }))
    const listed = await outbox.list({ limit: 10 })
    assert.deepEqual(idsOf(listed), ['3', '2', '1'])
    const { body: _, ...last } = delivery('1')
    assert.deepEqual(listed[2], last, 'A list holds everything but the bodies')
    assert.deepEqual(idsOf(await outbox.list({ limit: 2 })), ['3', '2'])
    assert.deepEqual(idsOf(await outbox.list({ receiverId: 'a', limit: 10 })), ['3', '1'])
    assert.deepEqual(idsOf(await outbox.list({ receiverId: 'a', state: 'pending', limit: 10 })), ['1'])
  },
  'forgets what ended before a time, and nothing that is pending': async outbox => {
    await outbox.add([delivery('1'), delivery('2'), delivery('3')])
    await outbox.settle(delivery('1', { state: 'delivered', endedAt: 1999 }))
    await outbox.settle(delivery('2', { state: 'delivered', endedAt: 2000 }))
    await outbox.forget(2000)
    assert.deepEqual(idsOf(await outbox.list({ limit: 10 })).sort(), ['2', '3'])
  },
}

/**
 * Registers the tests. Each calls `makeOutbox` anew, which must answer with an empty outbox, and closes it.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { outboxSuite } from '@streamseal/stream/testing'
 * import { createMemoryOutbox } from '@streamseal/stream/webhooks'
 * const bodies: (() => Promise<void>)[] = []
 * outboxSuite('memory', createMemoryOutbox, { test: (_name, body) => bodies.push(body) })
 * for (const body of bodies) await body()
 * assert.ok(bodies.length > 5)
 * ```
 */
export function outboxSuite(
  name: string,
  makeOutbox: () => WebhookOutbox | Promise<WebhookOutbox>,
  { test }: OutboxSuiteOptions,
): void {
  for (const [sentence, body] of Object.entries(tests)) {
    test(`${name}: ${sentence}`, async () => {
      const outbox = await makeOutbox()
      try {
        await body(outbox)
      } finally {
        await outbox.close()
      }
    })
  }
}
