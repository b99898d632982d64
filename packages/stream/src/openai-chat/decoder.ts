/** Chat completion chunks to parts: OpenAI's stream format, and the ways in which its imitators differ. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { Decoder, DecoderContext } from '../bytes-to-parts.ts'
import type { ChoiceEnd, ModelPart, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
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
  refusal?: string | null
  tool_calls?: ToolFragment[] | null
  function_call?: { name?: string; arguments?: string } | null
  annotations?: { url_citation?: { url?: string; title?: string } }[] | null
}

/** Mistral sends content in pieces where the model thinks. */
interface ContentPiece {
  text?: string
  thinking?: { text?: string }[]
}

interface Choice {
  index?: number
  delta?: Delta | null
  message?: Delta | null
  logprobs?: unknown
  finish_reason?: string | null
}

interface Chunk {
  id?: string
  model?: string
  choices?: Choice[] | null
  usage?: ChatUsage | null
  x_groq?: { usage?: ChatUsage | null }
  error?: unknown
  object?: string
}

interface ChoiceState {
  index: number
  blocks: BlockWriter
  tools: ToolCalls
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
  #sources = 0

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
    const chunk = JSON.parse(data) as Chunk
    if (event === 'error') throw providerError(chunk, { ...this.#context, status: undefined })
    this.#takeChunk(chunk)
  }

  #takeDone(): void {
    const { provider, doneIsEnough } = this.#context
    this.#done = doneIsEnough || this.ended
    if (this.#done) return
    throw new StreamError(`"${provider}" ended the stream without a finish reason`, {
      code: 'STREAM_INCOMPLETE',
      provider,
    })
  }

  document(body: unknown): void {
    this.#takeChunk(body as Chunk)
    this.#done = this.ended
  }

  finish(): void {
    this.#close(false)
    const ends = [...this.#choices.values()].map(endOf)
    const first = ends.find(end => end.choice === 0) ?? ends[0]
    this.#out({
      type: 'finish',
      reason: first?.reason ?? 'other',
      ...defined({
        rawReason: first?.rawReason,
        usage: this.#usage,
        choices: ends.length > 1 ? ends : undefined,
      }),
    })
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
    if (isError(chunk)) throw providerError(chunk, { ...this.#context, status: undefined })
    // Azure opens with a chunk of filter results that names no model.
    if (!this.#started && (chunk.model || chunk.choices?.length)) this.#start(chunk)
    for (const choice of chunk.choices ?? []) this.#takeChoice(choice)
    const usage = chunk.usage ?? chunk.x_groq?.usage
    if (!usage) return
    this.#usage = usageOfChat(usage)
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
    const delta = choice.delta ?? choice.message
    if (delta) this.#takeDelta(state, delta)
    if (choice.logprobs) this.#out({ type: 'logprobs', logprobs: choice.logprobs, ...at(state.index) })
    if (!choice.finish_reason) return
    state.rawReason = choice.finish_reason
    state.blocks.close()
    state.tools.end()
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
    // OpenRouter and some gateways send both names for the same words.
    const reasoning = delta.reasoning_content ?? delta.reasoning
    if (typeof reasoning === 'string') state.blocks.reasoning(reasoning)
    takeContent(state.blocks, delta.content)
    if (delta.refusal) this.#out({ type: 'refusal-delta', delta: delta.refusal, ...at(state.index) })
    if (delta.tool_calls) for (const fragment of delta.tool_calls) takeTool(state, fragment)
    if (delta.function_call) takeTool(state, { index: 0, function: delta.function_call })
    if (delta.annotations) for (const { url_citation } of delta.annotations) this.#takeCitation(url_citation)
  }

  #takeCitation(citation: { url?: string; title?: string } | undefined): void {
    if (typeof citation?.url !== 'string') return
    const title = typeof citation.title === 'string' ? { title: citation.title } : {}
    this.#out({ type: 'source', id: `source-${this.#sources++}`, url: citation.url, ...title })
  }
}

function takeContent(blocks: BlockWriter, content: Delta['content']): void {
  if (typeof content === 'string') blocks.text(content)
  else if (Array.isArray(content)) for (const piece of content) takePiece(blocks, piece)
}

function takePiece(blocks: BlockWriter, piece: ContentPiece): void {
  if (typeof piece.text === 'string') blocks.text(piece.text)
  for (const thought of piece.thinking ?? []) blocks.reasoning(thought.text ?? '')
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
  return (chunk.error !== undefined && chunk.error !== null) || chunk.object === 'error'
}

function at(choice: number): { choice?: number } {
  return choice === 0 ? {} : { choice }
}
