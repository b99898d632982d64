/** Fifty answers such as language models give, written for these tests: many scripts, many shapes. */
import { readdirSync, readFileSync } from 'node:fs'

/** From the repository's root, where tests and proofs run. */
const folder = 'packages/seal/src/corpus'

export const answers: readonly { name: string; text: string }[] = readdirSync(folder)
  .filter(file => file.endsWith('.md'))
  .sort()
  .map(file => ({ name: file.slice(0, -3), text: readFileSync(`${folder}/${file}`, 'utf8') }))
