/** Processes for measuring, each on a core of its own where the machine has two and `taskset`. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { availableParallelism } from 'node:os'

/** The core of what is measured, and the core of all else. */
export type Core = 0 | 1

/** Whether each process can have its core. */
export const canPin = availableParallelism() > 1 && hasTaskset()

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A program to run with this Node. */
export interface Program {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly core: Core
  /** Where its output goes; default: nowhere. */
  readonly log?: string
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

function command({ args, core }: Program): [string, string[]] {
  const node = [process.execPath, ...args]
  return canPin ? ['taskset', ['-c', String(core), ...node]] : [process.execPath, [...args]]
}

/** Starts a server and resolves with it once `port` can be reached; `taskset` becomes the program, so that its id is the program's. */
export async function startServer(program: Program, port: number): Promise<ChildProcess & { pid: number }> {
  const log = program.log === undefined ? 'ignore' : openSync(program.log, 'a')
  const [file, args] = command(program)
  const child = spawn(file, args, { env: { ...process.env, ...program.env }, stdio: ['ignore', log, log] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  for (let waited = 0; !(await isOpen(port)); waited += 50) {
    if (child.exitCode !== null || waited > 20_000)
      throw new Error(`Cannot start "${program.args.join(' ')}"`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return child as ChildProcess & { pid: number }
}

/** Ends a server at once. */
export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Runs a program to its end, and returns the JSON that it prints. */
export async function runForJson(program: Program): Promise<unknown> {
  const [file, args] = command(program)
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece
  })
  await once(child, 'close')
  running.delete(child)
  return JSON.parse(output)
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function isOpen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
