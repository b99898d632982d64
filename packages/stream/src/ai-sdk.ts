/** Any provider of the AI SDK as a model of ours, and our seal for people who stay with the AI SDK. */

import type { LanguageModelV4 } from '@ai-sdk/provider'
import { abortOf } from './abort-of.ts'
import { AiSdkDecoder } from './ai-sdk/decoder.ts'
import { toStreamError } from './ai-sdk/error.ts'
import { toCallOptions } from './ai-sdk/prompt.ts'
import type { Model, ModelPart, ModelRequest } from './contract.ts'
import { StreamError } from './stream-error.ts'

export { sealMiddleware } from './ai-sdk/seal-middleware.ts'

/**
 * A model of the AI SDK (language model specification v4; `ai` 7 and its providers).
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { aiSdk } from '@streamseal/stream/ai-sdk'
 * import { MockLanguageModelV4, simulateReadableStream } from 'ai/test'
 * const usage = { inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 1, text: 1, reasoning: 0 } }
 * const model = new MockLanguageModelV4({
 *   doStream: async () => ({
 *     stream: simulateReadableStream({
 *       chunks: [
 *         { type: 'text-start', id: '0' },
 *         { type: 'text-delta', id: '0', delta: 'Hello' },
 *         { type: 'text-end', id: '0' },
 *         { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage },
 *       ],
 *     }),
 *   }),
 * })
 * assert.equal((await generate(aiSdk(model), { prompt: 'x' }).result()).text, 'Hello')
 * ```
 */
export function aiSdk(model: LanguageModelV4): Model {
  const { provider, modelId } = model
  return { provider, modelId, stream: request => streamParts(model, request) }
}

async function* streamParts(model: LanguageModelV4, request: ModelRequest): AsyncGenerator<ModelPart> {
  const ready: ModelPart[] = []
  const decoder = new AiSdkDecoder(part => ready.push(part), model.provider, model.modelId)
  let reader: ReadableStreamDefaultReader<Parameters<AiSdkDecoder['take']>[0]> | undefined
  try {
    request.signal?.throwIfAborted()
    const { stream } = await model.doStream(toCallOptions(request))
    reader = stream.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      decoder.take(value)
      yield* ready.splice(0)
      if (value.type === 'finish') return
    }
    throw new StreamError(`"${model.provider}" ended without a finish`, {
      code: 'STREAM_INCOMPLETE',
      provider: model.provider,
    })
  } catch (error) {
    if (reader !== undefined) decoder.cut()
    yield* ready
    throw request.signal?.aborted ? abortOf(request.signal) : toStreamError(error, model.provider)
  } finally {
    reader?.cancel().catch(() => undefined)
  }
}
