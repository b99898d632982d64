/** A run's parts as OpenAI's chat completion chunks. */
import type { FinishReason, Part, Usage } from '../contract.ts'
import type { Run } from '../run/run.ts'
import { StreamError } from '../stream-error.ts'
import { type ChatFinishReason, toChatFinishReason } from './finish-reason.ts'
import { toWireUsage, type WireUsage } from './usage.ts'

/** The seal's other half, on the last chunk. */
export interface StreamsealField {
  stream_id: string
  detached?: string
}

/** One fragment of a streamed tool call. */
export interface ChunkToolCall {
  index: number
  id?: string
  type?: 'function'
  function: { name?: string; arguments: string }
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

/** Makes the machine for one stream. */
export function createChatChunks(options: ChatChunkOptions = {}): ChatChunks {
  const { id = 'chatcmpl', created = Math.floor(Date.now() / 1000), includeUsage = false } = options
  const choiceOf = new Map<string, number>()
  const tools = new Map<string, { index: number; choice: number }>()
  const opened = new Set<number>()
  let model = options.model ?? ''
  let streamseal: StreamsealField | undefined

  function take(part: Part): ChatChunk[] {
    switch (part.type) {
      case 'start':
        if (options.model === undefined) model = part.model
        return open(0)
      case 'text-start':
        choiceOf.set(part.id, part.choice ?? 0)
        return open(part.choice ?? 0)
      case 'text-delta':
        return [chunk(choiceOf.get(part.id) ?? 0, { content: part.delta })]
      case 'reasoning-delta':
        return [chunk(0, { reasoning_content: part.delta })]
      case 'refusal-delta':
        return [chunk(part.choice ?? 0, { refusal: part.delta })]
      case 'tool-input-start':
        return [chunk(part.choice ?? 0, { tool_calls: [openTool(part.id, part.toolName, part.choice ?? 0)] })]
      case 'tool-input-delta':
        return toolDelta(part.id, part.delta)
      case 'logprobs':
        return [chunk(part.choice ?? 0, {}, null, part.logprobs)]
      case 'seal':
        if (part.choice === undefined) remember(part)
        return []
      case 'finish':
        return finish(part)
      case 'error':
        throw new StreamError(part.message, part)
      default:
        return []
    }
  }

  function open(choice: number): ChatChunk[] {
    if (opened.has(choice)) return []
    opened.add(choice)
    return [chunk(choice, { role: 'assistant', content: '' })]
  }

  function openTool(toolId: string, name: string, choice: number): ChunkToolCall {
    const index = [...tools.values()].filter(tool => tool.choice === choice).length
    tools.set(toolId, { index, choice })
    return { index, id: toolId, type: 'function', function: { name, arguments: '' } }
  }

  function toolDelta(toolId: string, delta: string): ChatChunk[] {
    const tool = tools.get(toolId)
    if (tool === undefined) return []
    return [chunk(tool.choice, { tool_calls: [{ index: tool.index, function: { arguments: delta } }] })]
  }

  function remember({ streamId, detached }: Extract<Part, { type: 'seal' }>): void {
    streamseal = { stream_id: streamId, ...(detached === undefined ? {} : { detached }) }
  }

  function finish(part: Extract<Part, { type: 'finish' }>): ChatChunk[] {
    const ends: { choice: number; reason: FinishReason }[] = part.choices ?? [
      { choice: 0, reason: part.reason },
    ]
    const chunks = ends.map(end => chunk(end.choice, {}, toChatFinishReason(end.reason)))
    if (includeUsage) chunks.push(...usageChunk(part.usage))
    const last = chunks.at(-1)
    if (last !== undefined && streamseal !== undefined) last.streamseal = streamseal
    return chunks
  }

  function usageChunk(usage: Usage | undefined): ChatChunk[] {
    const wire = toWireUsage(usage)
    return wire === undefined
      ? []
      : [{ id, object: 'chat.completion.chunk', created, model, choices: [], usage: wire }]
  }

  function chunk(
    index: number,
    delta: ChunkDelta,
    finish_reason: ChatFinishReason | null = null,
    logprobs: unknown = null,
  ): ChatChunk {
    return {
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      choices: [{ index, delta, logprobs, finish_reason }],
      ...(includeUsage ? { usage: null } : {}),
    }
  }

  return { take }
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
