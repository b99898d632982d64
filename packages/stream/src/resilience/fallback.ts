/** Several models as one: the next is asked where one fails. */
import type { Model, ModelPart, ModelRequest } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { withoutAddresses } from '../without-addresses.ts'
import { attempts } from './attempts.ts'

/** What happens after the first token. */
export interface FallbackOptions {
  /**
   * `fail` (default): the run fails, with what had come. `restart`: the next model answers from the beginning; a `restart`
   * part says that what came before is void, and the new text has a seal and a stream id of its own.
   */
  afterFirstToken?: 'fail' | 'restart'
}

/**
 * Asks the first model, and the next where it fails before its first token, whatever the failure; an abort asks nobody else.
 * Throws `RangeError` where there is no model.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { fallback, generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { ollama } from '@streamseal/stream/openai-compatible'
 * const model = fallback([ollama('llama3', { baseUrl: 'http://127.0.0.1:9' }), demo({ tokensPerSecond: Infinity })])
 * assert.equal((await generate(model, { prompt: 'Hello' }).result()).model, 'demo')
 * ```
 */
export function fallback(
  models: readonly Model[],
  { afterFirstToken = 'fail' }: FallbackOptions = {},
): Model {
  const [first, ...others] = models
  if (first === undefined) throw new RangeError('Cannot fall back: no model is given')
  const { provider, modelId } = first
  const mayRestart = afterFirstToken === 'restart'
  return { provider, modelId, stream: request => chain(first, others, request, mayRestart) }
}

function chain(
  first: Model,
  others: Model[],
  request: ModelRequest,
  mayRestart: boolean,
): AsyncIterable<ModelPart> {
  const waiting = [...others]
  return attempts(first.stream(request), async (error, spoke) => {
    if (request.signal?.aborted || (spoke && !mayRestart)) return undefined
    const next = waiting.shift()
    if (next === undefined) return undefined
    const parts = next.stream(request)
    return spoke ? restarted(error, parts) : parts
  })
}

async function* restarted(error: unknown, parts: AsyncIterable<ModelPart>): AsyncGenerator<ModelPart> {
  const code = error instanceof StreamError ? error.code : 'INTERNAL'
  const message = withoutAddresses(error instanceof Error ? error.message : String(error))
  let told = false
  for await (const part of parts) {
    if (!told) yield { type: 'restart', code, message }
    told = true
    yield part
  }
}
