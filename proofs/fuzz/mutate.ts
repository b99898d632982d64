/** Changes a text at random, in ways that mean something to the readers of Markdown, marks and hidden payloads. */
import { frame } from '../../packages/seal/src/frame.ts'
import { unmark } from '../../packages/seal/src/unmark.ts'
import type { Random } from './random.ts'

const markdown = [
  ...'*_`~[]()<>|#-+=$\\&;:!{}"\'.,?%€0123456789 \t\n\r',
  ...['**', '```', '~~~', '](', '![', '<b>', '</b>', '<!--', '-->', '<style>', '&amp;', '$$', '\\(', '\\['],
  ...[
    '|---|',
    '---\n',
    '\n\n',
    '\r\n',
    '\n    ',
    '\n> ',
    '\n- ',
    '\n1. ',
    '\n# ',
    '[^1]: ',
    '[x] ',
    'https://a.b/',
  ],
  ...['. ', '? ', '“', '”', '’', '–', '…', '。', '，', '！', '\u00a0', '\u3000', '\u2028', '\u0085'],
]
const letters = [
  ...'aZéßİıΣςЖшאתبلنکی\u0915\u093f\u09c7\u0ba4\u0e01\u0e33\u1780\u17c4\u1000\u1031한글漢字かナ',
  ...[
    'e\u0301',
    'q\u0307\u0323',
    '각',
    '\u1100\u1161',
    '👩‍💻',
    '🏳️‍🌈',
    '🇩🇪',
    '1️⃣',
    '😀',
    '\u{1f1e6}',
    '\u212b',
    '\u0958',
  ],
]
const invisible = [
  ...'\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2062\u2066\u2069\u206a\u3164\ufe00\ufe0e\ufe0f\ufeff\uffa0\ufff9\ue000\u2800\u0000\u001b\u0080\u{e0001}\u{e0041}\u{e007f}\u{e0100}\u{e0101}\u{e01ee}\u{e01ef}\u{e01f0}\u{1d173}\u{f0000}',
  '\ud800',
  '\udc00',
  '\udb40',
]
const dictionary = [...markdown, ...letters, ...invisible]

type Change = (text: string, random: Random, other: string) => string

const changes: readonly Change[] = [
  (text, random) => inserted(text, random, random.pick(dictionary)),
  (text, random) => inserted(text, random, random.pick(dictionary).repeat(1 + random.below(40))),
  (text, random) => inserted(text, random, random.pick(invisible)),
  (text, random) => inserted(text, random, String.fromCharCode(random.below(0x10000))),
  (text, random) => inserted(text, random, String.fromCodePoint(0xe0100 + random.below(240))),
  (text, random) => cut(text, random, 1 + random.below(4)),
  (text, random) => cut(text, random, 1 + random.below(200)),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(text.length + 1)),
  (text, random, other) => inserted(text, random, part(other, random)),
  (text, random, other) =>
    text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1)),
  (text, random) => inserted(text, random, part(text, random)),
  (text, random) => inserted(text, random, part(text, random).repeat(2 + random.below(6))),
  (text, random) => text.normalize(random.pick(['NFC', 'NFD', 'NFKC', 'NFKD'])),
  (text, random) => flipped(text, random, 0x10000),
  (text, random) => flipped(text, random, 8),
  (text, random) => text.replaceAll('\n', random.pick(['\r\n', '\r', ' ', '\n\n'])),
  withOtherPayload,
  withOtherPayload,
  withOtherPayload,
]

/** `text` after one to four changes; `other` lends parts. At most `maxUnits` UTF-16 units long. */
export function mutate(text: string, other: string, random: Random, maxUnits: number): string {
  let changed = text
  for (let times = 1 + random.below(4); times > 0; times--)
    changed = random.pick(changes)(changed, random, other)
  return changed.slice(0, maxUnits)
}

/** Bytes (as characters U+0000 to U+00FF) after one to four changes. */
export function mutateBytes(text: string, other: string, random: Random, maxUnits: number): string {
  const byte = (): string => String.fromCharCode(random.below(256))
  let changed = text
  for (let times = 1 + random.below(4); times > 0; times--) {
    changed = random.pick<() => string>([
      () => inserted(changed, random, byte()),
      () => cut(changed, random, 1 + random.below(4)),
      () => flipped(changed, random, 256),
      () => flipped(changed, random, 8),
      () => changed.slice(0, random.below(changed.length + 1)),
      () => inserted(changed, random, part(other, random)),
      () => inserted(changed, random, part(changed, random)),
      () => inserted(changed, random, byte().repeat(random.below(300))),
    ])()
  }
  return changed.replaceAll(/[^\0-\xff]/g, '?').slice(0, maxUnits)
}

function inserted(text: string, random: Random, piece: string): string {
  const at = random.below(text.length + 1)
  return text.slice(0, at) + piece + text.slice(at)
}

function cut(text: string, random: Random, length: number): string {
  const at = random.below(text.length + 1)
  return text.slice(0, at) + text.slice(at + length)
}

function part(text: string, random: Random): string {
  const at = random.below(text.length + 1)
  return text.slice(at, at + 1 + random.below(random.below(8) === 0 ? 2000 : 40))
}

function flipped(text: string, random: Random, below: number): string {
  if (text.length === 0) return text
  const at = random.below(text.length)
  const unit = text.charCodeAt(at) ^ random.below(below)
  return text.slice(0, at) + String.fromCharCode(unit) + text.slice(at + 1)
}

/** One of our marks with other bytes in it, and a checksum that fits them. */
function withOtherPayload(text: string, random: Random): string {
  const { marks } = unmark(text)
  if (marks.length === 0) return text
  const { payload, start, end } = random.pick(marks)
  let bytes = [...payload]
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(bytes.length + 1)
    const count = random.pick([0, 1, 1, 2, 8])
    const more = Array.from({ length: random.pick([0, 1, 1, 2, 8]) }, () => random.below(256))
    bytes = [...bytes.slice(0, at), ...more, ...bytes.slice(at + count)].slice(0, 4096)
  }
  return text.slice(0, start) + frame(Uint8Array.from(bytes)) + text.slice(end)
}
