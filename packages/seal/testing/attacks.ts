/** What attackers do to a text, and what is said of it: the rows of docs/seal-attacks.md. */
import { selector } from '../src/frame.ts'
import { type Report, type SealerOptions, seal, strip } from '../src/index.ts'
import { otherSigner, signer } from './keys.ts'
import { prose } from './texts.ts'

export const options: SealerOptions = {
  signer,
  claims: { model: 'demo' },
  segmentChars: 200,
  streamId: 'aaaaaaaaaaaaaaaa',
  now: Date.UTC(2026, 10, 21),
}
export const text: string = prose(16)
export const { text: sealed }: { text: string } = await seal(text, options)
export const { text: other }: { text: string } = await seal(prose(16, 50), {
  ...options,
  streamId: 'bbbbbbbbbbbbbbbb',
})
const { text: foreign } = await seal(prose(5, 70), {
  ...options,
  signer: otherSigner,
  streamId: 'cccccccccccccccc',
})

/** The text between the marks, each with the marks behind it. */
export function segmentsOf(of: string): string[] {
  return of.match(/[^\udb40]+(?:\udb40[\udd00-\uddef])*/g) ?? []
}
export const parts: string[] = segmentsOf(sealed)
const otherParts = segmentsOf(other)
const words = parts.map(part => strip(part))
export const marks: string[] = parts.map((part, i) => part.slice(words[i]?.length))
/** All parts, one of them replaced. */
function withPart(i: number, part: string): string {
  return parts.map((known, j) => (i === j ? part : known)).join('')
}
const noise = selector(3) + selector(200) + selector(7)

export interface Verdict {
  status: Report['status']
  /** Of the first seal. */
  seal?: Partial<Report['seals'][number]>
  unsealed?: number
}

export const attacks: [name: string, attacked: string, verdict: Verdict][] = [
  ['nothing at all', sealed, { status: 'intact', unsealed: 0 }],
  [
    'every word replaced, every mark kept',
    marks.map((mark, i) => words[i]?.replace(/\w/g, 'x') + mark).join(''),
    { status: 'altered' },
  ],
  [
    'one letter changed',
    sealed.replace('brass', 'grass'),
    { status: 'altered', seal: { signature: 'valid', content: 'altered', coverage: 'whole' } },
  ],
  ['words inserted in a sentence', sealed.replace('brass', 'brass <9,999,999 of >'), { status: 'altered' }],
  ['an element inserted', sealed.replace('brass', '<b>brass</b> <i>and gold</i>'), { status: 'altered' }],
  ['words inserted at a mark', withPart(1, `${parts[1]} And the reverse.`), { status: 'altered' }],
  ['words taken out', sealed.replace(' small', ''), { status: 'altered' }],
  ['a number changed', sealed.replace('1905', '1950'), { status: 'altered' }],
  [
    'words before the text',
    `Our lawyers say: ${sealed}`,
    { status: 'excerpt', seal: { content: 'intact', coverage: 'whole' }, unsealed: 1 },
  ],
  [
    'words behind the text',
    `${sealed} None of this is true.`,
    { status: 'excerpt', seal: { content: 'intact' }, unsealed: 1 },
  ],
  [
    'white space folded',
    sealed.replaceAll('. ', '.\n'),
    { status: 'reformatted', seal: { signature: 'valid', hiddenMarkup: 'unchecked' }, unsealed: 0 },
  ],
  ['quotes curled and a newline appended', `${sealed}\n`, { status: 'reformatted', unsealed: 0 }],
  ['invisible noise beside a mark', withPart(1, parts[1] + noise), { status: 'reformatted' }],
  [
    'invisible noise inside a mark',
    sealed.replace(marks[1]?.slice(0, 40) as string, marks[1]?.slice(0, 40) + noise),
    { status: 'altered', seal: { order: 'gaps' } },
  ],
  ['every mark taken out', strip(sealed), { status: 'unsealed', unsealed: 1 }],
  [
    'every seal moved to another text',
    `This text is a lie, and it says so quite openly.${marks.join('')}`,
    { status: 'altered' },
  ],
  ['the closing glued to another text', `Something else.${marks.at(-1)}`, { status: 'altered' }],
  [
    'two segments exchanged',
    [parts[1], parts[0], ...parts.slice(2)].join(''),
    { status: 'altered', seal: { order: 'reordered' } },
  ],
  [
    'a segment taken out with its mark',
    [parts[0], ...parts.slice(2)].join(''),
    { status: 'excerpt', seal: { order: 'gaps', content: 'intact' } },
  ],
  [
    'a segment replaced by words',
    [parts[0], ' Something else was here.', ...parts.slice(2)].join(''),
    { status: 'altered', seal: { order: 'gaps' }, unsealed: 1 },
  ],
  [
    'a segment doubled',
    [parts[0], parts[1], ...parts.slice(1)].join(''),
    { status: 'altered', seal: { order: 'reordered' } },
  ],
  ['the end cut off', parts.slice(0, 3).join(''), { status: 'truncated', seal: { coverage: 'truncated' } }],
  [
    'the closing taken out',
    sealed.slice(0, -(marks.at(-1)?.length as number)),
    { status: 'truncated', seal: { coverage: 'truncated' }, unsealed: 1 },
  ],
  [
    'the beginning cut off',
    parts.slice(1).join(''),
    { status: 'excerpt', seal: { coverage: 'excerpt', order: 'ok' } },
  ],
  [
    'one passage in another text',
    `He wrote: ${parts[2]} So he did.`,
    { status: 'excerpt', seal: { signature: 'valid', content: 'intact' }, unsealed: 2 },
  ],
  [
    'two streams spliced',
    [...parts.slice(0, 2), ...otherParts.slice(2)].join(''),
    { status: 'altered', seal: { order: 'spliced' } },
  ],
  [
    'a segment of another stream put in',
    [parts[0], otherParts[1], ...parts.slice(2)].join(''),
    { status: 'altered', seal: { order: 'spliced' } },
  ],
  [
    'a closing of another stream',
    [
      ...parts.slice(0, -1),
      words.at(-1),
      segmentsOf(other)
        .at(-1)
        ?.match(/(?:\udb40.)+/)?.[0],
    ].join(''),
    { status: 'altered' },
  ],
  ['a seal by an unknown key beside ours', `${sealed}\n\n${foreign}`, { status: 'unknown-signer' }],
  [
    'our text sealed by a stranger',
    foreign,
    { status: 'unknown-signer', seal: { signer: 'unknown', signature: 'unchecked' } },
  ],
]
