/** Invisible characters that writing needs, and where: everything else of their kind can hide a payload. */
import { isDirectionMarkNeeded } from './direction.ts'
import { isIdeographicVariant } from './ideographic-variants.ts'
import { isJoinerNeeded, isNonJoinerNeeded } from './joiners.ts'
import type { InvisibleKind, Place } from './place.ts'
import { isStandardizedVariant } from './standardized-variants.ts'

interface Rule {
  kind: InvisibleKind
  /** The characters. */
  characters: RegExp
  /** Whether one of them is needed at this place. Default: nowhere. */
  isNeeded?: (place: Place) => boolean
}

/** Scripts without spaces between words, where U+200B says where a line may break. */
const unspaced =
  '\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}\\p{Script=Javanese}\\p{Script=Balinese}\\p{Script=Tai_Tham}\\p{Script=Tai_Viet}\\p{Script=New_Tai_Lue}'
const afterUnspaced = new RegExp(`[${unspaced}] ?$`, 'u')
const beforeUnspaced = new RegExp(`^(?!\\p{M})[${unspaced}]`, 'u')
/** A region's flag (UTS #51, ED-14a): a black flag, the tags of a subdivision's code, and the cancel tag. */
const flagSoFar = /\u{1f3f4}([\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]*)$/u
const flagToCome = /^([\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]*)\u{e007f}/u

/** A row for each sort; the first whose characters match decides. */
const rules: readonly Rule[] = [
  { kind: 'selectors', characters: /[\ufe0e\ufe0f]/u, isNeeded: isEmojiSelectorNeeded },
  { kind: 'selectors', characters: /[\ufe00-\ufe0d\u{e0100}-\u{e01ef}]/u, isNeeded: isVariant },
  {
    kind: 'selectors',
    characters: /[\u180b-\u180d\u180f]/u,
    isNeeded: ({ before }) => /\p{Script=Mongolian}(?<=\p{L})$/u.test(before),
  },
  {
    kind: 'zero-width',
    characters: /\u180e/u,
    isNeeded: ({ before, after }) =>
      /\p{Script=Mongolian}(?<=\p{L})[\u180b-\u180d\u180f]?$/u.test(before) &&
      /^(?=\p{L})\p{Script=Mongolian}/u.test(after),
  },
  { kind: 'soft-hyphens', characters: /\u00ad/u },
  { kind: 'tags', characters: /[\u{e0000}-\u{e007f}]/u, isNeeded: isFlagTag },
  { kind: 'bidi', characters: /[\u202a-\u202e\u2066-\u2069]/u },
  { kind: 'bidi', characters: /[\u200e\u200f\u061c]/u, isNeeded: isDirectionMarkNeeded },
  {
    kind: 'zero-width',
    characters: /\u200d/u,
    isNeeded: ({ before, after }) =>
      !startsInvisible(after) && (isEmojiJoined(before, after) || isJoinerNeeded(before, after)),
  },
  {
    kind: 'zero-width',
    characters: /\u200c/u,
    isNeeded: ({ before, after }) => !startsInvisible(after) && isNonJoinerNeeded(before, after),
  },
  {
    kind: 'zero-width',
    characters: /\u200b/u,
    isNeeded: ({ before, after }) =>
      afterUnspaced.test(before) && beforeUnspaced.test(after) && !startsInvisible(after),
  },
  {
    kind: 'zero-width',
    characters: /[\u115f\u1160]/u,
    isNeeded: ({ character, before, after }) => isJamoFillerNeeded(character, before, after),
  },
  {
    kind: 'zero-width',
    characters: /\u034f/u,
    isNeeded: ({ before, after }) =>
      /[\p{L}\p{M}]$/u.test(before) &&
      /^\p{M}/u.test(after) &&
      !endsInvisible(before) &&
      !startsInvisible(after),
  },
  // A byte order mark is at the start, and once.
  { kind: 'zero-width', characters: /\ufeff/u, isNeeded: ({ before }) => before === '' },
  {
    kind: 'zero-width',
    characters: /[\u{1bca0}-\u{1bca3}]/u,
    isNeeded: ({ before }) => /[\u{1bc00}-\u{1bc9f}]$/u.test(before),
  },
  {
    kind: 'zero-width',
    characters: /[\u{1d173}-\u{1d17a}]/u,
    isNeeded: ({ before, after }) =>
      /[\u{1d100}-\u{1d172}]$/u.test(before) || /^[\u{1d100}-\u{1d172}]/u.test(after),
  },
  {
    kind: 'zero-width',
    characters:
      /[\u17b4\u17b5\u2060-\u2065\u206a-\u206f\ufff0-\ufffb\u{e0080}-\u{e00ff}\u{e01f0}-\u{e0fff}]/u,
  },
  {
    kind: 'blanks',
    characters: /\u2800/u,
    isNeeded: ({ near }) => near().some(side => /[\u2801-\u28ff]/.test(side)),
  },
  { kind: 'blanks', characters: /[\u3164\uffa0\u{1d159}]/u },
  // Noncharacters are for a program's own use, as private use is.
  {
    kind: 'private-use',
    characters: /[\p{Co}\ufdd0-\ufdef\ufffe\uffff\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{3fffe}\u{3ffff}]/u,
  },
  // Half of a surrogate pair is no character, and what is taken out between two halves must not make one.
  { kind: 'controls', characters: /\p{Surrogate}/u },
  { kind: 'controls', characters: /(?![\t\n\f\r\u0085])\p{Cc}/u },
]

const anyInvisible = rules.map(rule => rule.characters.source).join('|')

/** What can be hidden in; a quick way past everything else. */
export const invisible: RegExp = new RegExp(anyInvisible, 'u')
const startInvisible = new RegExp(`^(?:${anyInvisible})`, 'u')
const endInvisible = new RegExp(`(?:${anyInvisible})$`, 'u')

/** The kind of an invisible character that is not needed where it stands; `undefined` where it is, or where it is none. */
export function hiddenKind(place: Place): InvisibleKind | undefined {
  const rule = ruleFor(place.character)
  return rule === undefined || rule.isNeeded?.(place) ? undefined : rule.kind
}

/** Rules that were looked up; private use, of which there is much, is not kept. */
const known = new Map<string, Rule>()

function ruleFor(character: string): Rule | undefined {
  const found = known.get(character) ?? rules.find(({ characters }) => characters.test(character))
  if (found !== undefined && found.kind !== 'private-use') known.set(character, found)
  return found
}

function isEmojiSelectorNeeded({ character, before, after }: Place): boolean {
  if (/[0-9#*]$/.test(before)) return character === '\ufe0f' && after.startsWith('\u20e3')
  return /\p{Extended_Pictographic}$/u.test(before)
}

function isVariant({ character, before }: Place): boolean {
  const base = /.$/su.exec(before)?.[0] ?? ''
  return isStandardizedVariant(base, character) || (base !== '' && isIdeographicVariant(base, character))
}

function isFlagTag({ character, before, after }: Place): boolean {
  const soFar = flagSoFar.exec(before)?.[1]
  const toCome = flagToCome.exec(character + after)?.[1]
  if (soFar === undefined || toCome === undefined) return false
  const units = soFar.length + toCome.length
  return units >= 2 * 3 && units <= 2 * 6
}

function isEmojiJoined(before: string, after: string): boolean {
  return (
    /(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}]|\ufe0f|\u{e007f})$/u.test(before) &&
    /^\p{Extended_Pictographic}/u.test(after)
  )
}

/** In old Hangul, U+115F stands for a missing first consonant, U+1160 for a missing vowel. */
function isJamoFillerNeeded(character: string, before: string, after: string): boolean {
  if (character === '\u115f')
    return /^[\u1161-\u11a7\ud7b0-\ud7c6]|^\u1160[\u11a8-\u11ff\ud7cb-\ud7fb]/.test(after)
  if (before.endsWith('\u115f')) return /^[\u11a8-\u11ff\ud7cb-\ud7fb]/.test(after)
  return /[\u1100-\u115e\ua960-\ua97c]$/.test(before) && !startsInvisible(after)
}

function startsInvisible(text: string): boolean {
  return startInvisible.test(text)
}

function endsInvisible(text: string): boolean {
  return endInvisible.test(text)
}
