/** The figures of an answer that a relay carries in the provider's own bytes: read off its end, and recorded then. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Usage } from '@streamseal/stream'
import {
  type CallObserver,
  type ChatUsage,
  type ObservedCall,
  usageOfChat,
} from '@streamseal/stream/opentelemetry'
import { toFailure } from '../http/gateway-error.ts'
import type { AnswerObserver, SeenAnswer } from './answer-observer.ts'
import { traceHeaders } from './trace-headers.ts'

/** What is relayed. */
export interface RelayedCall {
  readonly provider: string
  readonly model: string
  readonly isStreaming: boolean
  /** Those of the client's request: its trace goes on. */
  readonly headers: IncomingHttpHeaders
}

/** Observes one answer; its `headers` go to the provider. */
export interface RelayObserver extends AnswerObserver {
  readonly headers: Readonly<Record<string, string>>
}

/** Makes it. */
export function createRelayObserver(
  observe: (call: ObservedCall) => CallObserver,
  { provider, model, isStreaming, headers }: RelayedCall,
): RelayObserver {
  const call = observe({ provider, model, isStreaming, request: { headers: traceHeaders(headers) } })
  let firstAt: number | undefined
  return {
    headers: call.headers,
    firstChunk() {
      firstAt = performance.now()
    },
    end(seen) {
      call.started({ model: textOf(seen.said?.model), responseId: textOf(seen.said?.id) })
      if (firstAt !== undefined) call.chunk(firstAt)
      if (seen.error === undefined) finish(call, seen)
      else call.end(toFailure(seen.error).code)
    },
  }
}

function finish(call: CallObserver, { chunks, said, finishReasons }: SeenAnswer): void {
  call.chunks(chunks - 1)
  const usage = said?.usage
  call.finished({
    reasons: [...finishReasons],
    ...(typeof usage === 'object' && usage !== null ? { usage: toUsage(usage) } : {}),
  })
}

/** What the Responses API (`input_tokens_details`) and Anthropic's (`cache_…`, which stand beside `input_tokens`) say. */
interface ItemUsage {
  readonly input_tokens?: unknown
  readonly output_tokens?: unknown
  readonly input_tokens_details?: { readonly cached_tokens?: unknown } | null
  readonly output_tokens_details?: { readonly reasoning_tokens?: unknown } | null
  readonly cache_read_input_tokens?: unknown
  readonly cache_creation_input_tokens?: unknown
}

/** A usage of any dialect, as `usageOfChat` reads it. */
function toUsage(usage: ChatUsage & ItemUsage): Usage {
  if (usage.input_tokens === undefined && usage.output_tokens === undefined) return usageOfChat(usage)
  const beside = countOf(usage.cache_read_input_tokens) + countOf(usage.cache_creation_input_tokens)
  return usageOfChat({
    prompt_tokens: usage.input_tokens === undefined ? undefined : countOf(usage.input_tokens) + beside,
    completion_tokens: usage.output_tokens,
    prompt_tokens_details: {
      cached_tokens: usage.input_tokens_details?.cached_tokens ?? usage.cache_read_input_tokens,
      cache_write_tokens: usage.cache_creation_input_tokens,
    },
    completion_tokens_details: { reasoning_tokens: usage.output_tokens_details?.reasoning_tokens },
  })
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
