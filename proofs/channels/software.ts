/** Software that channels go through: found or missing, started and stopped. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Channel } from './channel.ts'

/** Channels through one piece of software. */
export interface Software {
  readonly channels: readonly Channel[]
  /** Its name and version, or that it was not found. */
  readonly what: string
  close(): Promise<void>
}

/** Nothing to carry text through, because `name` is not installed. */
export function missing(name: string): Software {
  return { channels: [], what: `${name}: not found, its channels are left out`, close: async () => undefined }
}

/** Channels through what runs in this process. */
export function library(what: string, channels: readonly Channel[]): Software {
  return { channels, what, close: async () => undefined }
}

/** The full path of a program, or nothing where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map(folder => join(folder, name)).find(path => existsSync(path))
}

/** A folder of its own under the system's temporary one, and how to remove it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'streamseal-channels-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A program's name and the version that it prints. */
export function versionOf(program: string, flag: string, version: RegExp, name: string): string {
  const printed = execFileSync(program, [flag], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return `${name} ${version.exec(printed)?.[1] ?? ''}`.trim()
}
