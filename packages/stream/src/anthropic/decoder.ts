/** Anthropic's message stream to parts. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { Decoder, DecoderContext } from '../bytes-to-parts.ts'
import type { ModelPart } from '../contract.ts'
import { defined } from '../defined.ts'
import { providerError } from '../http/provider-error.ts'
import type { SseEvent } from '../sse-parser.ts'
import { StreamError } from '../stream-error.ts'
import { createToolWriter } from '../tool-writer.ts'
import { type Block, type BlockDelta, type Citation, type OpenBlock, openBlock } from './blocks.ts'
import { anthropicFinishReason } from './finish-reasons.ts'
import { type AnthropicUsage, mergeAnthropicUsage, usageOfAnthropic } from './usage.ts'

interface AnthropicEvent {
  type?: string
  index?: number
  message?: { id?: string; model?: string; usage?: AnthropicUsage }
  content_block?: Block
  delta?: BlockDelta & { stop_reason?: string | null }
  usage?: AnthropicUsage
}

type Out = (part: ModelPart) => void

/** Makes the machine for one stream. */
export function createAnthropicDecoder(out: Out, context: DecoderContext): Decoder {
  return new AnthropicDecoder(out, context)
}

class AnthropicDecoder implements Decoder {
  // `message_stop` is the only end: a stop reason alone is not.
  readonly ended = false
  readonly #out: Out
  readonly #context: DecoderContext
  readonly #writer: BlockWriter
  readonly #blocks = new Map<number, OpenBlock>()
  #usage: AnthropicUsage | undefined
  #stopReason: string | undefined
  #started = false
  #done = false
  #sources = 0

  constructor(out: Out, context: DecoderContext) {
    this.#out = out
    this.#context = context
    this.#writer = createBlockWriter(out)
  }

  get done(): boolean {
    return this.#done
  }

  event({ data }: SseEvent): void {
    const event = JSON.parse(data) as AnthropicEvent
    switch (event.type) {
      case 'message_start':
        this.#start(event.message?.model, event.message?.id)
        this.#takeUsage(event.message?.usage)
        break
      case 'content_block_start':
        if (event.content_block) this.#blocks.set(event.index ?? 0, this.#open(event.content_block))
        break
      case 'content_block_delta':
        if (event.delta) this.#blockAt(event.index).delta(event.delta)
        break
      case 'content_block_stop':
        this.#blockAt(event.index).stop(false)
        this.#blocks.delete(event.index ?? 0)
        break
      case 'message_delta':
        this.#stopReason = event.delta?.stop_reason ?? this.#stopReason
        this.#takeUsage(event.usage)
        break
      case 'message_stop':
        this.#done = true
        break
      case 'error':
        throw providerError(event, { ...this.#context, status: undefined })
      default:
      // `ping`, and kinds that are yet to come.
    }
  }

  document(body: unknown): void {
    // A proxy may answer with status 200 and an error.
    throw providerError(body, { ...this.#context, status: undefined })
  }

  finish(): void {
    this.#close()
    const raw = this.#stopReason
    this.#out({
      type: 'finish',
      reason: raw === undefined ? 'other' : anthropicFinishReason(raw),
      ...defined({
        rawReason: raw,
        usage: this.#usage === undefined ? undefined : usageOfAnthropic(this.#usage),
      }),
    })
  }

  cut(): void {
    this.#close()
  }

  #start(model: string | undefined, responseId: string | undefined): void {
    if (this.#started) return
    this.#started = true
    const { provider, model: asked } = this.#context
    this.#out({ type: 'start', provider, model: model ?? asked, ...defined({ responseId }) })
  }

  #takeUsage(usage: AnthropicUsage | undefined): void {
    if (!usage) return
    this.#usage = mergeAnthropicUsage(this.#usage ?? {}, usage)
    this.#out({ type: 'usage', usage: usageOfAnthropic(this.#usage) })
  }

  #open(block: Block): OpenBlock {
    return openBlock(block, {
      writer: this.#writer,
      openTool: (id, toolName) => createToolWriter(this.#out, { id, toolName }),
      cite: citation => this.#cite(citation),
      providerTool: (id, toolName, input) => this.#out({ type: 'provider-tool', id, toolName, input }),
    })
  }

  #cite({ url, title, document_title, cited_text }: Citation): void {
    this.#out({
      type: 'source',
      id: `source-${this.#sources++}`,
      ...defined({ url, title: title ?? document_title ?? undefined, citedText: cited_text }),
    })
  }

  #blockAt(index = 0): OpenBlock {
    const block = this.#blocks.get(index)
    if (block !== undefined) return block
    const { provider } = this.#context
    throw new StreamError(`Cannot read a delta of "${provider}": content block ${index} was never started`, {
      code: 'PROVIDER_PROTOCOL',
      provider,
    })
  }

  /** What is open now was never stopped: the stream was cut, or its limit reached inside a tool's input. */
  #close(): void {
    this.#start(undefined, undefined)
    for (const block of this.#blocks.values()) block.stop(true)
    this.#blocks.clear()
    this.#writer.close()
  }
}
