/** A gateway in a process of its own, which may be killed at any moment: this program, started again with `--gateway`. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, startGateway } from 'streamseal'

/** What a gateway's process holds. */
export interface Figures {
  readonly heapMb: number
  /** Timers, sockets and the like, by their kind. */
  readonly resources: Record<string, number>
}

/** Serves as the environment says until its parent is gone; tells its address, and its figures when asked. */
export async function runGateway(): Promise<void> {
  process.on('disconnect', () => process.exit(0))
  const { url } = await startGateway(readConfig(process.env))
  process.on('message', () => process.send?.(figures()))
  process.send?.(url)
}

function figures(): Figures {
  globalThis.gc?.()
  globalThis.gc?.()
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  return { heapMb: process.memoryUsage().heapUsed / 2 ** 20, resources }
}

/** The process, as its clients know it. */
export class GatewayNode {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #url: Promise<string>
  url = ''

  constructor(env: Record<string, string>) {
    this.#folder = mkdtempSync(join(tmpdir(), 'streamseal-node-'))
    this.#child = fork(process.argv[1] ?? '', ['--gateway'], {
      execArgv: ['--expose-gc'],
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        STREAMSEAL_DATA_DIR: this.#folder,
        STREAMSEAL_LOG_LEVEL: 'silent',
        OLLAMA_HOST: 'http://127.0.0.1:9',
        ...env,
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#url = once(this.#child, 'message').then(([url]) => String(url))
  }

  /** Resolves when it takes requests. */
  async ready(): Promise<this> {
    const ended = once(this.#child, 'exit').then(() => {
      throw new Error('Cannot start the gateway')
    })
    this.url = await Promise.race([this.#url, ended])
    ended.catch(() => undefined)
    return this
  }

  async figures(): Promise<Figures> {
    this.#child.send('figures')
    const [told] = (await once(this.#child, 'message')) as [Figures]
    return told
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit')
      this.#child.kill('SIGKILL')
      await exited
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
