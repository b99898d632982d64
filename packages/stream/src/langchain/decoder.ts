/** LangChain.js message chunks to parts. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { FinishReason, ModelPart, Usage } from '../contract.ts'
import { count } from '../count.ts'
import { defined } from '../defined.ts'
import { chatFinishReason } from '../openai-chat/finish-reasons.ts'
import { createToolCalls, type ToolCalls } from '../openai-chat/tool-calls.ts'

/** What is read of an `AIMessageChunk`. */
export interface LangChainChunk {
  content?: string | { type?: string; text?: string; thinking?: string; reasoning?: string }[]
  tool_call_chunks?: { index?: number; id?: string; name?: string; args?: string }[]
  usage_metadata?: LangChainUsage
  response_metadata?: Record<string, unknown>
  additional_kwargs?: Record<string, unknown>
}

interface LangChainUsage {
  input_tokens?: number
  output_tokens?: number
  input_token_details?: { cache_read?: number; cache_creation?: number }
  output_token_details?: { reasoning?: number }
}

/** The machine for one stream. */
export class LangChainDecoder {
  readonly #out: (part: ModelPart) => void
  readonly #blocks: BlockWriter
  readonly #tools: ToolCalls
  #usage: Usage | undefined
  #rawReason: string | undefined

  constructor(out: (part: ModelPart) => void, provider: string, model: string) {
    this.#out = out
    this.#blocks = createBlockWriter(out)
    this.#tools = createToolCalls(out, 0)
    out({ type: 'start', provider, model })
  }

  take(chunk: LangChainChunk): void {
    const reasoning = chunk.additional_kwargs?.reasoning_content
    if (typeof reasoning === 'string') this.#blocks.reasoning(reasoning)
    this.#takeContent(chunk.content)
    for (const { index, id, name, args } of chunk.tool_call_chunks ?? []) {
      this.#blocks.close()
      this.#tools.take(defined({ index, id, function: defined({ name, arguments: args }) }))
    }
    if (chunk.usage_metadata) this.#takeUsage(chunk.usage_metadata)
    const { finish_reason, stop_reason, finishReason } = chunk.response_metadata ?? {}
    const raw = finish_reason ?? stop_reason ?? finishReason
    if (typeof raw === 'string') this.#rawReason = raw
  }

  /** The iteration ended without an error: LangChain's end, whatever reason it names. */
  finish(): void {
    this.#blocks.close()
    this.#tools.end(false)
    const raw = this.#rawReason
    const reason: FinishReason =
      raw === undefined ? 'other' : chatFinishReason(raw.toLowerCase(), this.#tools.size > 0)
    this.#out({ type: 'finish', reason, ...defined({ rawReason: raw, usage: this.#usage }) })
  }

  cut(): void {
    this.#blocks.close()
    this.#tools.end(true)
  }

  #takeContent(content: LangChainChunk['content']): void {
    if (typeof content === 'string') {
      this.#blocks.text(content)
      return
    }
    for (const block of content ?? []) {
      this.#blocks.reasoning(block.thinking ?? block.reasoning ?? '')
      this.#blocks.text(block.text ?? '')
    }
  }

  // Chunks add up, as LangChain's own `concat` has it.
  #takeUsage(usage: LangChainUsage): void {
    const before = this.#usage ?? {}
    this.#usage = defined({
      inputTokens: sum(before.inputTokens, usage.input_tokens),
      cachedInputTokens: sum(before.cachedInputTokens, usage.input_token_details?.cache_read),
      cacheWriteInputTokens: sum(before.cacheWriteInputTokens, usage.input_token_details?.cache_creation),
      outputTokens: sum(before.outputTokens, usage.output_tokens),
      reasoningTokens: sum(before.reasoningTokens, usage.output_token_details?.reasoning),
    })
    this.#out({ type: 'usage', usage: this.#usage })
  }
}

function sum(before: number | undefined, more: unknown): number | undefined {
  const added = count(more)
  if (added === undefined) return before
  return (before ?? 0) + added
}
