/** What a reader sees of a text, less what rendering and typography change. */

/** The skeleton of a text and where each of its code points stands. */
export interface Skeleton {
  /** The code points that count. */
  chars: string
  /** The UTF-16 offset in the text of each code point of `chars`, in order. */
  offsets: Uint32Array
}

/** How a pasted text is read: as Markdown source, or as the text of a rendered page. */
export type Reading = 'markdown' | 'rendered'

/** Every reading, in the order in which a verifier tries them. */
export const readings: readonly Reading[] = ['markdown', 'rendered']

const kept = /^[\p{L}\p{N}\p{M}\p{S}]$/u
const ignorable = /^\p{Default_Ignorable_Code_Point}$/u

/** True for a letter, mark, number or symbol that is not default ignorable. */
export function isSkeletonCharacter(char: string): boolean {
  return kept.test(char) && !ignorable.test(char) && char !== '`' && char !== '|'
}

/** Computes the skeleton of `text` under one reading. */
export function skeletonOf(text: string, _reading: Reading): Skeleton {
  let chars = ''
  const offsets: number[] = []
  let at = 0
  for (const char of text) {
    if (isSkeletonCharacter(wellFormed(char))) {
      chars += wellFormed(char)
      offsets.push(at)
    }
    at += char.length
  }
  return { chars, offsets: Uint32Array.from(offsets) }
}

function wellFormed(char: string): string {
  return char.length === 1 && char >= '\ud800' && char <= '\udfff' ? '\ufffd' : char
}
