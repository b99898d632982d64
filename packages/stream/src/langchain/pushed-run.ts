/** A run whose words are pushed from outside instead of asked from a model. */
import { refuseAborted } from '../abort-of.ts'
import type { Model, ModelPart } from '../contract.ts'
import { onAborted } from '../on-aborted.ts'
import { StreamError } from '../stream-error.ts'

/** A model that answers once, with what is pushed. */
export interface PushedModel {
  model: Model
  push(part: ModelPart): void
  end(): void
  fail(error: StreamError): void
}

const maxWaiting = 100_000

/** At most 100,000 parts wait to be read; beyond that the run fails with `LIMIT_EXCEEDED`. */
export function createPushedModel(provider: string, modelId: string): PushedModel {
  const waiting: ModelPart[] = []
  let ended = false
  let failure: StreamError | undefined
  let wake: (() => void) | undefined

  const changed = (): void => {
    const resume = wake
    wake = undefined
    resume?.()
  }

  async function* stream(signal: AbortSignal | undefined): AsyncGenerator<ModelPart> {
    const unlink = onAborted(signal, changed)
    try {
      for (;;) {
        refuseAborted(signal)
        const part = waiting.shift()
        if (part !== undefined) yield part
        else if (failure !== undefined) throw failure
        else if (ended) return
        else
          await new Promise<void>(resolve => {
            wake = resolve
          })
      }
    } finally {
      unlink()
    }
  }

  return {
    model: { provider, modelId, stream: ({ signal }) => stream(signal) },
    push(part) {
      if (failure !== undefined) return
      waiting.push(part)
      if (waiting.length > maxWaiting) {
        failure ??= new StreamError(`More than ${maxWaiting} parts wait to be read`, {
          code: 'LIMIT_EXCEEDED',
        })
      }
      changed()
    },
    end() {
      ended = true
      changed()
    },
    fail(error) {
      failure ??= error
      changed()
    },
  }
}
