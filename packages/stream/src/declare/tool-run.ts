/** Runs a tool until it answers, is stopped, or takes too long; one that is deaf to its signal is not waited for. */
import { startTimer } from '../timer.ts'
import { DeclareError } from './declare-error.ts'

/** What ends a tool early. */
export interface ToolBounds {
  toolName: string
  /** The call's. */
  signal: AbortSignal
  timeoutMs: number
}

/** Rejects with the signal's reason, or with `TOOL_FAILED` when its time is over; `work` is given a signal that says both. */
export async function runTool<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  { toolName, signal, timeoutMs }: ToolBounds,
): Promise<Value> {
  signal.throwIfAborted()
  const stop = new AbortController()
  const onAbort = (): void => stop.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const stopTimer = startTimer(timeoutMs, () => stop.abort(tooLate(toolName, timeoutMs)))
  try {
    return await Promise.race([work(stop.signal), rejection(stop.signal)])
  } finally {
    stopTimer()
    signal.removeEventListener('abort', onAbort)
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function tooLate(toolName: string, timeoutMs: number): DeclareError {
  return new DeclareError(`The tool "${toolName}" did not answer in ${timeoutMs} ms`, { code: 'TOOL_FAILED' })
}
