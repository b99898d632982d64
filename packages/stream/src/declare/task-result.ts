/** What a call of a task or a chat gives: chunks while it streams, one result at its end. */
import type { FinishReason, Message, RunMetrics, SealPart, ToolCallPart, Usage } from '../contract.ts'
import type { ChatChunk } from '../openai-wire/chunks.ts'

/** A value of which any part may still be missing. */
export type DeepPartial<Value> = Value extends readonly (infer Item)[]
  ? DeepPartial<Item>[]
  : Value extends object
    ? { [Key in keyof Value]?: DeepPartial<Value[Key]> }
    : Value

/** One step of an answer that streams. */
export interface TaskChunk<Output> {
  /** The whole text so far. */
  response: string
  /** What this chunk added to it. */
  delta: string
  /** The provider's chunk in OpenAI's shape, whoever the provider is: first the role, last an empty delta. */
  raw: ChatChunk
  /** The value so far, for structured answers; the same object each time, filled as it comes. */
  partial?: DeepPartial<Output>
  /** 1, and more where the model is asked again, after a tool's result or an answer that did not fit: then `response` begins anew. */
  attempt: number
}

/** A whole answer, as Declarai's `LLMResponse` has it. */
export interface LlmResponse {
  response: string
  role: 'assistant'
  model: string
  provider: string
  promptTokens?: number
  completionTokens?: number
  totalTokens?: number
  /** The provider's last chunk in OpenAI's shape. */
  raw?: ChatChunk
}

/** What became of a call. */
export interface TaskResult<Output> {
  /** The typed value; for a task without an output schema, the text. */
  value: Output
  /** The answer as it was written, marks included. */
  text: string
  llmResponse: LlmResponse
  finishReason: FinishReason
  toolCalls: ToolCallPart[]
  metrics: RunMetrics
  usage?: Usage
  /** The seal's other half, where the call was sealed. */
  seal?: SealPart
  /** How often the model was asked. */
  attempts: number
  /** What the answer adds to a conversation: calls of tools, their results, and the answer itself. */
  messages: Message[]
}

/** A call that does not stream: the value when it is there. */
export interface TaskCall<Output> extends Promise<Output> {
  /** The value with everything that is known about it. */
  result(): Promise<TaskResult<Output>>
  /** Stops asking; the call rejects with `ABORTED`. */
  cancel(): void
}

/** A call that streams. It can be read once; leaving the loop early stops the model. */
export interface TaskStream<Output> extends AsyncIterable<TaskChunk<Output>> {
  /** Waits for the end, read or not. */
  result(): Promise<TaskResult<Output>>
  /** The elements of an array one by one, each as soon as it is whole and checked; reads the stream. */
  elements(): AsyncIterable<Output extends readonly (infer Item)[] ? Item : never>
  /** Stops the model; the loop and `result()` reject with `ABORTED`. */
  cancel(): void
}
