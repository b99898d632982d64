/** Runs that are kept: each is produced once into a store's log and read any number of times, at any node, by readers who may leave and come back. */
import type { Model, Part } from '../contract.ts'
import type { GenerateOptions } from '../generate.ts'
import type { Run } from '../run/run.ts'
import type { LeavePolicy, RunRecord, RunStore } from './run-store.ts'

/** What `createRuns` is told. Times are in milliseconds. */
export interface RunsOptions {
  /** Where runs are kept; default: in this process, until it ends. */
  store?: RunStore
  /** What becomes of a run when its last reader has left, where `start` does not say; default `continue`. */
  leave?: LeavePolicy
  /** How long a producer may be silent before its run counts as lost, and readers are told so; default 15,000. */
  leaseMs?: number
  /** How much is kept of one run, in characters of text and 100 for each part; a run that grows beyond fails with `LIMIT_EXCEEDED`. Default 8 Mi. */
  maxLogChars?: number
  /** How long a producer goes on trying to reach its store before it gives its run up; default 60,000. What waits meanwhile is bounded: the model is held back. */
  storeOutageMs?: number
  /** How long readers wait for a store that does not answer before they are told (`STORE_UNAVAILABLE`); default 5,000. */
  readerPatienceMs?: number
  /** How many runs this process produces at once; further ones wait. Default 1,000. */
  maxRunning?: number
  /** How many at once for one `key`; default: no limit of its own. */
  maxRunningPerKey?: number
  /** How many may wait; one more is refused with `RATE_LIMITED` and `retryAfterMs`. Default 100. */
  maxWaiting?: number
  /** How long one may wait for its turn before it is refused; default 30,000. */
  maxWaitMs?: number
  /** A reader who takes nothing for so long, though something is there, is let go with `LIMIT_EXCEEDED`; default 300,000. */
  idleReaderMs?: number
}

/** How a run is started: what `generate` takes, and what is new here. */
export interface StartOptions extends GenerateOptions {
  /** Default: the policy of `createRuns`. */
  leave?: LeavePolicy
  /** Whose run it is: limits count by it, and it is kept in the record. */
  key?: string
  /** Given the run as it is produced here, before its first part: who watches that one is no reader, and nobody's leaving waits for it. */
  onBegin?: (run: Run) => void
}

/** How one reader reads. */
export interface ReadOptions {
  /** Only what comes after this cursor; default 0, from the first part. */
  after?: number
  /** Merges what is there already into as few parts as may be: deltas of a block that stand together become one, with the cursor of the last. Default false. */
  coalesce?: boolean
  /** Ends this reader alone; the run goes its way. */
  signal?: AbortSignal
  /** What happens when this reader falls further behind than `maxBehind`: its log waits (`pause`), what it missed comes merged (`snapshot`), or it is let go with `LIMIT_EXCEEDED` (`close`). Default `pause`. */
  whenSlow?: 'pause' | 'snapshot' | 'close'
  /** How many parts a reader may be behind before `whenSlow` holds; default 1,000. */
  maxBehind?: number
}

/**
 * A run that is kept: everything that delivers a `Run` delivers it, at any node. `parts`, `partsAfter`, `text` and
 * `responses` read the log; `state` and `metrics` are as last heard here. A reader leaves by ending its iterator, and
 * `cancel({ readerLeft: true })` says no more than that: what follows is the run's leave policy. `cancel()` stops the run wherever it is produced.
 */
export interface KeptRun extends Run {
  /** The record as last heard here. */
  readonly record: RunRecord
  /** As `partsAfter`, with every option. */
  read(options?: ReadOptions): AsyncIterableIterator<Part>
}

/** Starts, finds, reads and stops runs. */
export interface Runs {
  /**
   * Asks the model, once there is a turn and the store has the run; resolves then, before the first part. Rejects with `RATE_LIMITED`
   * (and `retryAfterMs`), `RUN_EXISTS` or `STORE_UNAVAILABLE`, and then the model is not asked.
   */
  start(model: Model, options: StartOptions): Promise<KeptRun>
  /** The run, to be delivered or read, running or ended, produced here or anywhere; `undefined` where it is not kept. */
  open(id: string): Promise<KeptRun | undefined>
  /**
   * Parts of a run with their cursors; ends after `finish` or `error`. Throws `RUN_NOT_FOUND`, `STORE_UNAVAILABLE` (come back with the
   * last cursor), or `LIMIT_EXCEEDED` where `whenSlow` is `close`.
   */
  read(id: string, options?: ReadOptions): AsyncIterableIterator<Part>
  /** State, usage, seal, error: the record; `undefined` where the run is not kept. */
  get(id: string): Promise<RunRecord | undefined>
  /** Stops the run wherever it is produced; what had come stays. The answer is whether it was running. */
  cancel(id: string): Promise<boolean>
  /** Removes the run and its log, stopping it first where it is produced here. The answer is whether it was kept. */
  delete(id: string): Promise<boolean>
  /** How many runs are produced here, wait for a turn, and how many readers are here. */
  readonly counts: { running: number; waiting: number; readers: number }
  /** Refuses new runs, ends those produced here as `incomplete`, lets readers and the store go. Resolves when nothing is held any more. */
  close(): Promise<void>
}
