/** Invisible characters that writing needs, and where: everything else of their kind can hide a payload. */

/** What an invisible character is, for a report. */
export type InvisibleKind = 'selectors' | 'tags' | 'zero-width' | 'bidi'

/** One invisible character with what stands around it. */
export interface Place {
  character: string
  /** The character before it that stays, or nothing. */
  before: string
  /** The character after it as given, or nothing. */
  after: string
  /** The text before it and behind it, as given, some words of each. */
  near: readonly [string, string]
}

interface Rule {
  kind: InvisibleKind
  /** The characters. */
  characters: RegExp
  /** Whether one of them is needed at this place. */
  isNeeded: (place: Place) => boolean
}

/** Letters and signs with standardized variants (StandardizedVariants.txt), and the selectors of each sort. */
const standardized: readonly { bases: RegExp; selectors: RegExp }[] = [
  { bases: /\p{Script=Han}/u, selectors: /[\ufe00-\ufe02]/ },
  { bases: /[\p{Script=Myanmar}\p{Script=Phags_Pa}\p{Script=Manichaean}\p{Sm}0]/u, selectors: /\ufe00/ },
  { bases: /[\p{Script=Hiragana}\p{Script=Katakana}、。，．！？：；“”‘’]/u, selectors: /[\ufe00\ufe01]/ },
]
/** VS17 to VS48: the numbers that ideographic collections have reached; the other 208 can only hide something. */
const ideographic = /[\u{e0100}-\u{e011f}]/u
const pictograph = /\p{Extended_Pictographic}/u
const pictographEnd = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]|\ufe0f/u
/** Scripts that join their letters or stack them (a virama), and so need joiners. */
const joining =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Phags_Pa}\p{Script=Mandaic}\p{Script=Manichaean}\p{Script=Sogdian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Balinese}\p{Script=Javanese}\p{Script=Sundanese}\p{Script=Chakma}\p{Script=Grantha}\p{Script=Tirhuta}\p{Script=Newa}\p{Script=Modi}\p{Script=Siddham}\p{Script=Khojki}\p{Script=Takri}\p{Script=Dogra}\p{Script=Nandinagari}\p{Script=Masaram_Gondi}\p{Script=Gunjala_Gondi}\p{Script=Soyombo}\p{Script=Zanabazar_Square}\p{Script=Brahmi}\p{Script=Kaithi}\p{Script=Sharada}\p{Script=Khudawadi}\p{Script=Meetei_Mayek}\p{Script=Tai_Tham}\p{Script=Saurashtra}\p{Script=Lepcha}\p{Script=Limbu}\p{Script=Syloti_Nagri}]/u
/** A letter written from right to left, by blocks (DerivedBidiClass.txt: R and AL). */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
/** Scripts without spaces between words, where U+200B says where a line may break. */
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u

/** A row for each sort; the first whose characters match decides. */
const rules: readonly Rule[] = [
  { kind: 'selectors', characters: /[\ufe0e\ufe0f]/u, isNeeded: isEmojiSelector },
  {
    kind: 'selectors',
    characters: /[\ufe00-\ufe0d]/u,
    isNeeded: ({ character, before }) =>
      standardized.some(({ bases, selectors }) => bases.test(before) && selectors.test(character)),
  },
  {
    kind: 'selectors',
    characters: /[\u{e0100}-\u{e01ef}]/u,
    isNeeded: ({ character, before }) => ideographic.test(character) && /\p{Script=Han}/u.test(before),
  },
  {
    kind: 'selectors',
    characters: /[\u180b-\u180d\u180f]/u,
    isNeeded: ({ before }) => isMongolian(before),
  },
  {
    kind: 'zero-width',
    characters: /\u180e/u,
    isNeeded: ({ before, after }) => isMongolian(before) && isMongolian(after),
  },
  {
    kind: 'zero-width',
    characters: /\u00ad/u,
    isNeeded: ({ before, after }) =>
      /[\p{L}\p{M}\p{N}]/u.test(before) && /[\p{L}\p{M}\p{N}]/u.test(after) && !invisible.test(after),
  },
  { kind: 'tags', characters: /[\u{e0000}-\u{e007f}]/u, isNeeded: () => false },
  { kind: 'bidi', characters: /[\u202a-\u202e\u2066-\u2069]/u, isNeeded: () => false },
  {
    kind: 'bidi',
    characters: /[\u200e\u200f\u061c]/u,
    isNeeded: ({ before, after, near }) => !isMark(before) && !isMark(after) && near.some(isRightToLeft),
  },
  {
    kind: 'zero-width',
    characters: /\u200d/u,
    isNeeded: ({ before, after }) => isJoined(before, after) || isEmojiJoined(before, after),
  },
  { kind: 'zero-width', characters: /\u200c/u, isNeeded: ({ before, after }) => isJoined(before, after) },
  {
    kind: 'zero-width',
    characters: /\u200b/u,
    isNeeded: ({ before, after }) => unspaced.test(before) && unspaced.test(after) && !invisible.test(after),
  },
  {
    kind: 'zero-width',
    characters: /[\u115f\u1160]/u,
    isNeeded: ({ before, after }) => isJamo(before) || isJamo(after),
  },
  {
    kind: 'zero-width',
    characters: /\u034f/u,
    isNeeded: ({ before, after }) =>
      /[\p{L}\p{M}]/u.test(before) &&
      /\p{M}/u.test(after) &&
      !invisible.test(before) &&
      !invisible.test(after),
  },
  {
    kind: 'zero-width',
    characters:
      /[\u17b4\u17b5\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0080}-\u{e0fff}]/u,
    isNeeded: () => false,
  },
]

/** What can be hidden in; a quick way past everything else. */
export const invisible: RegExp = new RegExp(rules.map(rule => rule.characters.source).join('|'), 'u')

/** The kind of an invisible character that is not needed where it stands; `undefined` where it is, or where it is none. */
export function hiddenKind(place: Place): InvisibleKind | undefined {
  const rule = rules.find(({ characters }) => characters.test(place.character))
  return rule === undefined || rule.isNeeded(place) ? undefined : rule.kind
}

function isEmojiSelector({ character, before, after }: Place): boolean {
  if (/[0-9#*]/.test(before)) return character === '\ufe0f' && after === '\u20e3'
  return pictograph.test(before)
}

function isJoined(before: string, after: string): boolean {
  return joining.test(before) && /[\p{L}\p{M}]/u.test(before) && (after === '' || !invisible.test(after))
}

function isEmojiJoined(before: string, after: string): boolean {
  return pictographEnd.test(before) && pictograph.test(after)
}

/** A letter: the selectors and the separator are of the script, too. */
function isMongolian(character: string): boolean {
  return /\p{Script=Mongolian}/u.test(character) && /\p{L}/u.test(character)
}

/** Whether the letter nearest to the mark is written from right to left: before it the last, behind it the first. */
function isRightToLeft(text: string, side: number): boolean {
  const letter = (side === 0 ? /\p{L}(?=\P{L}*$)/u : /\p{L}/u).exec(text)
  return letter !== null && rightToLeft.test(letter[0])
}

function isMark(character: string): boolean {
  return /[\u200e\u200f\u061c]/u.test(character)
}

function isJamo(character: string): boolean {
  return /[\u1100-\u115e\u1161-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u.test(character)
}
