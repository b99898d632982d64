/** A command's text: a file, or standard input. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Reads the file at `path`, or standard input where there is none or it is `-`. */
export async function readInput(path: string | undefined): Promise<string> {
  if (path !== undefined && path !== '-') return readFile(path, 'utf8')
  if (process.stdin.isTTY) process.stderr.write('Reading from the terminal; end with Ctrl-D.\n')
  return readFileSync(0, 'utf8')
}
