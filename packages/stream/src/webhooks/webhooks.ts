/** The sending half of webhooks: receivers, a durable outbox, retries over hours, dead letters, replay. */
import { defined } from '../defined.ts'
import { checkReceiverUrl } from './check-receiver-url.ts'
import type {
  DeliveryState,
  ListedDelivery,
  StoredDelivery,
  StoredReceiver,
  WebhookOutbox,
} from './outbox.ts'
import { createPoster } from './post-webhook.ts'
import { eventOf, type TextPolicy, type WatchedRun, writeEvent } from './run-event.ts'
import { createSender } from './sender.ts'
import { defaultRetryMs } from './settle-attempt.ts'
import { WebhookError } from './webhook-error.ts'
import { type WebhookEvent, type WebhookEventType, webhookEventTypes } from './webhook-event.ts'
import { checkSecret, createWebhookSecret } from './webhook-secret.ts'

/** What `createWebhooks` is told. */
export interface WebhooksOptions {
  /** Where receivers and messages are kept: `createSqliteOutbox(path)`, or `createMemoryOutbox()` for what may be lost. */
  outbox: WebhookOutbox
  /** Waits before each attempt after the first, in milliseconds, each lengthened by up to a fifth at random; after the last the message is a dead letter. Default 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h. */
  retryMs?: readonly number[]
  /** How long one attempt may take, in milliseconds; default 15,000. */
  timeoutMs?: number
  /** Attempts at the same time; default 8. At 0 this process only promises, and another that shares the outbox sends. */
  concurrency?: number
  /** Receivers that may be registered; more is `WEBHOOK_LIMIT_EXCEEDED`. Default 100. */
  maxReceivers?: number
  /** Messages that may wait; more is `WEBHOOK_LIMIT_EXCEEDED`. Default 100,000. */
  maxPending?: number
  /** Bytes of one event; beyond, its text is left out and `textOmitted` says so. Default 256 KiB. */
  maxPayloadBytes?: number
  /** Whether events carry the answer's text; default true. */
  includeText?: boolean
  /** Milliseconds for which ended messages are kept for `deliveries` and `replay`; default seven days. */
  keepMs?: number
  /** Milliseconds for which a secret that was replaced signs too; default a day. */
  previousSecretMs?: number
  /** Whether private, loopback and link-local addresses, and plain http, are allowed; default false. */
  allowPrivateAddresses?: boolean
  /** Addresses or ranges (`10.1.0.0/16`) that are allowed although they are private, over plain http too; default none. */
  allowedAddresses?: readonly string[]
  /** Told of every attempt, for logs and metrics: no body, no secret. What it throws is ignored. */
  onAttempt?: (attempt: WebhookDelivery) => void
  /** Told when the outbox itself fails; sending goes on after a pause. What it throws is ignored. */
  onError?: (error: unknown) => void
  /** The clock, in milliseconds since 1970. */
  now?: () => number
}

/** A receiver, without its secrets. */
export interface WebhookReceiver {
  id: string
  url: string
  events: readonly WebhookEventType[]
  description?: string
  createdAt: string
  /** Why nothing is sent there any more; it answered 410, for instance. */
  disabled?: string
}

/** A message to one receiver, without its body. */
export interface WebhookDelivery {
  /** `webhook-id` of its requests. */
  id: string
  receiverId: string
  type: WebhookEventType
  state: DeliveryState
  attempts: number
  createdAt: string
  /** When it is tried next, where it is pending. */
  nextAttemptAt?: string
  endedAt?: string
  lastStatus?: number
  lastError?: string
}

/** What `register` is told. */
export interface NewReceiver {
  /** An https URL of at most 2,048 characters. */
  url: string
  /** Which events it is sent; default all. */
  events?: readonly WebhookEventType[]
  /** Default: a new one, which `register` returns. */
  secret?: string
  /** At most 256 characters. */
  description?: string
}

/** Receivers, and what they are told. */
export interface Webhooks {
  /** Registers a receiver; its secret is returned this once. */
  register(receiver: NewReceiver): Promise<WebhookReceiver & { secret: string }>
  /** Gives the receiver a new secret, and signs with both for `previousSecretMs`. */
  rotateSecret(receiverId: string, secret?: string): Promise<{ secret: string }>
  receivers(): Promise<WebhookReceiver[]>
  /** Forgets a receiver and what it was still to be sent; false where there is none. */
  remove(receiverId: string): Promise<boolean>
  /** Keeps the event for each receiver that wants it, durably, and sends in the background; returns the messages' ids. The same `id` a second time adds nothing. */
  send(event: WebhookEvent, options?: { id?: string }): Promise<string[]>
  /** Tells of a run: its start at once, its end when it comes. The run goes on to its end, read or not. Resolves when the end is kept; rejects where the outbox fails or is full, not where the run does. */
  watch(run: WatchedRun): Promise<void>
  /** The newest messages first; at most `limit` (default 100, at most 1,000). */
  deliveries(query?: {
    receiverId?: string
    state?: DeliveryState
    limit?: number
  }): Promise<WebhookDelivery[]>
  /** Sends a message again, whatever became of it, from its first attempt on; false where it is not known any more. */
  replay(deliveryId: string): Promise<boolean>
  /** Waits for the attempts under way (at most `timeoutMs` each), and closes the outbox; what is pending is sent after the next start. */
  close(): Promise<void>
}

/**
 * Starts sending what the outbox holds, and what is added to it.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { createMemoryOutbox, createWebhooks } from '@streamseal/stream/webhooks'
 * const webhooks = createWebhooks({ outbox: createMemoryOutbox() })
 * const { secret } = await webhooks.register({ url: 'https://app.example/hooks', events: ['run.completed'] })
 * assert.match(secret, /^whsec_/)
 * await webhooks.watch(generate(demo({ tokensPerSecond: Infinity }), { prompt: 'Hello' }))
 * const [message] = await webhooks.deliveries()
 * assert.equal(message?.type, 'run.completed')
 * await webhooks.close()
 * ```
 */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  return new OutboxWebhooks(options)
}

const defaults = {
  retryMs: defaultRetryMs,
  timeoutMs: 15_000,
  concurrency: 8,
  maxReceivers: 100,
  maxPending: 100_000,
  maxPayloadBytes: 256 * 1024,
  includeText: true,
  keepMs: 7 * 24 * 60 * 60 * 1000,
  previousSecretMs: 24 * 60 * 60 * 1000,
  allowPrivateAddresses: false,
  allowedAddresses: [] as readonly string[],
  now: Date.now,
}

class OutboxWebhooks implements Webhooks {
  readonly #options: WebhooksOptions & typeof defaults
  readonly #outbox: WebhookOutbox
  readonly #sender: ReturnType<typeof createSender>

  constructor(options: WebhooksOptions) {
    this.#options = { ...defaults, ...defined(options), outbox: options.outbox }
    for (const name of bounds) checkBound(name, this.#options[name])
    for (const waitMs of this.#options.retryMs) checkBound('retryMs', waitMs)
    this.#outbox = options.outbox
    this.#sender = createSender({
      ...this.#options,
      poster: createPoster(this.#options),
      told: ({ body: _, ...delivery }) => options.onAttempt?.(toDelivery(delivery)),
    })
  }

  async register({
    url,
    events = webhookEventTypes,
    secret,
    description,
  }: NewReceiver): Promise<WebhookReceiver & { secret: string }> {
    const href = checkReceiverUrl(url, this.#options)
    const known = await this.#outbox.receivers()
    if (known.length >= this.#options.maxReceivers) {
      throw new WebhookError(
        `Cannot register the webhook receiver "${href}": there are ${known.length} already (maxReceivers)`,
        {
          code: 'WEBHOOK_LIMIT_EXCEEDED',
        },
      )
    }
    const receiver: StoredReceiver = {
      id: newId('whr'),
      url: href,
      events: checkEvents(events),
      secrets: [secret === undefined ? createWebhookSecret() : checkSecret(secret)],
      ...defined({ description: checkDescription(description) }),
      createdAt: new Date(this.#options.now()).toISOString(),
    }
    await this.#outbox.keepReceiver(receiver)
    return { ...toReceiver(receiver), secret: receiver.secrets[0] as string }
  }

  async rotateSecret(receiverId: string, secret = createWebhookSecret()): Promise<{ secret: string }> {
    const receiver = (await this.#outbox.receivers()).find(({ id }) => id === receiverId)
    if (receiver === undefined)
      throw new RangeError(`Cannot rotate a secret: there is no receiver "${receiverId}"`)
    const secrets = [checkSecret(secret), ...receiver.secrets.slice(0, 1)]
    const rotatedAt = new Date(this.#options.now()).toISOString()
    await this.#outbox.keepReceiver({ ...receiver, secrets, rotatedAt })
    return { secret }
  }

  async receivers(): Promise<WebhookReceiver[]> {
    return (await this.#outbox.receivers()).map(toReceiver)
  }

  remove(receiverId: string): Promise<boolean> {
    return this.#outbox.removeReceiver(receiverId)
  }

  async send(event: WebhookEvent, { id = newId('msg') }: { id?: string } = {}): Promise<string[]> {
    const wanting = (await this.#outbox.receivers()).filter(
      ({ disabled, events }) => disabled === undefined && events.includes(event.type),
    )
    if (wanting.length === 0) return []
    const waiting = await this.#outbox.pending()
    if (waiting + wanting.length > this.#options.maxPending) {
      throw new WebhookError(
        `Cannot send the webhook "${event.type}": ${waiting} messages are waiting (maxPending)`,
        {
          code: 'WEBHOOK_LIMIT_EXCEEDED',
        },
      )
    }
    const body = writeEvent(event, this.#options.maxPayloadBytes)
    const deliveries = wanting.map(receiver => this.#newDelivery(receiver, event.type, body, id))
    await this.#outbox.add(deliveries)
    this.#sender.wake()
    return deliveries.map(delivery => delivery.id)
  }

  #newDelivery(receiver: StoredReceiver, type: WebhookEventType, body: string, id: string): StoredDelivery {
    const now = this.#options.now()
    // One id for each receiver: a receiver may be registered twice, and replay is of one message to one receiver.
    return {
      id: `${id}.${receiver.id}`,
      receiverId: receiver.id,
      type,
      body,
      state: 'pending',
      attempts: 0,
      dueAt: now,
      createdAt: now,
    }
  }

  async watch(run: WatchedRun): Promise<void> {
    const policy: TextPolicy = this.#options
    const at = (): Date => new Date(this.#options.now())
    await this.send(eventOf(run, 'start', policy, at()), { id: `${run.id}.started` })
    const ended = await run.result().then(
      result => ({ result }),
      (error: unknown) => ({ error }),
    )
    await this.send(eventOf(run, ended, policy, at()), { id: `${run.id}.ended` })
  }

  async deliveries({
    receiverId,
    state,
    limit = 100,
  }: {
    receiverId?: string
    state?: DeliveryState
    limit?: number
  } = {}): Promise<WebhookDelivery[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw new RangeError(`Cannot list webhook deliveries: limit must be 1 to 1000, and is ${limit}`)
    }
    return (await this.#outbox.list({ ...defined({ receiverId, state }), limit })).map(toDelivery)
  }

  async replay(deliveryId: string): Promise<boolean> {
    const delivery = await this.#outbox.find(deliveryId)
    if (delivery === undefined) return false
    const { endedAt: _, lastError: __, lastStatus: ___, ...kept } = delivery
    await this.#outbox.settle({ ...kept, state: 'pending', attempts: 0, dueAt: this.#options.now() })
    this.#sender.wake()
    return true
  }

  async close(): Promise<void> {
    await this.#sender.close()
    await this.#outbox.close()
  }
}

const bounds = [
  'timeoutMs',
  'concurrency',
  'maxReceivers',
  'maxPending',
  'maxPayloadBytes',
  'keepMs',
  'previousSecretMs',
] as const

function checkBound(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return
  throw new RangeError(`Cannot send webhooks: ${name} must be a finite number of at least 0, and is ${value}`)
}

const newId = (prefix: string): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return `${prefix}_${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`
}

function checkEvents(events: readonly WebhookEventType[]): readonly WebhookEventType[] {
  const known: readonly string[] = webhookEventTypes
  const unknown = Array.isArray(events) ? events.find(each => !known.includes(each)) : events
  if (Array.isArray(events) && events.length > 0 && unknown === undefined) return [...new Set(events)]
  throw new RangeError(
    `Cannot register the webhook receiver for ${JSON.stringify(unknown ?? events)}: events are ${known.join(', ')}`,
  )
}

function checkDescription(description: string | undefined): string | undefined {
  if (description === undefined || (typeof description === 'string' && description.length <= 256))
    return description
  throw new RangeError('Cannot register the webhook receiver: its description passes 256 characters')
}

function toReceiver({ secrets: _, rotatedAt: __, ...receiver }: StoredReceiver): WebhookReceiver {
  return receiver
}

function toDelivery(delivery: ListedDelivery): WebhookDelivery {
  const { dueAt, createdAt, endedAt, ...told } = delivery
  return {
    ...told,
    createdAt: new Date(createdAt).toISOString(),
    ...(delivery.state === 'pending' ? { nextAttemptAt: new Date(dueAt).toISOString() } : {}),
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
  }
}
