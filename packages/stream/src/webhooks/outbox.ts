/** Where receivers and what they are still to be told are kept. An implementation is certified by `outboxSuite`. */
import type { WebhookEventType } from './webhook-event.ts'

/** A receiver as it is kept, secrets included. */
export interface StoredReceiver {
  id: string
  url: string
  events: readonly WebhookEventType[]
  /** The newest first; the older signs too while the receiver changes over. */
  secrets: readonly string[]
  /** When the newest replaced another, ISO 8601. */
  rotatedAt?: string
  description?: string
  /** ISO 8601. */
  createdAt: string
  /** Why nothing is sent there any more. */
  disabled?: string
}

/** How a message to one receiver stands: still to be sent, received, or given up. */
export type DeliveryState = 'pending' | 'delivered' | 'dead'

/** One event for one receiver. */
export interface StoredDelivery {
  /** Unique; `webhook-id` of the request, the same at every attempt. */
  id: string
  receiverId: string
  type: WebhookEventType
  body: string
  state: DeliveryState
  attempts: number
  /** Milliseconds since 1970; not sent before. */
  dueAt: number
  createdAt: number
  /** When it was delivered or given up. */
  endedAt?: number
  /** What the last attempt came to: a status, or why there was none. */
  lastStatus?: number
  lastError?: string
}

/** A delivery as it is listed: without its body, which may be 256 KiB. */
export type ListedDelivery = Omit<StoredDelivery, 'body'>

/** Which deliveries are listed, the newest first. */
export interface DeliveryQuery {
  receiverId?: string
  state?: DeliveryState
  /** At most so many. */
  limit: number
}

/** Receivers and deliveries. Whatever a call has promised survives a crash, where the store is a durable one. */
export interface WebhookOutbox {
  /** Keeps a receiver; one with the same id is replaced. */
  keepReceiver(receiver: StoredReceiver): Promise<void>
  receivers(): Promise<StoredReceiver[]>
  /** Forgets a receiver and everything that it was to be sent; false where there was none. */
  removeReceiver(id: string): Promise<boolean>
  /** Adds deliveries, all or none; one whose id is known already is left as it is. */
  add(deliveries: readonly StoredDelivery[]): Promise<void>
  /** Takes the deliveries that are due, oldest first; nobody else is given them until `leaseMs` have passed. */
  claim(options: { now: number; leaseMs: number; limit: number }): Promise<StoredDelivery[]>
  /** Keeps how an attempt ended, and gives the delivery up to whoever claims it next; unknown ids are ignored. */
  settle(delivery: StoredDelivery): Promise<void>
  find(id: string): Promise<StoredDelivery | undefined>
  /** Without the bodies: a page of messages is not held whole. */
  list(query: DeliveryQuery): Promise<ListedDelivery[]>
  /** How many are still to be sent. */
  pending(): Promise<number>
  /** When the next one is due or its lease ends; undefined where none is pending. */
  nextDueAt(): Promise<number | undefined>
  /** Forgets what ended before. */
  forget(endedBefore: number): Promise<void>
  close(): Promise<void>
}
