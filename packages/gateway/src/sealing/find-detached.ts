/** The closing that was kept for a pasted text: by the stream ids of the marks in it, or, where it has none, by the text. */
import { inspect } from '@streamseal/seal'
import type { AnswerStore } from '../store/answer-store.ts'
import { textDigest } from './text-digest.ts'

/** Seals of a text whose closings are looked up, at most. */
const maxSeals = 32
/** A verifier takes so many characters beside a text, and more of them for malformed altogether (`docs/seal-format.md`). */
const maxLength = 65_536

/** The kept closings of the seals in `text`, with a space between them; of as many seals, from the first, as a verifier takes at once. */
export function findDetached(
  text: string,
  store: Pick<AnswerStore, 'find' | 'findByText'>,
): string | undefined {
  const { seals } = inspect(text)
  const kept = new Set(
    seals.slice(0, maxSeals).flatMap(({ streamId }) => store.find(streamId)?.detached ?? []),
  )
  if (kept.size > 0) return joinWhatFits([...kept])
  const digest = seals.length === 0 ? textDigest(text) : undefined
  return digest === undefined ? undefined : store.findByText(digest)?.detached
}

function joinWhatFits(closings: readonly string[]): string | undefined {
  const joined = closings.reduce((before, closing) => {
    const both = before === '' ? closing : `${before} ${closing}`
    return both.length <= maxLength ? both : before
  }, '')
  return joined === '' ? undefined : joined
}
