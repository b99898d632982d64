/** LangChain.js callbacks that feed a run, so that any chain's tokens can be sealed and delivered. */
import type { Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import { type GenerateOptions, generate } from '../generate.ts'
import type { Run } from '../run/run.ts'
import { StreamError } from '../stream-error.ts'
import { withoutAddresses } from '../without-addresses.ts'
import {
  cutShort,
  type LangChainMetadata,
  langChainFinishReason,
  namesItsEnd,
  rawFinishReason,
} from './finish-reason.ts'
import { createPushedModel } from './pushed-run.ts'
import { addedUsage, type LangChainUsage } from './usage.ts'

/** What LangChain calls; put it into `callbacks`. */
export interface LangChainCallbacks {
  name: string
  awaitHandlers: true
  /** Makes a model stream also where the chain is invoked. */
  lc_prefer_streaming: true
  handleChainStart(chain: unknown, inputs: unknown, runId: string, parentRunId?: string): void
  handleChatModelStart(llm: unknown, messages: unknown, runId: string, parentRunId?: string): void
  handleLLMStart(llm: unknown, prompts: unknown, runId: string, parentRunId?: string): void
  handleLLMNewToken(token: string, place: unknown, runId: string): void
  handleLLMEnd(output: unknown, runId: string): void
  handleLLMError(error: unknown, runId: string): void
  handleChainEnd(outputs: unknown, runId: string): void
  handleChainError(error: unknown, runId: string): void
}

/** Options of `generate` that make sense where no model is asked. */
export interface LangChainHandlerOptions
  extends Pick<
    GenerateOptions,
    'seal' | 'signal' | 'timeouts' | 'metadata' | 'id' | 'maxLogChars' | 'maxOutputChars'
  > {
  /** The model's name in parts and claims; default `langchain`. */
  model?: string
}

/**
 * A handler and the run that it feeds: give the handler to a chain's or a model's `callbacks`, deliver the run. The run
 * ends with the outermost call; it begins its time-outs now.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { FakeListChatModel } from '@langchain/core/utils/testing'
 * import { langChainHandler } from '@streamseal/stream/langchain'
 * const { handler, run } = langChainHandler()
 * for await (const _ of await new FakeListChatModel({ responses: ['Hello'] }).stream('x', { callbacks: [handler] }));
 * assert.equal((await run.result()).text, 'Hello')
 * ```
 */
export function langChainHandler({ model = 'langchain', ...options }: LangChainHandlerOptions = {}): {
  handler: LangChainCallbacks
  run: Run
} {
  const pushed = createPushedModel('langchain', model)
  pushed.push({ type: 'start', provider: 'langchain', model })
  const run = generate(pushed.model, { ...options, messages: [], retry: false })
  let root: string | undefined
  let hasText = false
  const streamed = new Set<string>()

  let raw: string | undefined
  let usage: Usage = {}

  let isCut = false

  const takeMessage = ({ usage_metadata, ...message }: LangChainAnswer): void => {
    raw = rawFinishReason(message)
    isCut = raw === undefined && namesItsEnd(message)
    if (!usage_metadata) return
    usage = addedUsage(usage, usage_metadata)
    pushed.push({ type: 'usage', usage })
  }
  const begin = (runId: string): void => {
    root ??= runId
  }
  const say = (delta: unknown): void => {
    if (typeof delta !== 'string' || delta === '') return
    if (!hasText) pushed.push({ type: 'text-start', id: 'text-0' })
    hasText = true
    pushed.push({ type: 'text-delta', id: 'text-0', delta })
  }
  const end = (runId: string): void => {
    if (runId !== root) return
    if (isCut) pushed.fail(cutShort())
    else conclude()
  }
  const conclude = (): void => {
    if (hasText) pushed.push({ type: 'text-end', id: 'text-0' })
    // A chain that has come to its end without a word about it has stopped by itself.
    const reason = raw === undefined ? 'stop' : langChainFinishReason(raw, false)
    pushed.push({ type: 'finish', reason, ...defined({ rawReason: raw }) })
    pushed.end()
  }
  const fail = (error: unknown, runId: string): void => {
    if (runId === root) pushed.fail(asStreamError(error))
  }
  const handler: LangChainCallbacks = {
    name: 'streamseal',
    awaitHandlers: true,
    lc_prefer_streaming: true,
    handleChainStart: (_chain, _inputs, runId) => begin(runId),
    handleChatModelStart: (_llm, _messages, runId) => begin(runId),
    handleLLMStart: (_llm, _prompts, runId) => begin(runId),
    handleLLMNewToken(delta, _place, runId) {
      streamed.add(runId)
      say(delta)
    },
    handleLLMEnd(output, runId) {
      // A model that cannot stream says all at its end.
      const { text, message = {} } = firstOf(output)
      if (!streamed.has(runId)) say(text)
      takeMessage(message)
      end(runId)
    },
    handleLLMError: fail,
    handleChainEnd: (_outputs, runId) => end(runId),
    handleChainError: fail,
  }
  return { handler, run }
}

interface LangChainAnswer extends LangChainMetadata {
  usage_metadata?: LangChainUsage
}

/** The first answer in a result of LangChain's. */
function firstOf(output: unknown): { text?: unknown; message?: LangChainAnswer } {
  const { generations } = (output ?? {}) as {
    generations?: { text?: unknown; message?: LangChainAnswer }[][]
  }
  return generations?.[0]?.[0] ?? {}
}

function asStreamError(error: unknown): StreamError {
  if (error instanceof StreamError) return error
  const message = withoutAddresses(error instanceof Error ? error.message : String(error))
  return new StreamError(`The chain failed: ${message}`, {
    code: 'PROVIDER_ERROR',
    provider: 'langchain',
    cause: error,
  })
}
