/** The closing that was kept for a pasted text: by the stream ids of the marks in it, or, where it has none, by the text. */
import { inspect } from '@streamseal/seal'
import type { AnswerStore } from '../store/answer-store.ts'
import { textDigest } from './text-digest.ts'

/** Seals of a text whose closings are looked up, at most. */
const maxSeals = 32

/** The kept closings of the seals in `text`, with a space between them. */
export function findDetached(
  text: string,
  store: Pick<AnswerStore, 'find' | 'findByText'>,
): string | undefined {
  const { seals } = inspect(text)
  const kept = new Set(
    seals.slice(0, maxSeals).flatMap(({ streamId }) => store.find(streamId)?.detached ?? []),
  )
  if (kept.size > 0) return [...kept].join(' ')
  const digest = seals.length === 0 ? textDigest(text) : undefined
  return digest === undefined ? undefined : store.findByText(digest)?.detached
}
