/** A model's wait, which its caller may abort. */
import { abortOf } from './abort-of.ts'
import { sleep } from './sleep.ts'

/** Waits; an abort rejects with a `StreamError`. */
export async function pause(timeMs: number, signal?: AbortSignal): Promise<void> {
  await sleep(timeMs, signal).catch(() => {
    throw abortOf(signal)
  })
}
