/** Where the closing of a whole text stands: no renderer shows a difference, and none has it where no mark belongs. */
import { tests as specification } from 'commonmark-spec'
import { expect, test } from 'vitest'
import { surveyText } from '../src/text-survey.ts'
import { answers } from './corpus.ts'
import { faultOf, mark } from './marking.ts'
import { renderers } from './renderers.ts'
import { splices } from './splices.ts'

const proof = process.env.STREAMSEAL_PROOF !== undefined
const timeout = proof ? 3_600_000 : 120_000
const tails = [
  '\n',
  '  \n\n',
  '\n\n```\ncode\n```\n',
  '\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
  '\n\n---\n',
  '\n\n[^1]: note\n',
  '\n\n: definition\n',
  '\n\n    code\n',
]

function faultsIn(text: string): string[] {
  const { closing } = surveyText(text, 'markdown')
  if (closing === undefined) return []
  const marked = mark(text, [closing.at])
  return renderers.flatMap(renderer => {
    const fault = faultOf(text, marked, renderer)
    return fault === undefined ? [] : [`${fault}: ${JSON.stringify(text)}`]
  })
}

test(
  'S8 S9 behind each example of the CommonMark specification, whatever follows',
  () => {
    const faults = specification.flatMap(({ markdown, number }) => {
      const chosen = proof ? tails : tails.slice(number % 8, (number % 8) + 1)
      return chosen.flatMap(tail => faultsIn(markdown.replaceAll('→', '\t').trimEnd() + tail))
    })
    expect(faults).toEqual([])
  },
  timeout,
)

test(
  'S8 S9 in the answers, cut at each block and with all sorts of ends',
  () => {
    const faults = answers.flatMap(({ text }, i) => {
      const blocks = text.split('\n\n')
      return blocks.flatMap((_, end) =>
        proof || end % 8 === i % 8
          ? faultsIn(blocks.slice(0, end + 1).join('\n\n') + tails[(i + end) % tails.length])
          : [],
      )
    })
    expect(faults).toEqual([])
  },
  timeout,
)

test(
  'S8 S9 in splices of everything',
  () => {
    const faults = [...splices(7, proof ? 4000 : 150)].flatMap((text, i) =>
      faultsIn(text + tails[i % tails.length]),
    )
    expect(faults).toEqual([])
  },
  timeout,
)
