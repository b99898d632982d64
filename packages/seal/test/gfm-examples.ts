/** What GitHub Flavored Markdown adds to CommonMark, in examples: see vectors/markdown/README.md. */
import { readFileSync } from 'node:fs'

const file = new URL('../../../vectors/markdown/gfm-examples.json', import.meta.url)

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
