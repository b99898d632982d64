/** Spans and metrics of models by OpenTelemetry's semantic conventions for generative AI (v1.45). No prompt and no answer is recorded. */
import { type CallObserver, errorTypeOf, observeCalls, type TelemetryOptions } from './call-telemetry.ts'
import type { Model, ModelPart } from './contract.ts'

export {
  type CallObserver,
  type ObservedCall,
  observeCalls,
  type TelemetryOptions,
  type UsedTokens,
} from './call-telemetry.ts'
export { type ChatUsage, usageOfChat } from './openai-chat/usage.ts'

/**
 * A model whose every stream is a client span, `chat <model>`, with the metrics `gen_ai.client.operation.duration`,
 * `gen_ai.client.token.usage`, `gen_ai.client.operation.time_to_first_chunk` and `…time_per_output_chunk`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { demo } from '@streamseal/stream/demo'
 * import { withTelemetry } from '@streamseal/stream/opentelemetry'
 * assert.equal(withTelemetry(demo()).modelId, 'demo')
 * ```
 */
export function withTelemetry(model: Model, options: TelemetryOptions = {}): Model {
  const observe = observeCalls(options)
  const { provider, modelId } = model
  return {
    provider,
    modelId,
    stream: request => ({
      [Symbol.asyncIterator]() {
        const call = observe({ provider, model: modelId, request })
        const headers = { ...request.headers, ...call.headers }
        const asked = Object.keys(headers).length === 0 ? request : { ...request, headers }
        return new Observed(model.stream(asked)[Symbol.asyncIterator](), call)
      },
    }),
  }
}

type Result = IteratorResult<ModelPart, undefined>

/** One stream, observed. */
class Observed implements AsyncIterator<ModelPart> {
  readonly #inner: AsyncIterator<ModelPart>
  readonly #call: CallObserver

  constructor(inner: AsyncIterator<ModelPart>, call: CallObserver) {
    this.#inner = inner
    this.#call = call
  }

  async next(): Promise<Result> {
    try {
      const { done, value } = await this.#inner.next()
      if (!done) this.#take(value)
      else this.#call.end('STREAM_INCOMPLETE')
      return done ? { done, value: undefined } : { done: false, value }
    } catch (error) {
      this.#call.end(errorTypeOf(error))
      throw error
    }
  }

  async return(): Promise<Result> {
    this.#call.end('ABORTED')
    await this.#inner.return?.()
    return { done: true, value: undefined }
  }

  #take(part: ModelPart): void {
    if ('delta' in part) this.#call.chunk()
    else if (part.type === 'start') this.#call.started(part)
    else if (part.type === 'error') this.#call.end(part.code)
    else if (part.type === 'finish') this.#finished(part)
  }

  #finished({ reason, usage, choices }: Extract<ModelPart, { type: 'finish' }>): void {
    this.#call.finished({ reasons: choices?.map(choice => choice.reason) ?? [reason], usage })
  }
}
