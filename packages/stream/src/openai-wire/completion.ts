/** A finished run as one chat completion. */
import type { RunResult, ToolCallPart } from '../contract.ts'
import { type ExtraContent, toExtraContent } from '../extra-content.ts'
import type { Run } from '../run/run.ts'
import type { ChatChunkOptions } from './chunks.ts'
import { type ChatFinishReason, toChatFinishReason } from './finish-reason.ts'
import { type StreamsealField, toStreamsealFields } from './streamseal-field.ts'
import { toWireUsage, type WireUsage } from './usage.ts'

/** The message of a choice. */
export interface ChatMessage {
  role: 'assistant'
  content: string | null
  refusal: string | null
  reasoning_content?: string
  tool_calls?: {
    id: string
    type: 'function'
    function: { name: string; arguments: string }
    /** The provider's signature of the call, to be sent back with it. */
    extra_content?: ExtraContent
  }[]
}

/** A chat completion that was not streamed. */
export interface ChatCompletion {
  id: string
  object: 'chat.completion'
  created: number
  model: string
  choices: { index: number; message: ChatMessage; logprobs: null; finish_reason: ChatFinishReason }[]
  usage?: WireUsage
  streamseal?: StreamsealField
}

/**
 * Waits for the run and writes it as one completion; rejects with the run's `StreamError`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { toOpenAICompletion } from '@streamseal/stream/openai-wire'
 * const run = generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' })
 * assert.equal((await toOpenAICompletion(run)).choices[0]?.message.content, 'Hello')
 * ```
 */
export async function toOpenAICompletion(
  run: Run,
  options: Omit<ChatChunkOptions, 'includeUsage'> = {},
): Promise<ChatCompletion> {
  const { id = `chatcmpl-${run.id}`, created = Math.floor(Date.now() / 1000) } = options
  const result = await run.result()
  const usage = toWireUsage(result.usage)
  const streamseal = toStreamsealFields(result.choiceSeals ?? (result.seal ? [result.seal] : []))
  return {
    id,
    object: 'chat.completion',
    created,
    model: options.model ?? result.model,
    choices: (result.choices ?? [result.text]).map((text, index) => ({
      index,
      message: messageOf(result, text, index),
      logprobs: null,
      finish_reason: toChatFinishReason(result.finishReason),
    })),
    ...(usage === undefined ? {} : { usage }),
    ...(streamseal === undefined ? {} : { streamseal }),
  }
}

function messageOf(result: RunResult, text: string, index: number): ChatMessage {
  const calls = result.toolCalls.filter(call => (call.choice ?? 0) === index)
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: result.refusal ?? null,
    ...(index === 0 && result.reasoning !== '' ? { reasoning_content: result.reasoning } : {}),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(toWireCall) }),
  }
}

function toWireCall({
  id,
  toolName,
  input,
  signature,
}: ToolCallPart): NonNullable<ChatMessage['tool_calls']>[number] {
  return {
    id,
    type: 'function',
    function: { name: toolName, arguments: input },
    ...toExtraContent(signature),
  }
}
