/** Stream parts of the AI SDK's language model specification to ours. */
import type { LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider'
import type { FinishReason, ModelPart, ProviderSignature, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import { StreamError } from '../stream-error.ts'
import { createToolWriter, isWholeJson, type ToolWriter } from '../tool-writer.ts'
import { toStreamError } from './error.ts'

type Out = (part: ModelPart) => void
type Of<Type extends LanguageModelV4StreamPart['type']> = Extract<LanguageModelV4StreamPart, { type: Type }>

/** The machine for one stream. */
export class AiSdkDecoder {
  readonly #out: Out
  readonly #provider: string
  readonly #model: string
  readonly #tools = new Map<string, ToolWriter>()
  /** What a provider said of reasoning beside its words, its signature perhaps, by block. */
  readonly #said = new Map<string, object>()
  readonly #open = new Map<string, 'text-end' | 'reasoning-end'>()
  #started = false

  constructor(out: Out, provider: string, model: string) {
    this.#out = out
    this.#provider = provider
    this.#model = model
  }

  take(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'response-metadata':
        this.#start(part.modelId, part.id)
        break
      case 'text-start':
        this.#start()
        this.#open.set(part.id, 'text-end')
        this.#out({ type: part.type, id: part.id })
        break
      case 'text-end':
        this.#open.delete(part.id)
        this.#out({ type: part.type, id: part.id })
        break
      case 'reasoning-start':
        this.#start()
        this.#open.set(part.id, 'reasoning-end')
        this.#out({ type: part.type, id: part.id })
        this.#remember(part)
        break
      case 'reasoning-end':
        this.#open.delete(part.id)
        this.#remember(part)
        this.#out({ type: part.type, id: part.id, ...signed(this.#said.get(part.id)) })
        break
      case 'reasoning-delta':
        this.#remember(part)
        if (part.delta !== '') this.#out({ type: part.type, id: part.id, delta: part.delta })
        break
      case 'text-delta':
        if (part.delta !== '') this.#out({ type: part.type, id: part.id, delta: part.delta })
        break
      case 'source':
        this.#cite(part)
        break
      case 'error':
        throw toStreamError(part.error, this.#provider)
      case 'finish':
        this.#finish(part)
        break
      default:
        this.#takeTool(part)
    }
  }

  /** The stream was cut: ends what is open. */
  cut(): void {
    this.#start()
    for (const [id, type] of this.#open) this.#out({ type, id })
    this.#open.clear()
    for (const writer of this.#tools.values()) writer.end({ cut: true })
  }

  #takeTool(part: LanguageModelV4StreamPart): void {
    if (part.type === 'tool-input-start' && !part.providerExecuted) this.#openTool(part.id, part.toolName)
    else if (part.type === 'tool-input-delta') this.#tools.get(part.id)?.delta(part.delta)
    else if (part.type === 'tool-call') this.#call(part)
  }

  #openTool(id: string, toolName: string): ToolWriter {
    this.#start()
    const writer = createToolWriter(this.#out, { id, toolName })
    this.#tools.set(id, writer)
    return writer
  }

  #remember({ id, providerMetadata }: Of<'reasoning-start' | 'reasoning-delta' | 'reasoning-end'>): void {
    if (providerMetadata !== undefined) this.#said.set(id, providerMetadata)
  }

  #call({ toolCallId: id, toolName, input, providerExecuted, providerMetadata }: Of<'tool-call'>): void {
    if (providerExecuted) {
      this.#out({ type: 'provider-tool', id, toolName, input })
      return
    }
    const writer = this.#tools.get(id) ?? this.#openTool(id, toolName)
    if (writer.input === '') writer.delta(input)
    const cut = !isWholeJson(writer.input)
    writer.end({ cut, input: writer.input || '{}', ...signed(providerMetadata) })
  }

  #cite(part: Of<'source'>): void {
    const url = part.sourceType === 'url' ? part.url : undefined
    this.#out({ type: 'source', id: part.id, ...defined({ url, title: part.title }) })
  }

  #start(model = this.#model, responseId?: string): void {
    if (this.#started) return
    this.#started = true
    this.#out({ type: 'start', provider: this.#provider, model, ...defined({ responseId }) })
  }

  #finish({ finishReason, usage }: Of<'finish'>): void {
    this.#start()
    const { unified, raw } = finishReason
    // Providers of the AI SDK finish so where the stream was cut and nobody said why.
    if (unified === 'other' && raw === undefined) {
      throw new StreamError(`"${this.#provider}" ended without a finish reason`, {
        code: 'STREAM_INCOMPLETE',
        provider: this.#provider,
      })
    }
    const reason: FinishReason = unified === 'interrupted' ? 'other' : unified
    this.#out({ type: 'finish', reason, ...defined({ rawReason: raw }), usage: toUsage(usage) })
  }
}

/** The SDK's own name for what is to be sent back; which provider it is of stands inside. */
export const aiSdkSignature = 'ai-sdk'

function signed(metadata: object | undefined): { signature?: ProviderSignature } {
  if (metadata === undefined) return {}
  return { signature: { provider: aiSdkSignature, value: JSON.stringify(metadata) } }
}

function toUsage({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage {
  return defined({
    inputTokens: inputTokens.total,
    cachedInputTokens: inputTokens.cacheRead,
    cacheWriteInputTokens: inputTokens.cacheWrite,
    outputTokens: outputTokens.total,
    reasoningTokens: outputTokens.reasoning,
  })
}
