/** The command line as a process of its own, built from source for the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('..', import.meta.url))

/** Bundles `src/main.ts` with the workspaces it imports, from source; returns the file to run. */
export async function buildMain(): Promise<string> {
  const outfile = join(here, '.cache', `main-${process.pid}.js`)
  await build({
    entryPoints: [join(here, 'src/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@streamseal/source'],
    external: [
      'fastify',
      '@fastify/*',
      'libsql',
      'commander',
      'ws',
      '@redis/client',
      'standardwebhooks',
      'request-filtering-agent',
      'prom-client',
      '@opentelemetry/*',
      'ajv',
    ],
    logLevel: 'error',
  })
  return outfile
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A process that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves with the first match in its standard output. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>
  /** The same in its standard error. */
  waitForError(pattern: RegExp): Promise<RegExpExecArray>
}

/** Data directories of these processes; `removeData` clears them. */
const folders: string[] = []

/** A new data directory. */
export function newDataDirectory(): string {
  const folder = mkdtempSync(join(tmpdir(), 'streamseal-bin-'))
  folders.push(folder)
  return folder
}

export function removeData(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Starts `node <main> …args` with nothing of our own environment but these variables; its standard input ends behind `input`, or stays open. */
export function start(
  main: string,
  args: readonly string[],
  env: Record<string, string> = {},
  input?: string | Uint8Array | { open: true },
): Running {
  const child = spawn(process.execPath, [main, ...args], {
    env: {
      PATH: process.env.PATH,
      OLLAMA_HOST: 'http://127.0.0.1:9',
      STREAMSEAL_DATA_DIR: newDataDirectory(),
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  let onOutput = (): void => undefined
  // Decoded as streams: a character may be cut between two chunks.
  child.stdout.setEncoding('utf8').on('data', data => {
    stdout += data
    onOutput()
  })
  child.stderr.setEncoding('utf8').on('data', data => {
    stderr += data
    onOutput()
  })
  // A command that refuses its arguments does not read its input.
  child.stdin.on('error', () => undefined)
  if (typeof input === 'string' || input instanceof Uint8Array) child.stdin.end(input)
  else if (input === undefined) child.stdin.end()
  const ended = new Promise<Ended>(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
  const waitIn = (output: () => string, pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      onOutput = () => {
        const match = pattern.exec(output())
        if (match !== null) resolve(match)
      }
      onOutput()
      ended.then(end => reject(new Error(`ended with ${end.code}: ${end.stdout}${end.stderr}`)), reject)
    })
  return {
    child,
    ended,
    waitFor: pattern => waitIn(() => stdout, pattern),
    waitForError: pattern => waitIn(() => stderr, pattern),
  }
}
