/** How a run that was produced here has ended, as it is kept. */
import type { RunResult, SealPart } from '../contract.ts'
import { defined } from '../defined.ts'
import type { Run } from '../run/run.ts'
import { StreamError } from '../stream-error.ts'
import type { RunEnd, RunError } from './run-store.ts'

/** Waits for the end; never rejects. */
export async function endOf(run: Run, seal: SealPart | undefined): Promise<RunEnd> {
  const [result, failure] = await outcomeOf(run)
  const { finishReason = 'error', rawFinishReason, usage, metrics, model } = result ?? {}
  return {
    state: run.state === 'running' ? 'failed' : run.state,
    endedAt: Date.now(),
    finishReason,
    ...defined({ rawFinishReason, usage, metrics, model, seal, error: failure && toRunError(failure) }),
  }
}

async function outcomeOf(run: Run): Promise<[Partial<RunResult> | undefined, StreamError | undefined]> {
  try {
    return [await run.result(), undefined]
  } catch (error) {
    if (error instanceof StreamError) return [error.partial, error]
    return [undefined, new StreamError(String(error), { code: 'INTERNAL' })]
  }
}

function toRunError({ code, message, retryable, provider, requestId }: StreamError): RunError {
  return { code, message, retryable, ...defined({ provider, requestId }) }
}
