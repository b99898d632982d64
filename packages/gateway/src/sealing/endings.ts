/** How finish reasons, OpenAI's, Anthropic's and a run's, read as the ending of a seal. */
import type { Ending } from '@streamseal/seal'

const endings: Readonly<Record<string, Ending>> = {
  length: 'length-limited',
  max_tokens: 'length-limited',
  max_output_tokens: 'length-limited',
  model_context_window_exceeded: 'length-limited',
  content_filter: 'aborted',
  'content-filter': 'aborted',
  refusal: 'aborted',
  cancelled: 'aborted',
  aborted: 'aborted',
  error: 'failed',
  failed: 'failed',
}

/** The ending that a finish reason stands for; an unknown reason is a complete answer. */
export function endingOf(finishReason: string): Ending {
  // Own names only: a provider may call its reason "constructor".
  return (Object.hasOwn(endings, finishReason) ? endings[finishReason] : undefined) ?? 'complete'
}
