/** Published ways to hide a message in a text, as encoders: each writes bytes in characters that a reader does not see. */

/** A way to hide a message. */
export interface Technique {
  name: string
  /** Where it was published, or what used it. */
  seen: string
  /** The hidden characters for the bytes, in order; each element is one unit that stays together. */
  encode: (bytes: Uint8Array) => string[]
}

/** One character a byte. */
function table(character: (byte: number) => number): Technique['encode'] {
  return bytes => [...bytes].map(byte => String.fromCodePoint(character(byte)))
}

/** Bytes as digits of an alphabet of 2, 4, 8 … characters, highest first. */
function digits(...alphabet: string[]): Technique['encode'] {
  const bits = Math.floor(Math.log2(alphabet.length))
  return bytes => {
    const all = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
    return (all.match(new RegExp(`.{1,${bits}}`, 'g')) ?? []).map(
      digit => alphabet[Number.parseInt(digit.padEnd(bits, '0'), 2)] as string,
    )
  }
}

const selectorOf = (byte: number): number => (byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16)
const range = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => String.fromCodePoint(first + i))

export const techniques: readonly Technique[] = [
  {
    name: 'tag characters',
    seen: 'ASCII smuggling in prompts (Goodside, 2024)',
    encode: table(byte => 0xe0000 + (byte & 0x7f)),
  },
  {
    name: 'tag characters as a flag',
    seen: 'the same behind a black flag',
    encode: bytes => [
      '\u{1f3f4}',
      ...[...bytes].map(byte => String.fromCodePoint(0xe0000 + (byte & 0x7f))),
      '\u{e007f}',
    ],
  },
  {
    name: 'variation selectors',
    seen: 'bytes behind an emoji (Butler, 2025); GlassWorm (2025); Encypher',
    encode: table(selectorOf),
  },
  {
    name: 'supplement selectors',
    seen: 'the alphabet of our own marks',
    encode: table(byte => 0xe0100 + (byte % 240)),
  },
  { name: 'selectors 1 to 16', seen: 'four bits a selector', encode: digits(...range(0xfe00, 16)) },
  {
    name: 'Mongolian selectors',
    seen: 'default ignorable code points of Unicode',
    encode: digits('\u180b', '\u180c', '\u180d', '\u180f'),
  },
  { name: 'zero-width binary', seen: 'zwsp-steg and many others', encode: digits('\u200b', '\u200c') },
  {
    name: 'zero-width joiners',
    seen: 'four zero-width characters, two bits each',
    encode: digits('\u200b', '\u200c', '\u200d', '\ufeff'),
  },
  { name: 'StegCloak', seen: 'StegCloak (2020)', encode: digits('\u200c', '\u200d', '\u2061', '\u2062') },
  {
    name: 'unicode_steganography.js',
    seen: 'zero-width and direction characters, three bits each',
    encode: digits('\u200b', '\u200c', '\u200d', '\u200e', '\u202a', '\u202c', '\u202d', '\ufeff'),
  },
  { name: 'invisible operators', seen: 'Sneaky Bits (Rehberger, 2025)', encode: digits('\u2062', '\u2064') },
  { name: 'word joiners', seen: 'U+2060 and U+FEFF', encode: digits('\u2060', '\ufeff') },
  {
    name: 'bidirectional controls',
    seen: 'Trojan Source (Boucher and Anderson, 2021)',
    encode: digits('\u202a', '\u202b', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'),
  },
  { name: 'direction marks', seen: 'U+200E and U+200F as bits', encode: digits('\u200e', '\u200f') },
  { name: 'Arabic letter marks', seen: 'U+061C and U+200F as bits', encode: digits('\u061c', '\u200f') },
  {
    name: 'Hangul fillers',
    seen: 'obfuscated scripts in phishing (Juniper, 2025)',
    encode: digits('\u3164', '\uffa0'),
  },
  { name: 'Hangul jamo fillers', seen: 'invisible identifiers (2021)', encode: digits('\u115f', '\u1160') },
  { name: 'soft hyphens', seen: 'subjects of phishing mail (2022)', encode: digits('', '\u00ad') },
  { name: 'grapheme joiners', seen: 'hidden preview text of mail', encode: digits('', '\u034f') },
  {
    name: 'interlinear annotation',
    seen: 'U+FFF9 to U+FFFB',
    encode: digits('\ufff9', '\ufffa', '\ufffb', '\ufff8'),
  },
  { name: 'deprecated format characters', seen: 'U+206A to U+206F', encode: digits(...range(0x206a, 4)) },
  { name: 'Khmer inherent vowels', seen: 'U+17B4 and U+17B5', encode: digits('\u17b4', '\u17b5') },
  { name: 'Braille blanks', seen: 'blank names', encode: digits('', '\u2800') },
  { name: 'private use', seen: 'private-use alphabets', encode: table(byte => 0xe000 + byte) },
  { name: 'private use planes', seen: 'private-use alphabets', encode: table(byte => 0xf0000 + byte) },
  { name: 'noncharacters', seen: 'U+FDD0 to U+FDEF', encode: digits(...range(0xfdd0, 32)) },
  {
    name: 'musical format characters',
    seen: 'default ignorable code points of Unicode',
    encode: digits(...range(0x1d173, 8)),
  },
  {
    name: 'shorthand format characters',
    seen: 'default ignorable code points of Unicode',
    encode: digits(...range(0x1bca0, 4)),
  },
  {
    name: 'unassigned ignorable',
    seen: 'default ignorable code points of Unicode',
    encode: table(byte => 0xe0200 + byte),
  },
  {
    name: 'control characters',
    seen: 'terminal escapes (Rehberger, 2024)',
    encode: digits('\x07', '\x08', '\x1b', '\x7f'),
  },
  {
    name: 'pseudo-connection',
    seen: 'ZWJ in Persian and Arabic text (Shirali-Shahreza, 2008)',
    encode: digits('', '\u200d'),
  },
  {
    name: 'pseudo-space',
    seen: 'ZWNJ in Persian text (Shirali-Shahreza, 2008)',
    encode: digits('', '\u200c'),
  },
]

/** What a message is hidden in. */
export const covers: readonly { name: string; text: string }[] = [
  { name: 'English', text: 'The ring closed the letter, and everyone who saw the wax knew whose it was.' },
  { name: 'emoji', text: '😀 Great work! 🎉👍 See you 🌍.' },
  { name: 'code', text: 'if (level !== "user") {\n  return grant(10, 24)\n}' },
  { name: 'Chinese', text: '印章证明了书信是谁写的，也证明它没有被打开过。' },
  { name: 'Persian', text: 'مهر موم ثابت می‌کرد که نامه را چه کسی نوشته است.' },
  { name: 'Hebrew', text: 'החותם הוכיח מי כתב את המכתב ושלא נפתח בדרך.' },
  { name: 'Hindi', text: 'मुहर बताती थी कि पत्र किसने लिखा और वह खोला नहीं गया।' },
  { name: 'Thai', text: 'ตราประทับบอกว่าใครเขียนจดหมายและไม่มีใครเปิดมัน' },
  { name: 'Mongolian', text: 'ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ ᠪᠢᠴᠢᠭ᠌' },
]

/** The cover with the whole message behind its first word. */
export function hideInOnePlace(text: string, hidden: readonly string[]): string {
  const at = /[\p{L}\p{M}\p{Extended_Pictographic}]+/u.exec(text)
  const end = at === null ? 0 : at.index + at[0].length
  return text.slice(0, end) + hidden.join('') + text.slice(end)
}

/** The cover with a unit of the message behind each of its characters, as far as it reaches. */
export function spread(text: string, hidden: readonly string[]): string {
  return [...text].map((character, i) => character + (hidden[i] ?? '')).join('')
}
