/** A gateway as its users run it: the built program, in a process of its own, with its own data. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One. */
export interface GatewayProcess {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Whether it has gone by itself. */
  readonly ended: boolean
  /** What it has written to standard error. */
  log(): string
  /** What is in use after its garbage was collected, in bytes: heap, and buffers outside it. */
  memoryInUse(): Promise<number>
  /** Resident memory, in bytes (Linux). */
  residentMemory(): number
  /** Open descriptors (Linux). */
  descriptors(): number
  /** Stops it as an operator does, and removes its data. */
  stop(): Promise<void>
}

/** Starts it and waits until it is ready, for at most 20 seconds. */
export async function startGatewayProcess(
  env: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Promise<GatewayProcess> {
  const port = await freePort()
  const data = mkdtempSync(join(tmpdir(), 'streamseal-proof-'))
  const child = spawn(
    process.execPath,
    [
      '--expose-gc',
      '--import',
      './proofs/helpers/say-memory.mjs',
      ...nodeOptions,
      'packages/gateway/bin/streamseal.js',
      'serve',
    ],
    {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: data,
        PORT: String(port),
        STREAMSEAL_DATA_DIR: data,
        OLLAMA_HOST: 'http://127.0.0.1:9',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const url = `http://127.0.0.1:${port}`
  await ready(url, child, () => log)
  const pid = child.pid ?? 0
  return {
    url,
    port,
    pid,
    get ended() {
      return hasEnded(child)
    },
    log: () => log,
    async memoryInUse() {
      const said = log.length
      child.kill('SIGUSR2')
      for (let looks = 0; looks < 100; looks += 1) {
        await new Promise(resolve => setTimeout(resolve, 50))
        const bytes = /memory in use: (\d+)\n/.exec(log.slice(said))?.[1]
        if (bytes !== undefined) return Number(bytes)
      }
      throw new Error('The gateway does not say what memory it has in use')
    },
    residentMemory() {
      const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      return Number(kilobytes) * 1024
    },
    descriptors: () => readdirSync(`/proc/${pid}/fd`).length,
    async stop() {
      if (!hasEnded(child)) {
        const exited = new Promise(resolve => child.once('exit', resolve))
        child.kill('SIGTERM')
        await exited
      }
      rmSync(data, { recursive: true, force: true })
    },
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

async function ready(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline && !hasEnded(child)) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`Cannot start the gateway: ${log()}`)
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
