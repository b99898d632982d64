/** A run's parts as chunks of the AI SDK's UI message stream, version 1 (`ai` 5 to 7, `uiMessageChunkSchema`). */
import type { FinishReason, Part, RunMetrics, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import { type StreamsealField, toStreamsealField } from '../deliveries/streamseal-field.ts'
import { createFirstChoice } from '../first-choice.ts'

/** What goes into the message's metadata when it has ended. */
export interface UiMessageMetadata {
  /** As far as it is known. */
  usage?: Usage
  metrics?: RunMetrics
  /** Where the run is sealed: its id, and the closing that could not stand in the text. */
  streamseal?: StreamsealField
}

/** The chunks that we write; the protocol has more. */
export type UiMessageChunk =
  | { type: 'start'; messageId?: string; messageMetadata?: unknown }
  | { type: 'start-step' | 'finish-step' | 'reset-step' }
  | { type: 'text-start' | 'text-end' | 'reasoning-start' | 'reasoning-end'; id: string }
  | { type: 'text-delta' | 'reasoning-delta'; id: string; delta: string }
  | { type: 'tool-input-start'; toolCallId: string; toolName: string }
  | { type: 'tool-input-delta'; toolCallId: string; inputTextDelta: string }
  | {
      type: 'tool-input-available'
      toolCallId: string
      toolName: string
      input: unknown
      providerExecuted?: boolean
    }
  | { type: 'tool-input-error'; toolCallId: string; toolName: string; input: unknown; errorText: string }
  | { type: 'tool-output-available'; toolCallId: string; output: unknown; providerExecuted?: boolean }
  | { type: 'source-url'; sourceId: string; url: string; title?: string }
  | { type: 'source-document'; sourceId: string; mediaType: string; title: string }
  | { type: 'message-metadata'; messageMetadata: UiMessageMetadata }
  | { type: 'error'; errorText: string }
  | { type: 'abort'; reason?: string }
  | {
      type: 'finish'
      finishReason: Exclude<FinishReason, 'aborted'>
      messageMetadata?: UiMessageMetadata
    }

/** How chunks are written. */
export interface UiMessageChunkOptions {
  /** The message's id, the same in every replay, or a client that comes back shows two messages. */
  messageId?: string
  /** The message's metadata from the start. */
  metadata?: Readonly<Record<string, unknown>>
  metrics?: () => RunMetrics | undefined
}

/** The machine under every delivery of UI messages. */
export interface UiMessageChunks {
  take(part: Part): UiMessageChunk[]
}

/**
 * Makes the machine for one reader. It shows the first choice; a refusal is a text of its own.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createUiMessageChunks } from '@streamseal/stream/ui-message'
 * const chunks = createUiMessageChunks({ messageId: 'm' })
 * assert.deepEqual(chunks.take({ type: 'start', provider: 'demo', model: 'demo', cursor: 1 }), [{ type: 'start', messageId: 'm' }, { type: 'start-step' }])
 * ```
 */
export function createUiMessageChunks(options: UiMessageChunkOptions = {}): UiMessageChunks {
  return new ChunkWriter(options)
}

const refusalId = 'refusal'

class ChunkWriter implements UiMessageChunks {
  readonly #options: UiMessageChunkOptions
  readonly #isFirst = createFirstChoice()
  #streamseal: StreamsealField | undefined
  #isRefusing = false
  #isStarted = false

  constructor(options: UiMessageChunkOptions) {
    this.#options = options
  }

  take(part: Part): UiMessageChunk[] {
    return this.#isFirst(part) ? this.#takeFirst(part) : []
  }

  #takeFirst(part: Part): UiMessageChunk[] {
    switch (part.type) {
      case 'start':
        return this.#start()
      case 'text-start':
      case 'text-end':
      case 'reasoning-start':
      case 'reasoning-end':
        return [{ type: part.type, id: part.id }]
      case 'text-delta':
      case 'reasoning-delta':
        return [{ type: part.type, id: part.id, delta: part.delta }]
      case 'tool-input-start':
        return [{ type: 'tool-input-start', toolCallId: part.id, toolName: part.toolName }]
      case 'tool-input-delta':
        return [{ type: 'tool-input-delta', toolCallId: part.id, inputTextDelta: part.delta }]
      case 'tool-call':
        return [toolInput(part)]
      case 'provider-tool':
        return providerTool(part)
      case 'refusal-delta':
        return this.#refuse(part.delta)
      case 'source':
        return sourceOf(part)
      case 'restart':
        this.#isRefusing = false
        return [{ type: 'reset-step' }]
      case 'seal':
        this.#streamseal = toStreamsealField(part)
        return []
      case 'finish':
        return [...this.#closeRefusal(), ...this.#finish(part)]
      case 'error':
        return [
          ...this.#closeRefusal(),
          ...this.#metadataChunk(undefined),
          { type: 'error', errorText: part.message },
        ]
      default:
        return []
    }
  }

  #start(): UiMessageChunk[] {
    // A model that answers after another has failed starts anew; the message does not.
    if (this.#isStarted) return []
    this.#isStarted = true
    const { messageId, metadata } = this.#options
    const hasMetadata = metadata !== undefined && Object.keys(metadata).length > 0
    const messageMetadata = hasMetadata ? metadata : undefined
    return [{ type: 'start', ...defined({ messageId, messageMetadata }) }, { type: 'start-step' }]
  }

  #refuse(delta: string): UiMessageChunk[] {
    const begin: UiMessageChunk[] = this.#isRefusing ? [] : [{ type: 'text-start', id: refusalId }]
    this.#isRefusing = true
    return [...begin, { type: 'text-delta', id: refusalId, delta }]
  }

  #closeRefusal(): UiMessageChunk[] {
    return this.#isRefusing ? [{ type: 'text-end', id: refusalId }] : []
  }

  #finish({ reason, usage }: Extract<Part, { type: 'finish' }>): UiMessageChunk[] {
    if (reason === 'aborted') return [...this.#metadataChunk(usage), { type: 'abort', reason: 'cancelled' }]
    const messageMetadata = this.#metadata(usage)
    return [
      { type: 'finish-step' },
      { type: 'finish', finishReason: reason, ...defined({ messageMetadata }) },
    ]
  }

  #metadataChunk(usage: Usage | undefined): UiMessageChunk[] {
    const messageMetadata = this.#metadata(usage)
    return messageMetadata === undefined ? [] : [{ type: 'message-metadata', messageMetadata }]
  }

  #metadata(usage: Usage | undefined): UiMessageMetadata | undefined {
    const metrics = this.#options.metrics?.()
    const metadata = defined({ usage, metrics, streamseal: this.#streamseal })
    return Object.keys(metadata).length === 0 ? undefined : metadata
  }
}

function toolInput({
  id,
  toolName,
  input,
  incomplete,
}: Extract<Part, { type: 'tool-call' }>): UiMessageChunk {
  if (incomplete) {
    const errorText = 'The stream ended inside the input of this tool'
    return { type: 'tool-input-error', toolCallId: id, toolName, input, errorText }
  }
  return { type: 'tool-input-available', toolCallId: id, toolName, input: inputValue(input) }
}

/** What is not JSON is the free text of a custom tool. */
function inputValue(input: string): unknown {
  try {
    return JSON.parse(input) as unknown
  } catch {
    return input
  }
}

/** The provider keeps the outcome to itself; without any, the client would show a tool that never ends. */
function providerTool({ id, toolName, input }: Extract<Part, { type: 'provider-tool' }>): UiMessageChunk[] {
  return [
    {
      type: 'tool-input-available',
      toolCallId: id,
      toolName,
      input: inputValue(input),
      providerExecuted: true,
    },
    { type: 'tool-output-available', toolCallId: id, output: null, providerExecuted: true },
  ]
}

function sourceOf({ id, url, title }: Extract<Part, { type: 'source' }>): UiMessageChunk[] {
  if (url !== undefined) return [{ type: 'source-url', sourceId: id, url, ...defined({ title }) }]
  if (title === undefined) return []
  return [{ type: 'source-document', sourceId: id, mediaType: 'application/octet-stream', title }]
}
