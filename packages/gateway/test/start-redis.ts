/** A Redis of our own for a test, on a port of its own, that keeps nothing. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createConnection, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Whether `redis-server` is installed. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0

/** Starts one; resolves when it takes connections. */
export async function startRedis(): Promise<{ url: string; remove(): Promise<void> }> {
  const port = await freePort()
  const child = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  })
  while (!(await isAnswering(port))) await delay(20)
  return {
    url: `redis://127.0.0.1:${port}`,
    async remove() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function isAnswering(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
