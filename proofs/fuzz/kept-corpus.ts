/** The inputs that are kept: together they reach every block that fuzzing has reached, and each finding is among them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const folder = 'vectors/fuzz/'

/** The inputs kept for a target; none where there are none. */
export function readKept(target: string): string[] {
  const path = `${folder}${target}.json`
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : []
}

/** Keeps inputs, each on a line, in ASCII. */
export function writeKept(target: string, inputs: readonly string[]): void {
  const lines = [...inputs].sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).map(ascii)
  writeFileSync(`${folder}${target}.json`, `[\n${lines.join(',\n')}\n]\n`)
}

function ascii(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[^\x20-\x7e]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
