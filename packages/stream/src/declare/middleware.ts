/** What stands around a call, as an onion: each wraps the next, all of them run, errors and streams pass through. */
import type { Message, ModelRequest } from '../contract.ts'
import type { LlmParams } from './llm-params.ts'
import type { TaskChunk, TaskResult } from './task-result.ts'

/** One call, as middleware sees it. What may be changed before `next` is not readonly. */
export interface CallContext {
  /** The task's or chat's name. */
  readonly name: string
  readonly input: unknown
  readonly streaming: boolean
  readonly signal: AbortSignal
  /** The form that the answer is asked for in; absent for text. */
  readonly responseFormat?: ModelRequest['responseFormat']
  /** The caller's own. */
  readonly metadata: Readonly<Record<string, unknown>>
  messages: Message[]
  llmParams: LlmParams
  /** Called with each chunk as it comes, streaming or not. */
  onChunk(listener: (chunk: TaskChunk<unknown>) => void): void
}

/** Wraps a call. Whoever does not call `next` answers in its place; what is after `await next()` runs when the answer is whole. */
export type Middleware = (
  context: CallContext,
  next: () => Promise<TaskResult<unknown>>,
) => Promise<TaskResult<unknown>>

/** The middleware around `innermost`, the first outermost. */
export function wrapCall(
  middleware: readonly Middleware[],
  context: CallContext,
  innermost: () => Promise<TaskResult<unknown>>,
): Promise<TaskResult<unknown>> {
  const from = (index: number): Promise<TaskResult<unknown>> => {
    const each = middleware[index]
    return each === undefined ? innermost() : each(context, () => from(index + 1))
  }
  // A middleware that throws before its first await rejects like any other.
  return Promise.resolve().then(() => from(0))
}
