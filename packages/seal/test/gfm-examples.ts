/** What GitHub Flavored Markdown adds to CommonMark, in examples: see vectors/markdown/README.md. */
import { readFileSync } from 'node:fs'

/** From the repository's root, where tests and proofs run. */
const file = 'vectors/markdown/gfm-examples.json'

interface Example {
  from: string
  section: string
  number: number
  markdown: string
}

const examples = JSON.parse(readFileSync(file, 'utf8')) as Example[]

export const gfmExamples: readonly { name: string; markdown: string }[] = examples.map(
  ({ from, section, number, markdown }) => ({ name: `${from}, ${section} ${number}`, markdown }),
)
