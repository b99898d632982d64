/** Texts for the property tests: prose, Markdown, many scripts, and what people should not write. */
import fc from 'fast-check'

/** About `sentences` sentences of plain English. */
export function prose(sentences: number, seed = 0): string {
  return Array.from({ length: sentences }, (_, i) => sentence(i + seed)).join(' ')
}

function sentence(i: number): string {
  const subjects = [
    'The committee',
    'A careful reader',
    'Nobody in the town',
    'Her brother',
    'The old engine',
  ]
  const verbs = ['considered', 'forgot about', 'repaired', 'described', 'would not sell']
  const objects = [
    'the bridge over the river',
    'every letter of the agreement',
    'a small brass clock',
    'the third plan',
  ]
  return `${subjects[i % 5]} ${verbs[(i * 3) % 5]} ${objects[(i * 7) % 4]} in ${1900 + (i % 100)}, as they say.`
}

const pieces: readonly string[] = [
  'word',
  'Hello, world.',
  ' ',
  '\n',
  '\n\n',
  '\r\n',
  '# Heading\n\n',
  '- item one\n- item two\n\n',
  '1. first\n2. second\n\n',
  '> quoted words\n\n',
  '```js\nconst a = 1\n```\n',
  '`code`',
  '**bold**',
  '_emphasis_',
  '[link](https://example.com/a_b?c=d)',
  'https://example.com/path',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
  '$x^2$',
  '{"json": true}',
  '---\n',
  '✅',
  '❤️',
  '👩‍💻',
  '1️⃣',
  '🇨🇭',
  'cafe\u0301',
  '\u0301',
  '葛\u{e0100}',
  '你好，世界。这是一个测试。',
  'こんにちは。',
  'नमस्ते दुनिया। ',
  'שלום עולם. ',
  'สวัสดี ครับ',
  '한국어 문장입니다. ',
  '\ud83d',
  '\ude00',
  '\u200d',
  '\ufeff',
  '\u{e01ee}',
  '\u{e01ef}',
  '\u{e0101}\u{e0102}',
  '\u{e01ee}\u{e0101}\u{e0102}\u{e0103}\u{e01ef}',
  'x < y && y > 1.5',
  prose(3),
  prose(9, 4),
]

/** Splices of all sorts of pieces. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...pieces) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    ),
    { maxLength: 24 },
  )
  .map(parts => parts.join(''))

/** Cuts `text` at UTF-16 units: between the halves of a pair as well. */
export function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map(cut => cut % (text.length + 1)))].sort((a, b) => a - b)
  const chunks: string[] = []
  let from = 0
  for (const place of [...places, text.length]) {
    chunks.push(text.slice(from, place))
    from = place
  }
  return chunks
}

/** Where a text is cut: a few places, or everywhere. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat(100_000), { maxLength: 30 })
