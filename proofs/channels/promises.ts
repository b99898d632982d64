/** Whether a channel kept its promise. */
import type { Promised } from './channel.ts'
import type { Grade, Measured, Share } from './measure.ts'

interface Terms {
  /** What may be said of a text. */
  readonly grades: readonly Grade[]
  /** So many of the segments at least are reformatted or better. */
  readonly leastKept: number
  /** So many of the texts at most are not comparable, or an excerpt because a page does not show all of a text. */
  readonly mostReserved: number
}

/** Footnotes, mathematics and raw HTML are not comparable where they are rendered; a closed `<details>` is not copied. */
const reserved: readonly Grade[] = ['not comparable', 'excerpt']

const terms: Readonly<Record<Promised, Terms>> = {
  intact: { grades: ['intact'], leastKept: 1, mostReserved: 0 },
  kept: { grades: ['intact', 'reformatted', ...reserved], leastKept: 0.9, mostReserved: 0.1 },
  'mostly kept': {
    grades: ['intact', 'reformatted', 'altered', ...reserved],
    leastKept: 0.65,
    mostReserved: 0.1,
  },
  part: {
    grades: ['reformatted', 'not comparable', 'excerpt', 'truncated', 'unsealed'],
    leastKept: 0,
    mostReserved: 1,
  },
  'part or altered': {
    grades: ['not comparable', 'excerpt', 'truncated', 'unsealed', 'altered'],
    leastKept: 0,
    mostReserved: 1,
  },
  seen: {
    grades: ['altered', 'excerpt', 'truncated', 'unsealed', 'not comparable'],
    leastKept: 0,
    mostReserved: 0.2,
  },
  lost: { grades: ['unsealed'], leastKept: 0, mostReserved: 0 },
}

/** What is wrong with what came out of a channel, in sentences; nothing where the promise was kept. */
export function broken({ channel, texts, grades, skeleton }: Measured): string[] {
  const { grades: allowed, leastKept, mostReserved } = terms[channel.promised]
  const wrong = texts === 0 ? ['no text came out'] : []
  for (const [grade, count] of grades) {
    if (!allowed.includes(grade)) wrong.push(`${count} of ${texts} texts are ${grade}`)
  }
  const held = reserved.reduce((sum, grade) => sum + (grades.get(grade) ?? 0), 0)
  if (held > mostReserved * texts) wrong.push(`${held} of ${texts} texts are not comparable or excerpts`)
  if (ratio(skeleton) < leastKept)
    wrong.push(`${skeleton.kept} of ${skeleton.of} segments are reformatted or better`)
  return wrong.map(what => `"${channel.name}" promises "${channel.promised}", and ${what}`)
}

function ratio({ kept, of }: Share): number {
  return of === 0 ? 1 : kept / of
}
