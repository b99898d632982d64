/** What a closing seal says of an answer, by why its model stopped. */
import type { Ending } from '@streamseal/seal'
import type { FinishReason } from '../contract.ts'

const endings: Partial<Record<FinishReason, Ending>> = {
  length: 'length-limited',
  error: 'failed',
  aborted: 'aborted',
  'content-filter': 'aborted',
}

/** `complete` only where nothing cut the answer short. */
export function sealEnding(reason: FinishReason): Ending {
  return endings[reason] ?? 'complete'
}
