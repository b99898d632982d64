/** Any LangChain.js runnable as a model of ours: a chain, an agent, a retriever with a model behind it. */
import type { Message, Model, ModelPart, ModelRequest } from '../contract.ts'
import { messageText } from '../message-text.ts'
import type { LangChainChunk } from './decoder.ts'
import { nameOf, streamParts } from './stream-parts.ts'

/** What is needed of a runnable; everything that LangChain calls one has it. */
export interface LangChainRunnable {
  stream(input: never, options?: never): Promise<AsyncIterable<unknown>>
}

/** The same as we call it. */
interface CalledRunnable {
  stream(input: unknown, options: { signal?: AbortSignal }): Promise<AsyncIterable<unknown>>
}

/** How a runnable is asked, and what is taken of its answer. */
export interface RunnableOptions {
  /** What the runnable is given; default: the text of the last message that the user wrote. */
  toInput?(messages: readonly Message[]): unknown
  /** The text of a piece of its answer that is neither text nor a message; default: its `answer`, `output` or `text`, where it has one. */
  toText?(piece: unknown): string
  /** The model's name in parts and claims; default: the runnable's. */
  model?: string
}

/**
 * The runnable as a model. What it streams last is the answer: texts, messages, or objects that hold a text.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { RunnableLambda } from '@langchain/core/runnables'
 * import { generate } from '@streamseal/stream'
 * import { langChainRunnable } from '@streamseal/stream/langchain'
 * const echo = RunnableLambda.from((input: string) => `You said ${input}`)
 * assert.equal((await generate(langChainRunnable(echo), { prompt: 'Hello' }).result()).text, 'You said Hello')
 * ```
 */
export function langChainRunnable(runnable: LangChainRunnable, options: RunnableOptions = {}): Model {
  const { toInput = lastQuestion, toText = ownText, model: modelId = nameOf(runnable) } = options
  // LangChain's own types differ from version to version; what is called here has not changed since 0.2.
  const called = runnable as unknown as CalledRunnable
  async function* stream(request: ModelRequest): AsyncGenerator<ModelPart> {
    const parts = streamParts(modelId, request, async signal =>
      chunksOf(await called.stream(toInput(request.messages), signal), toText),
    )
    // A chain that has come to its end without a word about it has stopped by itself.
    for await (const part of parts) yield isUnexplained(part) ? { ...part, reason: 'stop' } : part
  }
  return { provider: 'langchain', modelId, stream }
}

function isUnexplained(part: ModelPart): part is Extract<ModelPart, { type: 'finish' }> {
  return part.type === 'finish' && part.reason === 'other' && part.rawReason === undefined
}

function lastQuestion(messages: readonly Message[]): string {
  const question = messages.filter(message => message.role === 'user').at(-1)
  return question === undefined ? '' : messageText(question)
}

async function* chunksOf(
  pieces: AsyncIterable<unknown>,
  toText: (piece: unknown) => string,
): AsyncGenerator<LangChainChunk> {
  for await (const piece of pieces) {
    if (typeof piece === 'string') yield { content: piece }
    else if (isMessage(piece)) yield piece
    else yield { content: toText(piece) }
  }
}

function isMessage(piece: unknown): piece is LangChainChunk {
  if (typeof piece !== 'object' || piece === null || !('content' in piece)) return false
  return typeof piece.content === 'string' || Array.isArray(piece.content)
}

function ownText(piece: unknown): string {
  const { answer, output, text } = Object(piece) as { answer?: unknown; output?: unknown; text?: unknown }
  const found = [answer, output, text].find(value => typeof value === 'string')
  return typeof found === 'string' ? found : ''
}
