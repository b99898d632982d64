/** Servers that run for as long as a proof does. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'

/** How long a server may take to start, in milliseconds. */
const startTimeoutMs = 60_000

/** Waits until `isReady`, or throws where the server has ended before. */
export async function serverStarts(
  isReady: () => boolean,
  server: ChildProcess,
  name: string,
): Promise<void> {
  const end = Date.now() + startTimeoutMs
  while (!isReady()) {
    if (server.exitCode !== null || Date.now() > end) throw new Error(`Cannot start ${name}`)
    await wait(50)
  }
}

export async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  server.kill('SIGINT')
  await once(server, 'exit')
}
