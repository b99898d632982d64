/** The places where a block may stand: Encypher's targets, as Python's `re` finds them. */
import { EncypherError } from './errors.ts'
import { SPACE, WORD } from './python-text.ts'

/**
 * Where the block is embedded: after the first (or every) character of a kind, or at the end of the text.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { MetadataTarget } from '@streamseal/seal/encypher'
 *
 * assert.equal(MetadataTarget.PUNCTUATION, 'punctuation')
 * ```
 */
export const MetadataTarget: {
  /** After white space; the default. */
  readonly WHITESPACE: 'whitespace'
  /** After one of `. , ! ? ; :`. */
  readonly PUNCTUATION: 'punctuation'
  /** After a word's first letter. */
  readonly FIRST_LETTER: 'first_letter'
  /** After a word's last letter. */
  readonly LAST_LETTER: 'last_letter'
  /** After any character but a line feed. */
  readonly ALL_CHARACTERS: 'all_characters'
  /** After the whole text. */
  readonly FILE_END: 'file_end'
  /** After the whole text and a U+FEFF. */
  readonly FILE_END_ZWNBSP: 'file_end_zwnbsp'
  /** Nowhere: the text stays as it is. */
  readonly NONE: 'none'
} = {
  WHITESPACE: 'whitespace',
  PUNCTUATION: 'punctuation',
  FIRST_LETTER: 'first_letter',
  LAST_LETTER: 'last_letter',
  ALL_CHARACTERS: 'all_characters',
  FILE_END: 'file_end',
  FILE_END_ZWNBSP: 'file_end_zwnbsp',
  NONE: 'none',
}

/** One of `MetadataTarget`'s values. */
export type MetadataTarget = (typeof MetadataTarget)[keyof typeof MetadataTarget]

/** The targets that a place in the text answers to. */
export type PlacedTarget = Exclude<MetadataTarget, 'file_end' | 'file_end_zwnbsp' | 'none'>

const names: ReadonlySet<string> = new Set(Object.values(MetadataTarget))

/** Whether a value names a target. */
function isTarget(value: unknown): value is MetadataTarget {
  return typeof value === 'string' && names.has(value)
}

/** Whether a target's places are in the text, and not at its end or nowhere. */
export function isPlaced(target: MetadataTarget): target is PlacedTarget {
  return target !== 'none' && target !== 'file_end' && target !== 'file_end_zwnbsp'
}

/** The target, or an error that lists them; `undefined` is white space. */
export function checkTarget(value: unknown): MetadataTarget {
  if (value === undefined) return 'whitespace'
  if (isTarget(value)) return value
  const list = [...names].join(', ')
  throw new EncypherError(
    'INVALID_TARGET',
    `Cannot embed at ${JSON.stringify(value)}: a target is one of ${list}`,
  )
}

/** Encypher 1.x's own reading: an exact name of one of its six targets, or else white space without a word. */
export function compatTarget(value: unknown): PlacedTarget | 'none' {
  return isTarget(value) && value !== 'file_end' && value !== 'file_end_zwnbsp' ? value : 'whitespace'
}

const PATTERNS: Readonly<Record<PlacedTarget, string>> = {
  whitespace: SPACE,
  punctuation: '[.,!?;:]',
  first_letter: `(?<!${WORD})${WORD}`,
  last_letter: `${WORD}(?!${WORD})`,
  all_characters: '[^\\n]',
}

const compiled = new Map<PlacedTarget, RegExp>()

/** A target's pattern, with flags `g` and `u` and its own `lastIndex`. */
export function targetPattern(target: PlacedTarget): RegExp {
  let pattern = compiled.get(target)
  if (!pattern) {
    pattern = new RegExp(PATTERNS[target], 'gu')
    compiled.set(target, pattern)
  }
  return new RegExp(pattern)
}
