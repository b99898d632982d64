/**
 * The contract between models, runs and deliveries: what a model is asked, the typed parts that it streams,
 * how usage is counted. Types only; everything in this package knows this file, and it knows nothing.
 */

/** Who speaks in a message. */
export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** One piece of a message's content. */
export type ContentPart =
  | { type: 'text'; text: string }
  | { type: 'image'; data: string | Uint8Array | URL; mediaType?: string }
  | { type: 'file'; data: string | Uint8Array | URL; mediaType: string; filename?: string }
  /** What the model thought; only the provider that signed it is sent it again. */
  | { type: 'reasoning'; text: string; signature?: ProviderSignature }
  | { type: 'tool-call'; toolCallId: string; toolName: string; input: string; signature?: ProviderSignature }
  | { type: 'tool-result'; toolCallId: string; toolName: string; output: string; isError?: boolean }

/**
 * What a provider signs its model's words with, to believe them when they are sent back: opaque, and of use to that provider alone.
 * Anthropic demands it for thoughts before a tool's result, Google for the call itself.
 */
export interface ProviderSignature {
  provider: string
  value: string
  /** True where the value is the thought itself, encrypted (Anthropic's `redacted_thinking`). */
  redacted?: true
}

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
  topK?: number
  frequencyPenalty?: number
  presencePenalty?: number
  stopSequences?: string[]
  seed?: number
  /** How many answers to stream side by side (OpenAI's `n`); default 1. Their parts carry `choice`. */
  choices?: number
  /** How many log-probabilities to ask for at each token; 0 asks for the chosen token's alone. */
  topLogprobs?: number
  /** How hard a reasoning model should think: for OpenAI's APIs, those that imitate them, and the AI SDK. Anthropic and Google take theirs by `providerOptions`. */
  reasoningEffort?: 'none' | 'minimal' | 'low' | 'medium' | 'high'
  tools?: Tool[]
  toolChoice?: 'auto' | 'none' | 'required' | { toolName: string }
  /** Asks for JSON that follows the schema, natively where the provider can. */
  responseFormat?:
    | { type: 'text' }
    /** `strict: false` where the schema is one that OpenAI refuses to enforce to the letter, such as one with optional keys. */
    | { type: 'json'; schema?: Record<string, unknown>; name?: string; strict?: boolean }
  /** Merged into the provider's request body as they are; the AI SDK's models are given them as its own `providerOptions`, by provider. */
  providerOptions?: Record<string, unknown>
  /** Sent with the provider's request. */
  headers?: Record<string, string>
  /** Stops the upstream request within 100 ms. */
  signal?: AbortSignal
  /** How long the provider may take to answer with response headers, in milliseconds; `generate` sets it from `timeouts.connectMs`. */
  connectTimeoutMs?: number
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

/** Every code that a `StreamError` can carry; the table in `docs/errors.md` says what to do about each. */
export type StreamErrorCode =
  | 'INVALID_REQUEST'
  | 'MODEL_NOT_FOUND'
  | 'AUTHENTICATION_FAILED'
  | 'PERMISSION_DENIED'
  | 'RATE_LIMITED'
  | 'QUOTA_EXCEEDED'
  | 'OVERLOADED'
  | 'SHUTTING_DOWN'
  | 'PROVIDER_ERROR'
  | 'PROVIDER_UNAVAILABLE'
  | 'PROVIDER_PROTOCOL'
  | 'STREAM_INCOMPLETE'
  | 'TIMEOUT_CONNECT'
  | 'TIMEOUT_FIRST_TOKEN'
  | 'TIMEOUT_BETWEEN_TOKENS'
  | 'TIMEOUT_TOTAL'
  | 'ABORTED'
  | 'LIMIT_EXCEEDED'
  | 'RUN_NOT_FOUND'
  | 'RUN_EXISTS'
  | 'RUN_LOST'
  | 'STORE_UNAVAILABLE'
  | 'SIGNER_TIMEOUT'
  | 'SEAL_FAILED'
  | 'INTERNAL'

/** What a model streams. A run adds a cursor to each, and the `seal` part. `choice` is absent for the first (mostly only) answer. */
export type ModelPart =
  | { type: 'start'; provider: string; model: string; responseId?: string }
  | { type: 'text-start'; id: string; choice?: number }
  | { type: 'text-delta'; id: string; delta: string }
  | { type: 'text-end'; id: string }
  | { type: 'reasoning-start'; id: string }
  | { type: 'reasoning-delta'; id: string; delta: string }
  | { type: 'reasoning-end'; id: string; signature?: ProviderSignature }
  | { type: 'tool-input-start'; id: string; toolName: string; choice?: number }
  | { type: 'tool-input-delta'; id: string; delta: string }
  | { type: 'tool-input-end'; id: string }
  | ToolCallPart
  /** A tool that the provider runs itself, such as its web search; nothing is to be done. */
  | { type: 'provider-tool'; id: string; toolName: string; input: string }
  /** The model declines, in its own words (OpenAI's `refusal`). */
  | { type: 'refusal-delta'; delta: string; choice?: number }
  /** What the answer cites. */
  | { type: 'source'; id: string; url?: string; title?: string; citedText?: string }
  /** Log-probabilities as the provider sent them. */
  | { type: 'logprobs'; logprobs: unknown; choice?: number }
  | { type: 'usage'; usage: Usage }
  /** What came before is void: the model failed, and another answers from the beginning. */
  | { type: 'restart'; code: StreamErrorCode; message: string }
  | {
      type: 'error'
      code: StreamErrorCode
      message: string
      retryable: boolean
      provider?: string
      requestId?: string
    }
  | { type: 'finish'; reason: FinishReason; rawReason?: string; usage?: Usage; choices?: ChoiceEnd[] }

/** A tool that the caller is asked to run; `input` is JSON for function tools, free text for OpenAI's custom tools. */
export interface ToolCallPart {
  type: 'tool-call'
  id: string
  toolName: string
  input: string
  choice?: number
  /** To be sent back with the call. */
  signature?: ProviderSignature
  /** True where the stream ended inside the input: do not run it. */
  incomplete?: true
}

/** How one of several answers ended. */
export interface ChoiceEnd {
  choice: number
  reason: FinishReason
  rawReason?: string
}

/** The seal's other half, when the answer is complete: the closing that could not stand in the text, and the stream's id. */
export interface SealPart {
  type: 'seal'
  streamId: string
  detached?: string
  choice?: number
}

/** A part of a run: what the model streamed or the run added, with a cursor that only grows. */
export type Part = (ModelPart | SealPart) & { cursor: number }

/** Anything that streams an answer. Implementations yield `start` first and `finish` or `error` last, or throw a `StreamError`. */
export interface Model {
  readonly provider: string
  readonly modelId: string
  stream(request: ModelRequest): AsyncIterable<ModelPart>
}

/** What a run measured; `undefined` where nothing is known, never `NaN`. Live while the run streams, final in its result. */
export interface RunMetrics {
  /** Milliseconds from `generate` to the first token of any kind. */
  timeToFirstTokenMs?: number
  /** Output tokens a second between the first and the last token; estimated from the text while the provider has said nothing. */
  tokensPerSecond?: number
  /** Median milliseconds between deltas, over the last 4,096. */
  interTokenP50Ms?: number
  /** 99th percentile of milliseconds between deltas, over the last 4,096. */
  interTokenP99Ms?: number
  /** Milliseconds from `generate` until now, or until the end. */
  durationMs: number
  /** Deltas of text, reasoning and tool input so far. */
  chunks: number
  /** Characters (UTF-16 units) of text so far, marks not counted. */
  characters: number
  /** As far as the provider has said; nothing here is estimated. */
  usage?: Usage
  /** US dollars; absent where the model's price is unknown. */
  costUsd?: number
}

/** How a run ended, and all that it produced. */
export interface RunResult {
  id: string
  provider: string
  /** The model as the provider names it, or as it was asked for. */
  model: string
  /** The whole text of the first choice, marks included. */
  text: string
  reasoning: string
  refusal?: string
  toolCalls: ToolCallPart[]
  finishReason: FinishReason
  rawFinishReason?: string
  usage?: Usage
  metrics: RunMetrics
  seal?: SealPart
  /** The first choice as the message that goes on the conversation: reasoning with its signatures, text, tool calls that came whole. */
  message?: Message
  /** The texts of all choices, where more than one was asked for. */
  choices?: string[]
  /** The seals of all choices, where more than one is sealed. */
  choiceSeals?: SealPart[]
}
