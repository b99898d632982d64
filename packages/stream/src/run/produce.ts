/** Pulls a model's parts, bounded in time, until the model ends, fails or is stopped. */
import type { ModelPart } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { withoutAddresses } from '../without-addresses.ts'
import type { PartLog } from './part-log.ts'
import type { Watchdog } from './watchdog.ts'

/** How the model's stream ended. */
export type Outcome =
  | { kind: 'finish'; part: Extract<ModelPart, { type: 'finish' }> }
  | { kind: 'aborted' }
  | { kind: 'failed'; error: StreamError }

/** What producing needs. */
export interface Production {
  /** Asks the model. */
  open(): AsyncIterable<ModelPart>
  provider: string
  log: PartLog
  watchdog: Watchdog
  /** Aborted with a `StreamError` as its reason when the run is to stop. */
  signal: AbortSignal
  take(part: ModelPart): void
}

/** A model that never waits would keep timers, signers and sockets from their turn. */
const partsInARow = 128

/** Runs the loop; never rejects. */
export async function produce(production: Production): Promise<Outcome> {
  const interruptible = createInterrupt(production.signal)
  let iterator: AsyncIterator<ModelPart> | undefined
  try {
    production.signal.throwIfAborted()
    iterator = production.open()[Symbol.asyncIterator]()
    return await pull(production, iterator, interruptible)
  } catch (error) {
    return outcomeOf(error, production)
  } finally {
    interruptible.dispose()
    // A generator that waits for something deaf to its signal would never return: nobody waits for it.
    iterator?.return?.().then(undefined, () => undefined)
  }
}

async function pull(
  { log, watchdog, take, provider }: Production,
  iterator: AsyncIterator<ModelPart>,
  interrupt: Interrupt,
): Promise<Outcome> {
  for (let count = 1; ; count++) {
    const pause = log.room() ?? (count % partsInARow === 0 ? eventLoopTurn() : undefined)
    if (pause !== undefined) {
      watchdog.paused()
      await interrupt.race(pause)
    }
    watchdog.waiting()
    const { done, value: part } = await interrupt.race(iterator.next())
    if (done)
      throw new StreamError(`"${provider}" ended without a finish`, { code: 'STREAM_INCOMPLETE', provider })
    if ('delta' in part) watchdog.firstToken()
    if (part.type === 'finish') {
      take(part)
      return { kind: 'finish', part }
    }
    if (part.type === 'error') throw new StreamError(part.message, part)
    take(part)
  }
}

function eventLoopTurn(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve)
  })
}

function outcomeOf(error: unknown, { signal, provider }: Production): Outcome {
  const reason: unknown = signal.aborted ? signal.reason : error
  if (reason instanceof StreamError) {
    return reason.code === 'ABORTED' && signal.aborted
      ? { kind: 'aborted' }
      : { kind: 'failed', error: reason }
  }
  const message = withoutAddresses(reason instanceof Error ? reason.message : String(reason))
  const wrapped = new StreamError(`"${provider}" failed: ${message}`, {
    code: 'INTERNAL',
    provider,
    cause: reason,
  })
  return { kind: 'failed', error: wrapped }
}

interface Interrupt {
  race<T>(promise: Promise<T>): Promise<T>
  dispose(): void
}

// Promise.race with one long-lived promise would keep a reaction for every part.
function createInterrupt(signal: AbortSignal): Interrupt {
  let reject: ((reason: unknown) => void) | undefined
  const onAbort = (): void => reject?.(signal.reason)
  signal.addEventListener('abort', onAbort)
  return {
    race(promise) {
      if (signal.aborted) {
        promise.then(undefined, () => undefined)
        return Promise.reject(signal.reason)
      }
      return new Promise((resolve, rejectThis) => {
        reject = rejectThis
        promise.then(resolve, rejectThis)
      })
    },
    dispose: () => signal.removeEventListener('abort', onAbort),
  }
}
