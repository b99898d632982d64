/** A run's parts as OpenAI's chat completion chunks. */
import type { FinishReason, Part, SealPart, ToolCallPart, Usage } from '../contract.ts'
import { type ExtraContent, toExtraContent } from '../extra-content.ts'
import type { Run } from '../run/run.ts'
import { StreamError } from '../stream-error.ts'
import { type ChatFinishReason, toChatFinishReason } from './finish-reason.ts'
import { type StreamsealField, toStreamsealFields } from './streamseal-field.ts'
import { toWireUsage, type WireUsage } from './usage.ts'

export type { StreamsealField } from './streamseal-field.ts'

/** One fragment of a streamed tool call. */
export interface ChunkToolCall {
  index: number
  id?: string
  type?: 'function'
  function: { name?: string; arguments: string }
  /** The provider's signature of the call, to be sent back with it. */
  extra_content?: ExtraContent
}

/** What a chunk adds to a choice. `reasoning_content` is DeepSeek's name, which most clients know. */
export interface ChunkDelta {
  role?: 'assistant'
  content?: string
  refusal?: string
  reasoning_content?: string
  tool_calls?: ChunkToolCall[]
}

/** One `data:` line of a streamed chat completion. */
export interface ChatChunk {
  id: string
  object: 'chat.completion.chunk'
  created: number
  model: string
  choices: { index: number; delta: ChunkDelta; logprobs: unknown; finish_reason: ChatFinishReason | null }[]
  usage?: WireUsage | null
  streamseal?: StreamsealField
}

/** How chunks are written. */
export interface ChatChunkOptions {
  /** Default: `chatcmpl-` and the run's id. */
  id?: string
  /** The model's name as the client asked for it; default: what the provider reports. */
  model?: string
  /** Seconds since 1970; default: now. */
  created?: number
  /** Writes a last chunk with usage, as `stream_options.include_usage` asks. */
  includeUsage?: boolean
}

/** The machine under `toOpenAIChunks`. */
export interface ChatChunks {
  /** The chunks for a part. Throws the `StreamError` of an `error` part. */
  take(part: Part): ChatChunk[]
}

/**
 * Makes the machine for one stream.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createChatChunks } from '@streamseal/stream/openai-wire'
 * const chunks = createChatChunks({ model: 'demo' })
 * const [chunk] = chunks.take({ type: 'start', provider: 'demo', model: 'demo', cursor: 1 })
 * assert.deepEqual(chunk?.choices[0]?.delta, { role: 'assistant', content: '' })
 * ```
 */
export function createChatChunks(options: ChatChunkOptions = {}): ChatChunks {
  return new ChunkWriter(options)
}

class ChunkWriter implements ChatChunks {
  readonly #id: string
  readonly #created: number
  readonly #includeUsage: boolean
  readonly #choiceOf = new Map<string, number>()
  readonly #tools = new Map<string, { index: number; choice: number }>()
  readonly #opened = new Set<number>()
  readonly #named: string | undefined
  #model: string
  readonly #seals: SealPart[] = []

  constructor({ id, created, includeUsage, model }: ChatChunkOptions) {
    this.#id = id ?? 'chatcmpl'
    this.#created = created ?? Math.floor(Date.now() / 1000)
    this.#includeUsage = includeUsage ?? false
    this.#named = model
    this.#model = model ?? ''
  }

  take(part: Part): ChatChunk[] {
    switch (part.type) {
      case 'start':
        this.#model = this.#named ?? part.model
        return this.#open(0)
      case 'text-start':
        this.#choiceOf.set(part.id, part.choice ?? 0)
        return this.#open(part.choice ?? 0)
      case 'text-delta':
        return [this.#chunk(this.#choiceOf.get(part.id) ?? 0, { content: part.delta })]
      case 'reasoning-delta':
        return [this.#chunk(0, { reasoning_content: part.delta })]
      case 'refusal-delta':
        return [this.#chunk(part.choice ?? 0, { refusal: part.delta })]
      case 'tool-input-start':
        return [this.#chunk(part.choice ?? 0, { tool_calls: [this.#openTool(part)] })]
      case 'tool-input-delta':
        return this.#addToTool(part.id, { function: { arguments: part.delta } })
      case 'tool-call':
        return this.#signTool(part)
      case 'logprobs':
        return [this.#chunk(part.choice ?? 0, {}, null, part.logprobs)]
      case 'seal':
        this.#seals.push(part)
        return []
      case 'finish':
        return this.#finish(part)
      // Clients of this wire cannot be told to forget what they have read.
      case 'restart':
      case 'error':
        throw new StreamError(part.message, part)
      default:
        return []
    }
  }

  #open(choice: number): ChatChunk[] {
    if (this.#opened.has(choice)) return []
    this.#opened.add(choice)
    return [this.#chunk(choice, { role: 'assistant', content: '' })]
  }

  #openTool({ id, toolName, choice = 0 }: Extract<Part, { type: 'tool-input-start' }>): ChunkToolCall {
    const index = [...this.#tools.values()].filter(tool => tool.choice === choice).length
    this.#tools.set(id, { index, choice })
    return { index, id, type: 'function', function: { name: toolName, arguments: '' } }
  }

  #addToTool(id: string, added: Omit<ChunkToolCall, 'index'>): ChatChunk[] {
    const tool = this.#tools.get(id)
    if (tool === undefined) return []
    return [this.#chunk(tool.choice, { tool_calls: [{ index: tool.index, ...added }] })]
  }

  /** The signature comes with the whole call, when its fragments are written. */
  #signTool({ id, signature }: ToolCallPart): ChatChunk[] {
    const extra = toExtraContent(signature)
    if (extra.extra_content === undefined) return []
    return this.#addToTool(id, { function: { arguments: '' }, ...extra })
  }

  #finish(part: Extract<Part, { type: 'finish' }>): ChatChunk[] {
    const ends: { choice: number; reason: FinishReason }[] = part.choices ?? [
      { choice: 0, reason: part.reason },
    ]
    const chunks = ends.map(end => this.#chunk(end.choice, {}, toChatFinishReason(end.reason)))
    if (this.#includeUsage) chunks.push(...this.#usageChunk(part.usage))
    const last = chunks.at(-1)
    const streamseal = toStreamsealFields(this.#seals)
    if (last !== undefined && streamseal !== undefined) last.streamseal = streamseal
    return chunks
  }

  #usageChunk(usage: Usage | undefined): ChatChunk[] {
    const wire = toWireUsage(usage)
    if (wire === undefined) return []
    return [{ ...this.#head(), choices: [], usage: wire }]
  }

  #chunk(
    index: number,
    delta: ChunkDelta,
    finish_reason: ChatFinishReason | null = null,
    logprobs: unknown = null,
  ): ChatChunk {
    const choices = [{ index, delta, logprobs, finish_reason }]
    return { ...this.#head(), choices, ...(this.#includeUsage ? { usage: null } : {}) }
  }

  #head(): Pick<ChatChunk, 'id' | 'object' | 'created' | 'model'> {
    return { id: this.#id, object: 'chat.completion.chunk', created: this.#created, model: this.#model }
  }
}

/**
 * A run as chat completion chunks; `data: [DONE]` is the server's to write. Throws the run's `StreamError` where it fails.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { toOpenAIChunks } from '@streamseal/stream/openai-wire'
 * const run = generate(demo({ tokensPerSecond: Infinity }), { prompt: 'Hello' })
 * let text = ''
 * for await (const chunk of toOpenAIChunks(run)) text += chunk.choices[0]?.delta.content ?? ''
 * assert.equal(text, (await run.result()).text)
 * ```
 */
export async function* toOpenAIChunks(
  run: Run,
  options: ChatChunkOptions = {},
): AsyncGenerator<ChatChunk, undefined> {
  const machine = createChatChunks({ id: `chatcmpl-${run.id}`, ...options })
  for await (const part of run.parts) yield* machine.take(part)
}
