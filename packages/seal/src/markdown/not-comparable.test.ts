/** What renderers disagree about is flagged, and nothing else is: a flag excuses what an editor changed. */
import { expect, test } from 'vitest'
import { scanAll } from '../../test/scan.ts'

const flagged: readonly string[] = [
  'where $x$ and $y + 1$ are real',
  'it is $E = mc^2$.',
  'costs $5 or $5x+1$',
  '$$\nx = y\n$$',
  'so \\(x\\) is',
  '\\[\nx\n\\]',
  'a note[^1] here',
  '[^1]: The note.',
  'a [link][1] here',
  '[1]: https://x.y',
  '<details>\n<summary>More</summary>\n\nHidden\n\n</details>',
  'H<sub>2</sub>O',
  '> [!NOTE]\n> Useful',
  '> [!info]- Title\n> text',
  'well done :tada: and :+1:',
  '**:fire:** hot',
  '5[1](https://x.y) mg',
  '[5](https://x.y)1 mg',
  'take 5`1` mg',
  '| a | b |\n|---|---|\n| `x\\|y` | 5 |',
  '| a | b |\n|---|---|\n| `x|y` | 5 |',
  'a | `b\\|c`\n--- | ---\nd | e',
  '| a |\n|---|\n| b | c |',
  'Acme (TM) and more',
  'a &unknown; b',
  '2*3*4',
  '---\ntitle: x\n---\n\ntext',
  '<https://x.y/%20z>',
]

const comparable: readonly string[] = [
  'It costs $5 to $10, or $20 in all.',
  'From $38 each way to $250; keep another $50.',
  '($5)–($10) and $5/$10',
  'US$5 and A$6',
  '**$5** and *$10*',
  'a $ b $ c',
  'a | b',
  '| a | b |\n|---|:-:|\n| - | -5 |',
  'at 10:30:45 or 7:15: then',
  'std::vector::push_back',
  'Note: this: that',
  '[text](https://x.y) and ![alt](x.png)',
  'in 2024.[1](https://x.y)',
  'in 2024 [1](https://x.y)',
  'see x[1] and 5[1]',
  '(C) and (c) and (R) and (tm)',
  'Title\n---\n\nOther\n===\n\ntext  \nmore\\\nand',
  "\"a\" 'b' it's -- so...",
  'a &amp; b &nbsp; c &#8209; d',
  '-- \nJohn',
  '- [x] done\n- [ ] open',
]

test.each(flagged)('S5 is not comparable: %j', text => {
  expect(scanAll(text).notComparable).toBe(true)
})

test.each(comparable)('S5 is comparable: %j', text => {
  expect(scanAll(text).notComparable).toBe(false)
})
