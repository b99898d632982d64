/** Waits until a run has begun, so that a refusal can still be answered with its own status. */
import { type Run, StreamError } from '@streamseal/stream'

/** Resolves with the first part of `run`, or after `patienceMs`; rejects with the `StreamError` of a run that failed before it began. */
export async function waitForStart(run: Run, patienceMs: number): Promise<void> {
  const parts = run.parts
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), patienceMs)
  })
  const first = await Promise.race([parts.next(), patience])
  clearTimeout(timer)
  parts.return?.().catch(() => undefined)
  if (first?.done === false && first.value.type === 'error')
    throw new StreamError(first.value.message, first.value)
}
