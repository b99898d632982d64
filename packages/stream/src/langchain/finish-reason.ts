/** Why a model of LangChain's stopped: each integration passes on its provider's own word, under its provider's own name. */
import type { FinishReason } from '../contract.ts'
import { chatFinishReason } from '../openai-chat/finish-reasons.ts'
import { StreamError } from '../stream-error.ts'

/** Where integrations keep what the provider said beside its words. */
export interface LangChainMetadata {
  response_metadata?: Record<string, unknown>
  additional_kwargs?: Record<string, unknown>
}

/** Integrations that name a reason at the end of every whole answer. */
const namesEveryEnd: ReadonlySet<unknown> = new Set(['openai'])

/** The provider's word in a message, if it has one. */
export function rawFinishReason(message: LangChainMetadata): string | undefined {
  const metadata = { ...message.additional_kwargs, ...message.response_metadata }
  const { finish_reason, stop_reason, finishReason } = metadata
  const raw = finish_reason ?? stop_reason ?? finishReason ?? responseEnd(metadata)
  return typeof raw === 'string' ? raw : undefined
}

/** The Responses API says how an answer ended by its status, and why it is not whole. */
function responseEnd({ status, incomplete_details }: Record<string, unknown>): unknown {
  if (status === 'completed') return 'stop'
  if (status !== 'incomplete') return undefined
  const { reason } = Object(incomplete_details) as { reason?: unknown }
  return reason === 'max_output_tokens' ? 'length' : (reason ?? status)
}

/** Whether the message comes from an integration whose answer is cut where it ends without a reason. */
export function namesItsEnd({ response_metadata }: LangChainMetadata): boolean {
  return namesEveryEnd.has(response_metadata?.model_provider)
}

/** The failure of an answer that was cut; LangChain ends its stream as if it were whole. */
export function cutShort(): StreamError {
  return new StreamError('"langchain" ended the stream before the provider named a reason', {
    code: 'STREAM_INCOMPLETE',
    provider: 'langchain',
  })
}

/** In our vocabulary; without a word it is `other`. */
export function langChainFinishReason(raw: string | undefined, hasToolCalls: boolean): FinishReason {
  return raw === undefined ? 'other' : chatFinishReason(raw.toLowerCase(), hasToolCalls)
}
