/** The words for each kind of passage: a label that does not need its colour, and what it means. */
import type { Passage, PassageKind } from './passages.ts'

/** How a kind of passage is shown. */
export interface PassageWords {
  label: string
  meaning: string
  tone: 'good' | 'note' | 'warn' | 'bad' | 'none'
}

export const passageWords: Readonly<Record<PassageKind, PassageWords>> = {
  intact: { label: 'Unchanged', meaning: 'exactly as it was issued', tone: 'good' },
  reformatted: { label: 'Reformatted', meaning: 'the same words, in another form', tone: 'note' },
  altered: { label: 'Changed', meaning: 'not what the issuer signed', tone: 'bad' },
  'not-comparable': {
    label: 'Not comparable',
    meaning: 'programs show such passages in different ways, so it cannot be told',
    tone: 'warn',
  },
  unchecked: { label: 'Not checked', meaning: 'nothing here could settle it', tone: 'warn' },
  'unknown-signer': {
    label: 'Signer unknown',
    meaning: 'sealed with a key that you do not trust',
    tone: 'warn',
  },
  invalid: { label: 'Seal not valid', meaning: 'the seal over it is forged, damaged or moved', tone: 'bad' },
  unsealed: {
    label: 'No seal',
    meaning: 'no seal covers it: it was added, or came after the last mark',
    tone: 'none',
  },
}

/** A passage's name, such as `Passage 2` or `Passages 3–5`; an unsealed stretch has none. */
export function passageName({ first, last }: Pick<Passage, 'first' | 'last'>): string | undefined {
  if (first === undefined || last === undefined) return undefined
  return first === last ? `Passage ${first}` : `Passages ${first}–${last}`
}
