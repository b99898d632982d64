/** Measures one OpenAI-compatible address from outside: time to the first event, events a second, streams that are held. */
import { BenchClient } from './bench-client.ts'

/** What is measured. */
export interface Target {
  /** Ends in `/v1`. */
  readonly baseUrl: string
  readonly apiKey?: string
}

/** How much. */
export interface Load {
  /** How many requests, one after the other, the time to the first event is taken from. */
  readonly requests: number
  /** How many streams are held at once. */
  readonly streams: number
  /** For how long, in milliseconds. */
  readonly holdMs: number
  /** The models of the three measurements. */
  readonly models: { readonly first: string; readonly held: string; readonly fast: string }
}

/** Figures of one address; times in milliseconds. */
export interface Figures {
  readonly firstEventMs: { readonly p50: number; readonly p99: number }
  /** Streams that had an event, of those that were opened. */
  readonly held: number
  readonly opened: number
  /** Events a second, of all held streams. */
  readonly heldEventsPerSecond: number
  /** Events a second of a few streams that are sent as fast as they are taken. */
  readonly fastEventsPerSecond: number
  /** Requests that failed, or were answered with an error. */
  readonly failures: number
}

/** How many streams the fastest pace is taken from. */
const fastStreams = 16

/** Measures it. */
export async function measure(target: Target, load: Load): Promise<Figures> {
  const client = new BenchClient(target)
  const waits: number[] = []
  for (let i = 0; i < load.requests; i += 1) {
    const firstMs = await client.whole(load.models.first)
    if (firstMs !== undefined) waits.push(firstMs)
  }
  const held = await client.hold(load.models.held, load.streams, load.holdMs)
  const fast = await client.hold(load.models.fast, Math.min(fastStreams, load.streams), load.holdMs)
  client.close()
  waits.sort((a, b) => a - b)
  return {
    firstEventMs: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) },
    held: held.answering,
    opened: load.streams,
    heldEventsPerSecond: held.eventsPerSecond,
    fastEventsPerSecond: fast.eventsPerSecond,
    failures: client.failures,
  }
}

/** The value below which a share of the sorted values lies; NaN of none. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
