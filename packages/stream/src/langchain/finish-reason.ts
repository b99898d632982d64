/** Why a model of LangChain's stopped: each integration passes on its provider's own word, under its provider's own name. */
import type { FinishReason } from '../contract.ts'
import { chatFinishReason } from '../openai-chat/finish-reasons.ts'

/** The provider's word in a message's `response_metadata`. */
export function rawFinishReason(metadata: Record<string, unknown> | undefined): string | undefined {
  const { finish_reason, stop_reason, finishReason } = metadata ?? {}
  const raw = finish_reason ?? stop_reason ?? finishReason
  return typeof raw === 'string' ? raw : undefined
}

/** In our vocabulary; without a word it is `other`. */
export function langChainFinishReason(raw: string | undefined, hasToolCalls: boolean): FinishReason {
  return raw === undefined ? 'other' : chatFinishReason(raw.toLowerCase(), hasToolCalls)
}
