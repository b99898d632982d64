/** Fifty answers such as language models give, written for these tests: many scripts, many shapes. */
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../src/corpus/', import.meta.url)

export const answers: readonly { name: string; text: string }[] = readdirSync(folder)
  .filter(file => file.endsWith('.md'))
  .sort()
  .map(file => ({ name: file.slice(0, -3), text: readFileSync(new URL(file, folder), 'utf8') }))
