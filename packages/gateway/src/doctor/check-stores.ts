/** Whether this machine holds what the gateway writes: the data directory, its database and keys, Redis, the port. */
import { rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { seal, verify } from '@streamseal/seal'
import { toUrlHost } from '../config/loopback.ts'
import type { Config } from '../config/read-config.ts'
import { openKeyRing } from '../keys/key-ring.ts'
import { openAnswerStore } from '../store/answer-store.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { databaseName } from '../store/with-store.ts'
import { type Finding, failed, look, ok, skipped, warning } from './finding.ts'

/** The data directory and the database in it. */
export async function checkStores(config: Config): Promise<Finding[]> {
  const { dataDirectory } = config
  const directory = await look('data directory', () => {
    openDataDirectory(dataDirectory)
    const probe = join(dataDirectory, `.doctor-${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
    return ok('data directory', `${dataDirectory} is writable`)
  })
  if (directory.state === 'failed') return [directory]
  const database = await look('database', () => {
    const store = openAnswerStore(join(dataDirectory, databaseName), config)
    const isReady = store.isReady()
    store.close()
    return isReady ? ok('database', 'answers') : failed('database', 'does not answer')
  })
  return [directory, database, await checkKeys(config)]
}

/** The signing key: there, and good for a seal. */
function checkKeys({ dataDirectory }: Config): Promise<Finding> {
  return look('signing key', async () => {
    const { signer, trust, path } = await openKeyRing(dataDirectory)
    const { text } = await seal('The doctor seals a sentence and looks whether it is still whole.', {
      signer,
      claims: { model: 'none' },
    })
    const { status } = await verify(text, { trust })
    return status === 'intact'
      ? ok('signing key', `${path} signs and verifies`)
      : failed('signing key', `its seal is ${status}`)
  })
}

/** Redis, where it is configured. */
export async function checkRedis({ redisUrl }: Config): Promise<Finding> {
  if (redisUrl === undefined) return skipped('redis', 'REDIS_URL is not set: runs are kept on this machine')
  return look(
    'redis',
    async () => {
      const { createClient } = await import('@redis/client')
      const client = createClient({
        url: redisUrl,
        socket: { connectTimeout: 3000, reconnectStrategy: false },
      })
      client.on('error', () => undefined)
      try {
        await client.connect()
        const startedAt = performance.now()
        await client.ping()
        return ok('redis', `answers in ${(performance.now() - startedAt).toFixed(1)} ms`)
      } finally {
        client.destroy()
      }
    },
    'check REDIS_URL, and that Redis runs',
  )
}

/** The port: free, or taken by a gateway. */
export async function checkPort({ host, port }: Config): Promise<Finding> {
  const place = `${toUrlHost(host)}:${port}`
  const reason = await listenOnce(host, port)
  if (reason === undefined) return ok('port', `${place} is free`)
  if (reason !== 'EADDRINUSE')
    return failed('port', `cannot listen on ${place}: ${reason}`, 'choose another HOST or PORT')
  if (await isGateway(`http://${place}`)) return ok('port', `a gateway listens on ${place} already`)
  return failed('port', `another program listens on ${place}`, 'choose another PORT')
}

/** Resolves with why not, or `undefined` where it can. */
function listenOnce(host: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port }, () => server.close(() => resolve(undefined)))
  })
}

/** Over `node:http`: whatever listens there may say nothing, or close each connection, which `fetch` would open again and again. */
function isGateway(url: string): Promise<boolean> {
  return new Promise(resolve => {
    const request = get(`${url}/.well-known/jwks.json`, { agent: false, timeout: 2000 }, response => {
      response.resume()
      resolve(response.headers['content-type']?.startsWith('application/jwk-set+json') ?? false)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

/** Who may call, as it is configured. */
export function checkAccess({ host, keys, publicUrl }: Config): Finding {
  const who =
    keys.length === 0
      ? `this machine only (${host})`
      : `${keys.length} API ${keys.length === 1 ? 'key' : 'keys'}`
  if (keys.length === 0 || publicUrl === undefined || publicUrl.startsWith('https:')) return ok('access', who)
  return warning(
    'access',
    `${who}, over plain http at ${publicUrl}`,
    'put TLS before the gateway: keys travel in the clear',
  )
}
