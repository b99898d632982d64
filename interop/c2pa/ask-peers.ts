/** Asks the other implementations; `interop/c2pa/run` installs them, and without it nothing is asked. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import type { Sample } from './samples.ts'

const python = fileURLToPath(new URL('../../.cache/interop-c2pa/venv/bin/python', import.meta.url))
const stamp = fileURLToPath(new URL('../../.cache/interop-c2pa/venv/requirements.txt', import.meta.url))
const peers = fileURLToPath(new URL('peers.py', import.meta.url))

/** Whether they can be asked. */
export const installed: boolean = existsSync(python) && existsSync(stamp)
if (!installed)
  console.info('interop/c2pa is skipped: run interop/c2pa/run once to install the other implementations')

/** What one of them says of one text. */
export interface Answer {
  verdict: string
  trusted?: boolean
  codes: string[]
  timestamps?: string[]
}

const folders: string[] = []

/** A folder that is gone after the tests. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'c2pa-interop-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Has `peers.py` judge the samples of a folder, or write its own there. */
export function ask(command: 'judge' | 'write', folder: string): unknown {
  return JSON.parse(execFileSync(python, [peers, command, folder], { encoding: 'utf8', maxBuffer: 1 << 26 }))
}

/** What each says of each sample. */
export function judge(all: Sample[]): Record<string, Record<string, Answer>> {
  const folder = newFolder()
  for (const { name, text, manifest, root } of all) {
    writeFileSync(join(folder, `${name}.txt`), text)
    writeFileSync(join(folder, `${name}.c2pa`), manifest)
    writeFileSync(join(folder, `${name}.pem`), root)
  }
  const index = all.map(({ name, carrier, mime }) => ({ name, carrier, ...(mime !== undefined && { mime }) }))
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index))
  return ask('judge', folder) as Record<string, Record<string, Answer>>
}
