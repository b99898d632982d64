/** Chat completion chunks to parts: OpenAI's stream format, and the ways in which its imitators differ. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { Decoder } from '../bytes-to-parts.ts'
import type { ChoiceEnd, ModelPart, Usage } from '../contract.ts'
import { providerError } from '../http/provider-error.ts'
import type { SseEvent } from '../sse-parser.ts'
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
  annotations?: { type?: string; url_citation?: { url?: string; title?: string } }[] | null
}

/** Mistral sends content in pieces where the model thinks. */
interface ContentPiece {
  type?: string
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
  blocks: BlockWriter
  tools: ToolCalls
  refused: boolean
  rawReason?: string
}

/** What the decoder is told. */
export interface ChatDecoderContext {
  provider: string
  model: string
  requestId: string | undefined
}

/** Makes the machine for one stream. */
export function createChatDecoder(out: (part: ModelPart) => void, context: ChatDecoderContext): Decoder {
  const choices = new Map<number, ChoiceState>()
  let started = false
  let done = false
  let usage: Usage | undefined
  let sources = 0

  function event({ event: name, data }: SseEvent): void {
    if (data === '[DONE]') {
      done = true
      return
    }
    const chunk = JSON.parse(data) as Chunk
    if (name === 'error' || isError(chunk)) throw providerError(chunk, { ...context, status: undefined })
    takeChunk(chunk)
  }

  function takeChunk(chunk: Chunk): void {
    // Azure opens with a chunk of filter results that names no model.
    if (!started && (chunk.model || chunk.choices?.length)) start(chunk)
    for (const choice of chunk.choices ?? []) takeChoice(choice)
    const said = chunk.usage ?? chunk.x_groq?.usage
    if (said) takeUsage(usageOfChat(said))
  }

  function start(chunk: Chunk): void {
    started = true
    const { provider, model } = context
    const responseId = typeof chunk.id === 'string' && chunk.id !== '' ? { responseId: chunk.id } : {}
    out({ type: 'start', provider, model: chunk.model || model, ...responseId })
  }

  function takeUsage(next: Usage): void {
    usage = next
    out({ type: 'usage', usage: next })
  }

  function takeChoice(choice: Choice): void {
    const index = choice.index ?? 0
    const state = stateOf(index)
    const delta = choice.delta ?? choice.message
    if (delta) takeDelta(state, delta, index)
    if (choice.logprobs) out({ type: 'logprobs', logprobs: choice.logprobs, ...at(index) })
    if (typeof choice.finish_reason === 'string' && choice.finish_reason !== '') {
      state.rawReason = choice.finish_reason
      state.blocks.close()
      state.tools.end()
    }
  }

  function takeDelta(state: ChoiceState, delta: Delta, index: number): void {
    // OpenRouter and some gateways send both names for the same words.
    const reasoning = delta.reasoning_content ?? delta.reasoning
    if (typeof reasoning === 'string') state.blocks.reasoning(reasoning)
    if (typeof delta.content === 'string') state.blocks.text(delta.content)
    else if (Array.isArray(delta.content)) for (const piece of delta.content) takePiece(state.blocks, piece)
    if (typeof delta.refusal === 'string' && delta.refusal !== '') {
      state.refused = true
      out({ type: 'refusal-delta', delta: delta.refusal, ...at(index) })
    }
    for (const fragment of delta.tool_calls ?? []) takeTool(state, fragment)
    if (delta.function_call) takeTool(state, { index: 0, function: delta.function_call })
    for (const annotation of delta.annotations ?? []) takeAnnotation(annotation.url_citation)
  }

  function takeTool(state: ChoiceState, fragment: ToolFragment): void {
    state.blocks.close()
    state.tools.take(fragment)
  }

  function takeAnnotation(citation: { url?: string; title?: string } | undefined): void {
    if (typeof citation?.url !== 'string') return
    const title = typeof citation.title === 'string' ? { title: citation.title } : {}
    out({ type: 'source', id: `source-${sources++}`, url: citation.url, ...title })
  }

  function stateOf(index: number): ChoiceState {
    const known = choices.get(index)
    if (known !== undefined) return known
    const state = {
      blocks: createBlockWriter(out, index),
      tools: createToolCalls(out, index),
      refused: false,
    }
    choices.set(index, state)
    return state
  }

  function close(cut: boolean): void {
    if (!started) start({})
    for (const state of choices.values()) {
      state.blocks.close()
      state.tools.end(cut)
    }
  }

  function finish(): void {
    close(false)
    const ends = [...choices].map(endOf)
    const first = ends.find(end => end.choice === 0) ?? ends[0]
    const { reason = 'other', rawReason } = first ?? {}
    out({
      type: 'finish',
      reason,
      ...(rawReason === undefined ? {} : { rawReason }),
      ...(usage === undefined ? {} : { usage }),
      ...(ends.length > 1 ? { choices: ends } : {}),
    })
  }

  return {
    event,
    document(body) {
      const chunk = body as Chunk
      if (isError(chunk)) throw providerError(chunk, { ...context, status: undefined })
      takeChunk(chunk)
      done = ended()
    },
    get done() {
      return done
    },
    get ended() {
      return ended()
    },
    finish,
    cut: () => close(true),
  }

  function ended(): boolean {
    return choices.size > 0 && [...choices.values()].every(state => state.rawReason !== undefined)
  }
}

function endOf([choice, state]: [number, ChoiceState]): ChoiceEnd {
  const reason = chatFinishReason(state.rawReason, state.tools.size > 0)
  return state.rawReason === undefined ? { choice, reason } : { choice, reason, rawReason: state.rawReason }
}

function takePiece(blocks: BlockWriter, piece: ContentPiece): void {
  if (typeof piece.text === 'string') blocks.text(piece.text)
  for (const thought of piece.thinking ?? []) blocks.reasoning(thought.text ?? '')
}

function isError(chunk: Chunk): boolean {
  return (chunk.error !== undefined && chunk.error !== null) || chunk.object === 'error'
}

function at(choice: number): { choice?: number } {
  return choice === 0 ? {} : { choice }
}
