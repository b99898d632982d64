/** An outbox in memory: for tests, and for a process whose messages may die with it. */
import type {
  DeliveryQuery,
  ListedDelivery,
  StoredDelivery,
  StoredReceiver,
  WebhookOutbox,
} from './outbox.ts'

/**
 * A new empty outbox.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createMemoryOutbox, createWebhooks } from '@streamseal/stream/webhooks'
 * const webhooks = createWebhooks({ outbox: createMemoryOutbox() })
 * assert.deepEqual(await webhooks.receivers(), [])
 * await webhooks.close()
 * ```
 */
export function createMemoryOutbox(): WebhookOutbox {
  return new MemoryOutbox()
}

class MemoryOutbox implements WebhookOutbox {
  readonly #receivers = new Map<string, StoredReceiver>()
  readonly #deliveries = new Map<string, StoredDelivery>()
  readonly #leases = new Map<string, number>()

  async keepReceiver(receiver: StoredReceiver): Promise<void> {
    this.#receivers.set(receiver.id, structuredClone(receiver))
  }

  async receivers(): Promise<StoredReceiver[]> {
    return structuredClone([...this.#receivers.values()])
  }

  async removeReceiver(id: string): Promise<boolean> {
    for (const delivery of this.#deliveries.values()) if (delivery.receiverId === id) this.#drop(delivery.id)
    return this.#receivers.delete(id)
  }

  async add(deliveries: readonly StoredDelivery[]): Promise<void> {
    for (const delivery of deliveries) {
      if (!this.#deliveries.has(delivery.id)) this.#deliveries.set(delivery.id, { ...delivery })
    }
  }

  async claim({
    now,
    leaseMs,
    limit,
  }: {
    now: number
    leaseMs: number
    limit: number
  }): Promise<StoredDelivery[]> {
    const due = this.#pending()
      .filter(delivery => this.#freeAt(delivery) <= now)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, limit)
    for (const { id } of due) this.#leases.set(id, now + leaseMs)
    return structuredClone(due)
  }

  async settle(delivery: StoredDelivery): Promise<void> {
    if (!this.#deliveries.has(delivery.id)) return
    this.#deliveries.set(delivery.id, { ...delivery })
    this.#leases.delete(delivery.id)
  }

  async find(id: string): Promise<StoredDelivery | undefined> {
    return structuredClone(this.#deliveries.get(id))
  }

  async list({ receiverId, state, limit }: DeliveryQuery): Promise<ListedDelivery[]> {
    return [...this.#deliveries.values()]
      .filter(each => receiverId === undefined || each.receiverId === receiverId)
      .filter(each => state === undefined || each.state === state)
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, limit)
      .map(({ body: _, ...listed }) => listed)
  }

  async pending(): Promise<number> {
    return this.#pending().length
  }

  async nextDueAt(): Promise<number | undefined> {
    const times = this.#pending().map(delivery => this.#freeAt(delivery))
    return times.length === 0 ? undefined : times.reduce((least, each) => Math.min(least, each))
  }

  async forget(endedBefore: number): Promise<void> {
    for (const { id, endedAt } of this.#deliveries.values()) {
      if (endedAt !== undefined && endedAt < endedBefore) this.#drop(id)
    }
  }

  async close(): Promise<void> {
    this.#deliveries.clear()
  }

  #pending(): StoredDelivery[] {
    return [...this.#deliveries.values()].filter(({ state }) => state === 'pending')
  }

  #freeAt({ id, dueAt }: StoredDelivery): number {
    return Math.max(dueAt, this.#leases.get(id) ?? 0)
  }

  #drop(id: string): void {
    this.#deliveries.delete(id)
    this.#leases.delete(id)
  }
}
