/** Takes what is due from the outbox and posts it, a bounded number at a time, until it is closed. */
import { sleep } from '../sleep.ts'
import type { StoredDelivery, StoredReceiver, WebhookOutbox } from './outbox.ts'
import type { Attempt, Poster } from './post-webhook.ts'
import { settleAttempt } from './settle-attempt.ts'
import { signWebhook } from './sign-webhook.ts'

/** What the sender works with. */
export interface SenderOptions {
  outbox: WebhookOutbox
  poster: Poster
  retryMs: readonly number[]
  timeoutMs: number
  concurrency: number
  keepMs: number
  previousSecretMs: number
  now: () => number
  told: (delivery: StoredDelivery) => void
  onError?: (error: unknown) => void
}

/** The longest pause before the outbox is asked again: another process may have added to it. */
const maxPauseMs = 5000
/** The pause after the outbox has failed. */
const failurePauseMs = 1000
/** How often ended messages are forgotten. */
const forgetEveryMs = 60_000

/** A sender at work. */
export interface Sender {
  /** Says that something may be due. */
  wake(): void
  /** Takes nothing more, and waits for the attempts under way. */
  close(): Promise<void>
}

/** Begins at once. */
export function createSender(options: SenderOptions): Sender {
  return new OutboxSender(options)
}

class OutboxSender implements Sender {
  readonly #options: SenderOptions
  readonly #closed = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  readonly #loop: Promise<void>
  #pause = new AbortController()
  #forgottenAt = 0

  constructor(options: SenderOptions) {
    this.#options = options
    this.#loop = this.#run()
  }

  wake(): void {
    this.#pause.abort()
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.wake()
    await this.#loop
    await Promise.all(this.#underWay)
    this.#options.poster.close()
  }

  async #run(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      // Made before the outbox is asked, so that what is added meanwhile ends this pause.
      this.#pause = new AbortController()
      const pauseMs = await this.#step().catch((error: unknown) => {
        safely(() => this.#options.onError?.(error))
        return failurePauseMs
      })
      if (pauseMs > 0) await this.#wait(pauseMs)
    }
  }

  async #wait(pauseMs: number): Promise<void> {
    if (this.#closed.signal.aborted) return
    await sleep(pauseMs, this.#pause.signal).catch(() => undefined)
  }

  /** Starts what is due; returns how long there is nothing to do, in milliseconds. */
  async #step(): Promise<number> {
    const { outbox, concurrency, timeoutMs, now } = this.#options
    await this.#forget()
    const limit = concurrency - this.#underWay.size
    if (limit <= 0) return maxPauseMs
    // A lease outlives its attempt; after a crash the message is claimed again.
    const due = await outbox.claim({ now: now(), leaseMs: 2 * timeoutMs + 5000, limit })
    if (due.length === 0) return this.#untilDue()
    const receivers = new Map((await outbox.receivers()).map(receiver => [receiver.id, receiver]))
    for (const delivery of due) this.#start(delivery, receivers.get(delivery.receiverId))
    return 0
  }

  async #untilDue(): Promise<number> {
    const next = await this.#options.outbox.nextDueAt()
    if (next === undefined) return maxPauseMs
    return Math.min(Math.max(next - this.#options.now(), 1), maxPauseMs)
  }

  async #forget(): Promise<void> {
    const now = this.#options.now()
    if (now - this.#forgottenAt < forgetEveryMs) return
    this.#forgottenAt = now
    await this.#options.outbox.forget(now - this.#options.keepMs)
  }

  #start(delivery: StoredDelivery, receiver: StoredReceiver | undefined): void {
    const work = this.#attempt(delivery, receiver)
      .catch((error: unknown) => safely(() => this.#options.onError?.(error)))
      .finally(() => {
        this.#underWay.delete(work)
        this.wake()
      })
    this.#underWay.add(work)
  }

  async #attempt(delivery: StoredDelivery, receiver: StoredReceiver | undefined): Promise<void> {
    // A receiver that was removed meanwhile has taken its messages with it.
    if (receiver === undefined) return
    const attempt = await this.#post(delivery, receiver)
    const { outbox, retryMs, now } = this.#options
    const settled = settleAttempt(delivery, attempt, { retryMs, now: now() })
    await outbox.settle(settled)
    if ('status' in attempt && attempt.status === 410) {
      await outbox.keepReceiver({ ...receiver, disabled: 'It answered 410 Gone' })
    }
    safely(() => this.#options.told(settled))
  }

  async #post({ id, body }: StoredDelivery, receiver: StoredReceiver): Promise<Attempt> {
    const { url, disabled } = receiver
    if (disabled !== undefined) return { error: `the receiver is disabled: ${disabled}`, refused: true }
    const at = new Date(this.#options.now())
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'streamseal-webhooks/1',
      ...signWebhook({ id, body, secrets: this.#secretsOf(receiver), at }),
    }
    const { poster, timeoutMs } = this.#options
    return poster.post(url, { headers, body, timeoutMs })
  }

  /** The newest, and the one before while the receiver may still believe that one alone. */
  #secretsOf({ secrets, rotatedAt, createdAt }: StoredReceiver): readonly string[] {
    const { now, previousSecretMs } = this.#options
    const isOver = now() - Date.parse(rotatedAt ?? createdAt) >= previousSecretMs
    return isOver ? secrets.slice(0, 1) : secrets
  }
}

/** A listener's fault is not the sender's. */
function safely(call: () => void): void {
  try {
    call()
  } catch {
    // What a listener throws is its own matter; the option's documentation says so.
  }
}
