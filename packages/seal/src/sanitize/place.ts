/** What an invisible character is, and what stands around it. */

/** What an invisible character is, for a report. */
export type InvisibleKind =
  | 'selectors'
  | 'tags'
  | 'zero-width'
  | 'soft-hyphens'
  | 'bidi'
  | 'blanks'
  | 'private-use'
  | 'controls'

/** One invisible character with what stands around it. */
export interface Place {
  character: string
  /** The text before it that stays, some words of it. */
  before: string
  /** The text behind it as given, some words of it. */
  after: string
  /** The visible characters near it, before and behind. */
  near: () => readonly [string, string]
}
