/** Models that play a script for the tests of declared tasks and chats, and steps of scripts. */
import type { Model, ModelPart, ModelRequest } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { type ScriptStep, scriptedModel } from '../testing/scripted-model.ts'

/** A model, and what it was asked. */
export interface AskedModel {
  model: Model
  asked: ModelRequest[]
}

/** Answers each request with the next script, the last one again and again. */
export function answering(...scripts: (string | ScriptStep[])[]): AskedModel {
  const asked: ModelRequest[] = []
  const stream = (request: ModelRequest): AsyncIterable<ModelPart> => {
    asked.push(request)
    return scriptedModel(scripts[Math.min(asked.length, scripts.length) - 1] ?? '').stream(request)
  }
  return { model: { provider: 'fake', modelId: 'fake-1', stream }, asked }
}

/** An answer that has begun with these deltas. */
export const begin = (...deltas: string[]): ScriptStep[] => [
  { type: 'start', provider: 'fake', model: 'fake-1' },
  { type: 'text-start', id: '0' },
  ...deltas.map((delta): ModelPart => ({ type: 'text-delta', id: '0', delta })),
]

/** A whole answer of these deltas. */
export const words = (...deltas: string[]): ScriptStep[] => [
  ...begin(...deltas),
  { type: 'text-end', id: '0' },
  { type: 'finish', reason: 'stop', usage: { inputTokens: 7, outputTokens: 3 } },
]

/** A call of a tool, after some words. */
export const calls = (id: string, input: string, toolName: string, ...said: string[]): ScriptStep[] => [
  ...(said.length === 0 ? begin().slice(0, 1) : [...begin(...said), { type: 'text-end', id: '0' } as const]),
  { type: 'tool-input-start', id, toolName },
  { type: 'tool-input-delta', id, delta: input },
  { type: 'tool-input-end', id },
  { type: 'tool-call', id, toolName, input },
  { type: 'finish', reason: 'tool-calls' },
]

/** Nothing more comes until the request is stopped. */
export const waits: ScriptStep = ({ signal }) =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))

/** The model fails here. */
export const fails: ScriptStep = () =>
  Promise.reject(new StreamError('"fake" is overloaded', { code: 'OVERLOADED', retryable: false }))

/** A promise, and what resolves it. */
export function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}
