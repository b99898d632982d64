/** A model that plays a script: parts, pauses, failures. */
import type { Model, ModelPart, ModelRequest } from '../contract.ts'

/** A part, or something to wait for or to throw; it is given the request. */
export type ScriptStep = ModelPart | ((request: ModelRequest) => Promise<void> | void)

/** How the model is named. */
export interface ScriptedModelOptions {
  /** Default `scripted`. */
  provider?: string
  /** Default `script`. */
  modelId?: string
}

/**
 * Plays the same script at every request. A string is a whole answer, a delta a word.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { scriptedModel } from '@streamseal/stream/testing'
 * assert.equal((await generate(scriptedModel('Hello world'), { prompt: 'x' }).result()).text, 'Hello world')
 * ```
 */
export function scriptedModel(
  script: string | readonly ScriptStep[],
  options: ScriptedModelOptions = {},
): Model {
  const { provider = 'scripted', modelId = 'script' } = options
  const steps = typeof script === 'string' ? answer(script, provider, modelId) : script
  return { provider, modelId, stream: request => play(steps, request) }
}

async function* play(steps: readonly ScriptStep[], request: ModelRequest): AsyncGenerator<ModelPart> {
  for (const step of steps) {
    request.signal?.throwIfAborted()
    if (typeof step === 'function') await step(request)
    else yield step
  }
}

function answer(text: string, provider: string, model: string): ModelPart[] {
  const id = 'text-0'
  const deltas = (text.match(/\s*\S+|\s+$/g) ?? []).map(
    (delta): ModelPart => ({ type: 'text-delta', id, delta }),
  )
  return [
    { type: 'start', provider, model },
    { type: 'text-start', id },
    ...deltas,
    { type: 'text-end', id },
    { type: 'finish', reason: 'stop', usage: { inputTokens: 1, outputTokens: deltas.length } },
  ]
}
