/** What keeps runs: the contract between `createRuns` and memory, SQLite, Redis or a store of your own. `storeSuite` (`/testing`) certifies one. */
import type { FinishReason, Part, RunMetrics, SealPart, StreamErrorCode, Usage } from '../contract.ts'
import type { RunState } from '../run/run.ts'

/** What becomes of a run that nobody reads any more: it goes on, it stops, or it stops unless somebody comes back within `graceMs`. */
export type LeavePolicy = 'continue' | 'cancel' | { graceMs: number }

/** A run as it is when it begins; everything in it must survive JSON. */
export interface NewRun {
  /** Never used twice; the seal's stream id where the run is sealed. */
  id: string
  /** The provider that is asked. */
  provider: string
  /** The model that is asked for. */
  modelId: string
  /** Milliseconds since 1970. */
  createdAt: number
  /** The caller's own. */
  metadata: Record<string, unknown>
  /** Whose run it is, where the caller says so: limits count by it, and routes may ask for it. */
  key?: string
  leave: LeavePolicy
  /** The process that produces it; only this one may append. */
  owner: string
}

/** How a run ended. */
export interface RunEnd {
  state: Exclude<RunState, 'running'>
  /** Milliseconds since 1970. */
  endedAt: number
  finishReason: FinishReason
  rawFinishReason?: string
  /** As far as it is known, or estimated and marked so. */
  usage?: Usage
  metrics?: RunMetrics
  /** The model as its provider names it. */
  model?: string
  /** The first choice's seal: the closing that could not stand in the text. */
  seal?: SealPart
  error?: RunError
}

/** Why a run failed, as plain data. */
export interface RunError {
  code: StreamErrorCode
  message: string
  retryable: boolean
  provider?: string
  requestId?: string
}

/** All that is kept of a run beside its parts. */
export interface RunRecord extends NewRun {
  state: RunState
  /** The cursor of the last part in the log; 0 while there is none. */
  lastCursor: number
  /** Milliseconds since 1970 until which the producer is believed to live; each renewal moves it on. 0 where it is known not to live. */
  leaseUntil: number
  /** Somebody asked for the run to stop, perhaps at another node. */
  cancelRequested: boolean
  /** There when `state` is not `running`. */
  end?: RunEnd
}

/** Parts as they stand in the log, in order, without gaps. */
export interface RunPage {
  /** Those after the cursor that was asked for; empty where there are none yet, or none at all. */
  parts: Part[]
  /** True where the run has ended and `parts` reaches its end. */
  isLast: boolean
}

/** A producer's sign of life. */
export interface Renewal {
  /** The run is no longer this producer's: it was declared lost, deleted, or has ended. */
  isLost: boolean
  cancelRequested: boolean
  /** Somebody reads it, at any node. */
  isAttended: boolean
}

/** Who follows a run hears through this. */
export interface Follower {
  /** New parts, in order, without gaps and without repeats. */
  onPage(page: RunPage): void
  /** The store cannot be reached, or no longer holds the run; nothing more comes. */
  onError(error: Error): void
}

/**
 * Keeps runs. Every wait is bounded: where the store cannot be reached, each method rejects with a `StreamError`
 * `STORE_UNAVAILABLE` in the time that the store was given. Nothing that a method has acknowledged is lost while the
 * store itself keeps its data.
 */
export interface RunStore {
  /** Keeps a new run, `running`, with a lease of `leaseMs`. Rejects with `RUN_EXISTS` where the id was used. */
  create(run: NewRun, leaseMs: number): Promise<void>
  /**
   * Writes parts behind those that are there. The cursors count on from `lastCursor`; what is there already is not written
   * twice, so that a call whose answer was lost can be repeated. Rejects with `RUN_LOST` where the run is not this owner's, or has ended.
   */
  append(id: string, owner: string, parts: readonly Part[]): Promise<void>
  /** Writes the last parts and the end, both or neither. Repeatable, and rejects, as `append`. */
  finish(id: string, owner: string, parts: readonly Part[], end: RunEnd): Promise<void>
  /**
   * Ends a run whose producer is gone: `parts` and `end` are written only if the lease has run out and `lastCursor` is as it was
   * read. The answer is whether this call has done it.
   */
  endLost(id: string, lastCursor: number, parts: readonly Part[], end: RunEnd): Promise<boolean>
  /** The record, or `undefined` where the run is not kept. */
  get(id: string): Promise<RunRecord | undefined>
  /** A page after the cursor (0 is before the first), at most about `maxParts` parts. Rejects with `RUN_NOT_FOUND`. */
  read(id: string, after: number, maxParts: number): Promise<RunPage>
  /** Hears of every part after the cursor until the run's end, or until the function that it returns is called. */
  follow(id: string, after: number, follower: Follower): () => void
  /** Asks the producer to stop, wherever it is; the answer is whether the run was running. */
  requestCancel(id: string): Promise<boolean>
  /** Hears of requests to cancel, as soon as they are known here; a request that is missed is in the next renewal. Returns what ends it. */
  onCancelRequest(listener: (id: string) => void): () => void
  /** The producer lives: moves the leases of its runs on; answers in the same order. */
  renew(ids: readonly string[], owner: string, leaseMs: number): Promise<Renewal[]>
  /** Somebody at this reader's node reads the run, until `forMs` from now. */
  attend(id: string, reader: string, forMs: number): Promise<void>
  /** Nobody at this node reads it any more; the answer is whether somebody else does. */
  unattend(id: string, reader: string): Promise<boolean>
  /** Ids of running runs whose lease has run out, at most `max`. */
  lost(max: number): Promise<string[]>
  /** Removes a run and its log; the answer is whether it was there. */
  delete(id: string): Promise<boolean>
  /** Applies the retention that the store was made with: what has been kept long enough goes. */
  sweep(): Promise<void>
  /** Lets go of every connection, timer and file. Followers hear nothing more. */
  close(): Promise<void>
}

/** How long ended runs are kept; what goes first is what ended, or began, first. */
export interface Retention {
  /** Milliseconds after a run has ended; default a day. A run still going is never removed by age. */
  maxAgeMs?: number
  /** How many runs at most, those still going counted but never removed; default 10,000. */
  maxRuns?: number
}
