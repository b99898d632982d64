/** LangChain.js message chunks to parts. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { ModelPart, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import { createToolCalls, type ToolCalls } from '../openai-chat/tool-calls.ts'
import {
  cutShort,
  type LangChainMetadata,
  langChainFinishReason,
  namesItsEnd,
  rawFinishReason,
} from './finish-reason.ts'
import { addedUsage, type LangChainUsage } from './usage.ts'

/** What is read of an `AIMessageChunk`. */
export interface LangChainChunk extends LangChainMetadata {
  content?: string | { type?: string; text?: string; thinking?: string; reasoning?: string }[]
  tool_call_chunks?: { index?: number; id?: string; name?: string; args?: string }[]
  usage_metadata?: LangChainUsage
}

/** The machine for one stream. */
export class LangChainDecoder {
  readonly #out: (part: ModelPart) => void
  readonly #blocks: BlockWriter
  readonly #tools: ToolCalls
  #usage: Usage | undefined
  #rawReason: string | undefined
  #namesItsEnd = false

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
    this.#rawReason = rawFinishReason(chunk) ?? this.#rawReason
    this.#namesItsEnd ||= namesItsEnd(chunk)
  }

  /** The iteration ended without an error: LangChain's end. Throws `STREAM_INCOMPLETE` where a reason is missing that would have come. */
  finish(): void {
    if (this.#namesItsEnd && this.#rawReason === undefined) throw cutShort()
    this.#blocks.close()
    this.#tools.end(false)
    const raw = this.#rawReason
    const reason = langChainFinishReason(raw, this.#tools.size > 0)
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

  #takeUsage(usage: LangChainUsage): void {
    this.#usage = addedUsage(this.#usage ?? {}, usage)
    this.#out({ type: 'usage', usage: this.#usage })
  }
}
