/** Two texts under one stream id, which nobody should use twice: what is made of their segments, and what is said of it. */
import { encodeDetached } from '../src/detached.ts'
import { seal, strip } from '../src/index.ts'
import { unmark } from '../src/unmark.ts'
import { options, parts, segmentsOf } from './attacks.ts'
import type { StreamAttack } from './stream-attacks.ts'
import { prose } from './texts.ts'

/** The other text, as `parts` is the one; as many segments of the same lengths. */
const twin = segmentsOf((await seal(prose(16, 50), options)).text)

/** Segments of the other text where `which` says `b`. */
function woven(which: string, from = 0): string[] {
  return [...which].map((letter, i) => String((letter === 'b' ? twin : parts)[from + i]))
}

function allBeside(given: readonly string[]): { text: string; detached: string } {
  const payloads = unmark(given.join('')).marks.map(({ payload }) => payload)
  return { text: given.map(part => strip(part)).join(''), detached: encodeDetached(payloads) }
}

const count = parts.length
const spliced = {
  status: 'altered',
  seal: { order: 'spliced', signature: 'valid', content: 'intact' },
} as const
const firstOf = 'a'.padEnd(count, 'b')

export const linkAttacks: StreamAttack[] = [
  {
    name: 'the end of another text sealed under the same stream id',
    text: woven(firstOf).join(''),
    verdict: spliced,
  },
  {
    name: 'the same, its closing taken out',
    text: woven(firstOf.slice(0, -1)).join(''),
    verdict: spliced,
  },
  {
    name: 'one segment of another text under the same stream id',
    text: woven('aba'.padEnd(count, 'a')).join(''),
    verdict: spliced,
  },
  {
    name: 'the same in an excerpt',
    text: `He wrote: ${woven('ab', 1).join('')} So he did.`,
    verdict: { ...spliced, unsealed: 2 },
  },
  {
    name: 'the same, all marks beside the text',
    ...allBeside(woven('aba'.padEnd(count, 'a'))),
    verdict: spliced,
  },
  {
    name: 'the same, all marks but the closing beside the text',
    ...allBeside(woven('aba'.padEnd(count - 1, 'a'))),
    verdict: spliced,
  },
  {
    name: 'the closing of another text under the same stream id, behind an excerpt',
    text: woven('b'.padStart(count - 1, 'a'), 1).join(''),
    verdict: spliced,
  },
  {
    name: 'the marks of another text under the same stream id, the words as they were',
    text: parts
      .map(
        (part, i) =>
          strip(part) + (i === 1 ? twin : parts)[i]?.slice(strip(String((i === 1 ? twin : parts)[i])).length),
      )
      .join(''),
    verdict: { status: 'altered', seal: { order: 'spliced', content: 'altered' } },
  },
  {
    name: 'the end of another text under the same stream id, a segment left out between',
    text: [parts[0], ...twin.slice(2)].join(''),
    verdict: { status: 'excerpt', seal: { order: 'gaps', content: 'intact' } },
  },
  {
    name: 'a segment of another text under the same stream id, before the one in front of it',
    text: [twin[1], parts[0]].join(''),
    verdict: { status: 'altered', seal: { order: 'reordered' } },
  },
  {
    name: 'two texts under one stream id, one behind the other',
    text: [...parts, ' ', ...twin].join(''),
    verdict: { status: 'altered', seal: { order: 'reordered' } },
  },
]
