/** A part of a measurement in a process of its own, so that none slows another: this same program, started again. */
import { type ChildProcess, spawn } from 'node:child_process'

/** A process that has said where it listens. */
export interface BenchProcess {
  readonly url: string
  stop(): Promise<void>
}

/** So long may it take to say so, in milliseconds. */
const startMs = 30_000

/** Starts `streamseal <args>`; resolves with the first address of this machine that it prints. */
export function startProcess(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<BenchProcess> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (): void => {
      child.kill('SIGKILL')
      reject(new Error(`Cannot start "streamseal ${args.join(' ')}": ${said.slice(-500)}`))
    }
    const timer = setTimeout(fail, startMs)
    const hear = (data: Buffer): void => {
      said += data.toString('utf8')
      const [url] = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(said) ?? []
      if (url === undefined) return
      clearTimeout(timer)
      resolve({ url: url.replace('localhost', '127.0.0.1'), stop: () => stop(child) })
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => {
      clearTimeout(timer)
      fail()
    })
  })
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
