/** A Redis of our own for tests and proofs, on a port of its own, in a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const program = 'redis-server'

/** Whether it is installed. */
export const hasRedis: boolean = spawnSync(program, ['--version']).status === 0

/** The server; it keeps what it acknowledges over a stop. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Holds it up without closing a connection, as a machine that swaps does. */
  freeze(): void
  thaw(): void
  /** Stops it in order. */
  stop(): Promise<void>
  /** Stops it at once. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Stops it and removes what it kept. */
  remove(): Promise<void>
}

/** Starts one. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'streamseal-redis-'))
  const port = await freePort()
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '']
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction']
    child = spawn(program, [...options, ...durable], { stdio: 'ignore' })
    await answering(port)
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child
    child = undefined
    if (ending === undefined || ending.exitCode !== null) return
    const exited = once(ending, 'exit')
    ending.kill(signal)
    await exited
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    start,
    async remove() {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const answer = await ping(port).catch(() => '')
    if (answer.startsWith('+PONG')) return
    await delay(20)
  }
  throw new Error(`redis-server does not answer on port ${port}`)
}

async function ping(port: number): Promise<string> {
  const socket = createConnection({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    socket.write('PING\r\n')
    const [data] = (await once(socket, 'data')) as [Buffer]
    return data.toString()
  } finally {
    socket.destroy()
  }
}
