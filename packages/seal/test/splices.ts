/** Documents made of prose, pieces of the specification's examples and of the answers, cut and joined at random. */
import { tests as specification } from 'commonmark-spec'
import { answers } from './corpus.ts'

const prose = [
  'This is a line of ordinary prose that goes on for quite a while so that marks may stand in it',
  'Another sentence with several words in it, which ends here. And then one more that is long enough.',
  '- A list item whose text is long enough to allow a mark somewhere near its end, one hopes',
  '> A quotation that is long enough to hold a mark or two before its end comes near',
  '1. A numbered item with words that go on and on until the line is long enough for it',
  '这是一个足够长的中文句子用来测试标记的位置。下面还有一句话，也很长。再来一句！好的',
]

/** What the specification has no examples of: GFM's and other extensions, and what was once misread. */
const extensions = [
  '[^1]: note text that is long enough to hold a mark somewhere in the line',
  'word[^1]',
  '| a | b |\n|---|---|\n| some longer cell text here | and another one that is long |',
  'a | b\n- | -\nsome longer cell text that goes on and on here | and another',
  '- [ ] task with a long text that goes on and on until the end',
  '~~gone~~',
  'https://example.com/a(b)c',
  '$$\nx = y\n$$',
  '$a$ and $b$',
  '<details>\n<summary>x</summary>',
  '</details>',
  '[x]: /url "some title with words"',
  '[some label with words]',
  '![some alt text with words](x.png "and a title with words")',
  '```js some info words\ncode with several words in a line that is long',
  '    indented code with several words in a line that is long',
  '\t- tab item with several words',
  '<!-- comment with words',
  '-->',
  '<div title="a b',
  'Term\n: definition with words that go on and on for quite a while',
  '---',
  '===',
  '***',
  '~~~',
  '<a href="x',
  '`code with words',
  '``',
  '\\',
  '&amp;',
  '{: .class}',
  '<code>',
  '</code>',
  '<script>',
  '<pre>',
  '> ```\n> code words words words words words words words',
  '- ```\n  code words words words words words words words',
  '  ```',
]

const joints = ['\n', '\n', '\n\n', ' ', '', '\n> ', '\n- ', '\n  ', '\n    ', ' `', ' [']

/** The same seed gives the same documents. */
export function* splices(seed: number, count: number): Generator<string> {
  const random = mulberry32(seed)
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] as string
  const pieces = [
    ...specification.map(example => example.markdown.replaceAll('→', '\t')),
    ...answers.map(answer => answer.text),
  ]
  const piece = (): string => {
    const whole = random() < 0.55 ? pick(prose) : pick(random() < 0.4 ? extensions : pieces)
    if (random() > 0.3) return whole
    const start = Math.floor(random() * whole.length)
    return whole.slice(start, start + 1 + Math.floor(random() * (whole.length - start)))
  }
  for (let made = 0; made < count; made++)
    yield Array.from({ length: 2 + Math.floor(random() * 8) }, () => piece() + pick(joints)).join('')
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
