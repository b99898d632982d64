/** A report's status as a reader is told it: one word, one sentence, one colour and one sign for each. */
import type { Status } from '@streamseal/seal'
import type { Glyph } from '../shared/icons.tsx'

/** How a verdict is shown. */
export interface Verdict {
  /** The badge's word. */
  word: string
  /** What happened, in a sentence. */
  headline: string
  /** What it means, and what it does not. */
  meaning: string
  tone: 'good' | 'note' | 'warn' | 'bad' | 'none'
  glyph: Glyph
}

/** One row a status. Nothing here says that a text is true, or that a law is met. */
export const verdicts: Readonly<Record<Status, Verdict>> = {
  intact: {
    word: 'Intact',
    headline: 'This text is exactly as it was issued.',
    meaning: 'A valid signature of an issuer that you trust covers it from the beginning to the end.',
    tone: 'good',
    glyph: 'check',
  },
  reformatted: {
    word: 'Reformatted',
    headline: 'The same words as issued, in another form.',
    meaning:
      'Every letter, number and sign is as it was signed. Only the form differs: spacing, line breaks, quotation marks or Markdown.',
    tone: 'good',
    glyph: 'pilcrow',
  },
  excerpt: {
    word: 'Excerpt',
    headline: 'Part of this text is as it was issued.',
    meaning:
      'The sealed passages that can be compared are unchanged, but they are not the whole answer on its own: something was left out, was added, or cannot be compared.',
    tone: 'note',
    glyph: 'scissors',
  },
  truncated: {
    word: 'Truncated',
    headline: 'No ending found.',
    meaning:
      'What is sealed here is unchanged. The answer may have been cut, or its ending was kept beside it.',
    tone: 'warn',
    glyph: 'dots',
  },
  altered: {
    word: 'Altered',
    headline: 'This text was changed after it was issued.',
    meaning: 'The issuer signed something else than what stands in the passages marked below.',
    tone: 'bad',
    glyph: 'cross',
  },
  'unknown-signer': {
    word: 'Unknown signer',
    headline: 'There is a seal, but its signer is not among those you trust.',
    meaning:
      'Anyone can make a seal with a key of their own. If you know who issued this text, add their key and look again.',
    tone: 'warn',
    glyph: 'question',
  },
  invalid: {
    word: 'Invalid',
    headline: 'The seal in this text is not valid.',
    meaning: 'It was forged, damaged or moved here from another text. Do not rely on what it says.',
    tone: 'bad',
    glyph: 'cross',
  },
  unsealed: {
    word: 'No seal',
    headline: 'There is no seal in this text.',
    meaning:
      'Nothing here tells who issued it. That does not mean that a person wrote it: a seal can be removed, and many systems make none.',
    tone: 'none',
    glyph: 'dash',
  },
}
