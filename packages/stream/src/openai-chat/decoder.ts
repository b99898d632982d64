/** Chat completion chunks to parts: OpenAI's stream format, and the ways in which its imitators differ. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { Decoder, DecoderContext } from '../bytes-to-parts.ts'
import type { ChoiceEnd, ModelPart, Usage } from '../contract.ts'
import { finishPart } from '../finish-part.ts'
import { providerError } from '../http/provider-error.ts'
import type { SseEvent } from '../sse-parser.ts'
import { StreamError } from '../stream-error.ts'
import { chatFinishReason } from './finish-reasons.ts'
import { createToolCalls, type ToolCalls, type ToolFragment } from './tool-calls.ts'
import { type ChatUsage, usageOfChat } from './usage.ts'

interface Delta {
  content?: string | ContentPiece[] | null
  reasoning_content?: string | null
  reasoning?: string | null
  /** OpenRouter. */
  reasoning_details?: { text?: string | null; summary?: string | null }[] | null
  refusal?: string | null
  tool_calls?: ToolFragment[] | null
  function_call?: { name?: string; arguments?: string } | null
  annotations?: { url_citation?: UrlCitation }[] | null
}

/** Mistral sends content in pieces where the model thinks. */
interface ContentPiece {
  text?: string
  thinking?: string | { text?: string }[]
}

interface Choice {
  index?: number
  delta?: Delta | null
  message?: Delta | null
  logprobs?: unknown
  finish_reason?: string | null
  /** Moonshot. */
  usage?: ChatUsage | null
  /** OpenRouter. */
  error?: unknown
}

interface Chunk {
  id?: string
  model?: string
  choices?: Choice[] | null
  usage?: ChatUsage | null
  x_groq?: { usage?: ChatUsage | null; error?: string | null } | null
  /** xAI and Perplexity, the whole list again in each chunk that has it. */
  citations?: (string | UrlCitation)[] | null
  error?: unknown
  object?: string
}

interface UrlCitation {
  url?: string
  title?: string | null
}

interface ChoiceState {
  index: number
  blocks: BlockWriter
  tools: ToolCalls
  /** Whether a delta has said anything. */
  hasSpoken?: true
  rawReason?: string
}

/** What the decoder is told. */
export interface ChatDecoderContext extends DecoderContext {
  /** Whether `[DONE]` ends an answer that names no finish reason. */
  doneIsEnough: boolean
}

type Out = (part: ModelPart) => void

/** Makes the machine for one stream. */
export function createChatDecoder(out: Out, context: ChatDecoderContext): Decoder {
  return new ChatDecoder(out, context)
}

class ChatDecoder implements Decoder {
  readonly #out: Out
  readonly #context: ChatDecoderContext
  readonly #choices = new Map<number, ChoiceState>()
  #started = false
  #done = false
  #usage: Usage | undefined
  readonly #cited = new Set<string>()

  constructor(out: Out, context: ChatDecoderContext) {
    this.#out = out
    this.#context = context
  }

  get done(): boolean {
    return this.#done
  }

  get ended(): boolean {
    if (this.#choices.size === 0) return false
    for (const state of this.#choices.values()) if (state.rawReason === undefined) return false
    return true
  }

  event({ event, data }: SseEvent): void {
    if (data === '[DONE]') {
      this.#takeDone()
      return
    }
    if (event === 'error') throw this.#failure(parsedOrText(data))
    this.#takeChunk(JSON.parse(data) as Chunk)
  }

  #failure(said: unknown): StreamError {
    const { provider, requestId } = this.#context
    return providerError(said, { provider, requestId })
  }

  #takeDone(): void {
    const { provider, doneIsEnough } = this.#context
    this.#done = this.ended || (doneIsEnough && this.#choices.size > 0)
    if (this.#done) return
    throw new StreamError(`"${provider}" ended the stream without a finish reason`, {
      code: 'STREAM_INCOMPLETE',
      provider,
    })
  }

  document(body: unknown): void {
    // Google's imitation wraps its errors in an array.
    for (const chunk of Array.isArray(body) ? body : [body]) this.#takeChunk(chunk as Chunk)
    this.#done = this.ended
  }

  finish(): void {
    this.#close(false)
    this.#out(finishPart([...this.#choices.values()].map(endOf), this.#usage))
  }

  cut(): void {
    this.#close(true)
  }

  #close(cut: boolean): void {
    if (!this.#started) this.#start({})
    for (const state of this.#choices.values()) {
      state.blocks.close()
      state.tools.end(cut)
    }
  }

  #takeChunk(chunk: Chunk): void {
    if (isError(chunk)) throw this.#failure(chunk)
    if (chunk.x_groq?.error) throw this.#failure(chunk.x_groq.error)
    // Azure opens with a chunk of filter results that names no model.
    if (!this.#started && (chunk.model || chunk.choices?.length)) this.#start(chunk)
    for (const choice of chunk.choices ?? []) this.#takeChoice(choice)
    if (chunk.citations) for (const citation of chunk.citations) this.#cite(citation)
    this.#takeUsage(chunk.usage ?? chunk.x_groq?.usage)
  }

  #takeUsage(said: ChatUsage | null | undefined): void {
    if (!said) return
    // Reports are cumulative; what the latest leaves out still holds.
    this.#usage = { ...this.#usage, ...usageOfChat(said) }
    this.#out({ type: 'usage', usage: this.#usage })
  }

  #start(chunk: Chunk): void {
    this.#started = true
    const { provider, model } = this.#context
    const responseId = typeof chunk.id === 'string' && chunk.id !== '' ? { responseId: chunk.id } : {}
    this.#out({ type: 'start', provider, model: chunk.model || model, ...responseId })
  }

  #takeChoice(choice: Choice): void {
    const state = this.#stateOf(choice.index ?? 0)
    // A message beside or after deltas says all of them again (Perplexity, MiniMax).
    const delta = choice.delta ?? (state.hasSpoken ? undefined : choice.message)
    if (delta) this.#takeDelta(state, delta)
    if (delta && saysSomething(delta)) state.hasSpoken = true
    if (choice.error) throw this.#failure(choice)
    if (choice.logprobs) this.#out({ type: 'logprobs', logprobs: choice.logprobs, ...at(state.index) })
    if (choice.usage) this.#takeUsage(choice.usage)
    if (!choice.finish_reason) return
    state.rawReason = choice.finish_reason
    state.blocks.close()
    state.tools.settle()
  }

  #stateOf(index: number): ChoiceState {
    const known = this.#choices.get(index)
    if (known !== undefined) return known
    const state = {
      index,
      blocks: createBlockWriter(this.#out, index),
      tools: createToolCalls(this.#out, index),
    }
    this.#choices.set(index, state)
    return state
  }

  #takeDelta(state: ChoiceState, delta: Delta): void {
    // OpenRouter and some gateways send several names for the same words, one of them empty perhaps.
    const reasoning = delta.reasoning_content || delta.reasoning
    if (typeof reasoning === 'string') state.blocks.reasoning(reasoning)
    else if (delta.reasoning_details) takeDetails(state.blocks, delta.reasoning_details)
    takeContent(state.blocks, delta.content)
    if (delta.refusal) this.#out({ type: 'refusal-delta', delta: delta.refusal, ...at(state.index) })
    if (delta.tool_calls) for (const fragment of delta.tool_calls) takeTool(state, fragment)
    if (delta.function_call) takeTool(state, { index: 0, function: delta.function_call })
    if (delta.annotations) for (const { url_citation } of delta.annotations) this.#cite(url_citation)
  }

  #cite(citation: string | UrlCitation | undefined): void {
    const { url, title } = typeof citation === 'string' ? { url: citation } : (citation ?? {})
    if (typeof url !== 'string' || this.#cited.has(url)) return
    const id = `source-${this.#cited.size}`
    this.#cited.add(url)
    this.#out({ type: 'source', id, url, ...(typeof title === 'string' ? { title } : {}) })
  }
}

function saysSomething({ content, reasoning_content, reasoning, tool_calls, refusal }: Delta): boolean {
  return Boolean(content?.length || reasoning_content || reasoning || tool_calls?.length || refusal)
}

function takeDetails(blocks: BlockWriter, details: NonNullable<Delta['reasoning_details']>): void {
  for (const { text, summary } of details) blocks.reasoning(text || summary || '')
}

function takeContent(blocks: BlockWriter, content: Delta['content']): void {
  if (typeof content === 'string') blocks.text(content)
  else if (Array.isArray(content)) for (const piece of content) takePiece(blocks, piece)
}

function takePiece(blocks: BlockWriter, piece: ContentPiece): void {
  if (typeof piece.text === 'string') blocks.text(piece.text)
  if (typeof piece.thinking === 'string') blocks.reasoning(piece.thinking)
  else for (const thought of piece.thinking ?? []) blocks.reasoning(thought.text ?? '')
}

function takeTool(state: ChoiceState, fragment: ToolFragment): void {
  state.blocks.close()
  state.tools.take(fragment)
}

function endOf({ index, rawReason, tools }: ChoiceState): ChoiceEnd {
  const reason = chatFinishReason(rawReason, tools.size > 0)
  return rawReason === undefined ? { choice: index, reason } : { choice: index, reason, rawReason }
}

function isError(chunk: Chunk): boolean {
  return Boolean(chunk.error) || chunk.object === 'error'
}

function parsedOrText(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}

function at(choice: number): { choice?: number } {
  return choice === 0 ? {} : { choice }
}
