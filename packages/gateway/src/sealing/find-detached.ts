/** The closing that was kept for a pasted text, by the stream ids of the marks in it. */
import { inspect } from '@streamseal/seal'
import type { AnswerStore } from '../store/answer-store.ts'

/** The kept closing of the first seal in `text` that has one. */
export function findDetached(text: string, store: Pick<AnswerStore, 'find'>): string | undefined {
  for (const { streamId } of inspect(text).seals) {
    const detached = store.find(streamId)?.detached
    if (detached !== undefined) return detached
  }
  return undefined
}
