/** Anthropic's message stream to parts. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { Decoder, DecoderContext } from '../bytes-to-parts.ts'
import type { ModelPart } from '../contract.ts'
import { defined } from '../defined.ts'
import { providerError } from '../http/provider-error.ts'
import type { SseEvent } from '../sse-parser.ts'
import { StreamError } from '../stream-error.ts'
import { createToolWriter } from '../tool-writer.ts'
import {
  type Block,
  type BlockDelta,
  type BlockSink,
  type Citation,
  impliedBlock,
  type OpenBlock,
  openBlock,
} from './blocks.ts'
import { anthropicFinishReason } from './finish-reasons.ts'
import { type AnthropicUsage, mergeAnthropicUsage, usageOfAnthropic } from './usage.ts'

interface StopDetails {
  explanation?: string | null
}

interface Message {
  type?: string
  id?: string
  model?: string
  usage?: AnthropicUsage
  content?: Block[]
  stop_reason?: string | null
  stop_details?: StopDetails | null
}

interface AnthropicEvent {
  type?: string
  index?: number
  message?: Message
  content_block?: Block
  delta?: BlockDelta & { stop_reason?: string | null; stop_details?: StopDetails | null }
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
  readonly #sink: BlockSink
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
    this.#sink = {
      writer: this.#writer,
      openTool: (id, toolName) => createToolWriter(out, { id, toolName }),
      cite: citation => this.#cite(citation),
      providerTool: (id, toolName, input) => out({ type: 'provider-tool', id, toolName, input }),
    }
  }

  get done(): boolean {
    return this.#done
  }

  event({ event: name, data }: SseEvent): void {
    const event = JSON.parse(data) as AnthropicEvent
    switch (event.type ?? name) {
      case 'message_start':
        this.#start(event.message?.model, event.message?.id)
        this.#takeUsage(event.message?.usage)
        break
      case 'content_block_start':
        if (event.content_block) this.#open(event.index ?? 0, event.content_block)
        break
      case 'content_block_delta':
        if (event.delta) this.#blockAt(event.index ?? 0, event.delta).delta(event.delta)
        break
      case 'content_block_stop':
        this.#stop(event.index ?? 0)
        break
      case 'message_delta':
        this.#takeStop(event.delta ?? {})
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

  /** A proxy may answer with the message whole, or with status 200 and an error. */
  document(body: unknown): void {
    const message = body as Message
    if (message?.type !== 'message') throw providerError(body, { ...this.#context, status: undefined })
    this.#start(message.model, message.id)
    for (const [index, block] of (message.content ?? []).entries()) {
      this.#open(index, block)
      this.#stop(index)
    }
    this.#takeStop(message)
    this.#takeUsage(message.usage)
    this.#done = true
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

  #takeStop({ stop_reason, stop_details }: NonNullable<AnthropicEvent['delta']>): void {
    this.#stopReason = stop_reason ?? this.#stopReason
    const delta = stop_details?.explanation
    if (typeof delta === 'string' && delta !== '') this.#out({ type: 'refusal-delta', delta })
  }

  #open(index: number, block: Block): void {
    this.#blocks.set(index, openBlock(block, this.#sink))
  }

  #stop(index: number): void {
    this.#blocks.get(index)?.stop(false)
    this.#blocks.delete(index)
  }

  #cite({ url, title, document_title, cited_text }: Citation): void {
    this.#out({
      type: 'source',
      id: `source-${this.#sources++}`,
      ...defined({ url, title: title ?? document_title ?? undefined, citedText: cited_text }),
    })
  }

  #blockAt(index: number, delta: BlockDelta): OpenBlock {
    const block = this.#blocks.get(index) ?? impliedBlock(delta, this.#sink)
    if (block !== undefined) {
      this.#blocks.set(index, block)
      return block
    }
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
