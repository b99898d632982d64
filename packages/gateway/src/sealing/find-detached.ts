/** The closing that was kept for a pasted text: by the stream ids of the marks in it, or, where it has none, by the text. */
import { inspect } from '@streamseal/seal'
import type { AnswerStore } from '../store/answer-store.ts'
import { textDigest } from './text-digest.ts'

/** The kept closing of the first seal in `text` that has one. */
export function findDetached(
  text: string,
  store: Pick<AnswerStore, 'find' | 'findByText'>,
): string | undefined {
  const { seals } = inspect(text)
  for (const { streamId } of seals) {
    const detached = store.find(streamId)?.detached
    if (detached !== undefined) return detached
  }
  const digest = seals.length === 0 ? textDigest(text) : undefined
  return digest === undefined ? undefined : store.findByText(digest)?.detached
}
