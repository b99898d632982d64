/**
 * The contract between models, runs and deliveries: what a model is asked, the typed parts that it streams,
 * how usage is counted. Types only; everything in this package knows this file, and it knows nothing.
 */
import type { StreamErrorCode } from './stream-error.ts'

/** Who speaks in a message. */
export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** One piece of a message's content. */
export type ContentPart =
  | { type: 'text'; text: string }
  | { type: 'image'; data: string | Uint8Array | URL; mediaType?: string }
  | { type: 'file'; data: string | Uint8Array | URL; mediaType: string; filename?: string }
  | { type: 'tool-call'; toolCallId: string; toolName: string; input: string }
  | { type: 'tool-result'; toolCallId: string; toolName: string; output: string; isError?: boolean }

/** One message of a conversation. */
export interface Message {
  role: Role
  content: string | ContentPart[]
}

/** A tool that the model may call; `inputSchema` is a JSON Schema. */
export interface Tool {
  name: string
  description?: string
  inputSchema: Record<string, unknown>
}

/** What a model is asked; every provider converts it to its own request. */
export interface ModelRequest {
  messages: Message[]
  maxOutputTokens?: number
  temperature?: number
  topP?: number
  stopSequences?: string[]
  seed?: number
  tools?: Tool[]
  toolChoice?: 'auto' | 'none' | 'required' | { toolName: string }
  /** Asks for JSON that follows the schema, natively where the provider can. */
  responseFormat?: { type: 'text' } | { type: 'json'; schema?: Record<string, unknown>; name?: string }
  /** Merged into the provider's request body as they are. */
  providerOptions?: Record<string, unknown>
  /** Sent with the provider's request. */
  headers?: Record<string, string>
  /** Stops the upstream request within 100 ms. */
  signal?: AbortSignal
}

/** Why a model stopped, in one vocabulary for all providers. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'error' | 'aborted' | 'other'

/** Token counts; what the provider did not say stays absent, never zero. Input includes cached, output includes reasoning. */
export interface Usage {
  inputTokens?: number
  cachedInputTokens?: number
  cacheWriteInputTokens?: number
  outputTokens?: number
  reasoningTokens?: number
  /** True where a count was estimated because the provider did not say. */
  estimated?: boolean
}

/** What a model streams. A run adds a cursor to each, and the `seal` part. */
export type ModelPart =
  | { type: 'start'; provider: string; model: string; responseId?: string }
  | { type: 'text-start'; id: string }
  | { type: 'text-delta'; id: string; delta: string }
  | { type: 'text-end'; id: string }
  | { type: 'reasoning-start'; id: string }
  | { type: 'reasoning-delta'; id: string; delta: string }
  | { type: 'reasoning-end'; id: string }
  | { type: 'tool-input-start'; id: string; toolName: string }
  | { type: 'tool-input-delta'; id: string; delta: string }
  | { type: 'tool-input-end'; id: string }
  | { type: 'tool-call'; id: string; toolName: string; input: string }
  | { type: 'usage'; usage: Usage }
  | {
      type: 'error'
      code: StreamErrorCode
      message: string
      retryable: boolean
      provider?: string
      requestId?: string
    }
  | { type: 'finish'; reason: FinishReason; rawReason?: string; usage?: Usage }

/** The seal's other half, when the answer is complete: the closing that could not stand in the text, and the stream's id. */
export interface SealPart {
  type: 'seal'
  streamId: string
  detached?: string
}

/** A part of a run: what the model streamed or the run added, with a cursor that only grows. */
export type Part = (ModelPart | SealPart) & { cursor: number }

/** Anything that streams an answer. Implementations yield `start` first and `finish` or `error` last, or throw a `StreamError`. */
export interface Model {
  readonly provider: string
  readonly modelId: string
  stream(request: ModelRequest): AsyncIterable<ModelPart>
}
