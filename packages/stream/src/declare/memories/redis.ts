/** A memory in Redis: a list a session. Needs the package `@redis/client`. */
import { createClient } from '@redis/client'
import type { ChatMessage, Memory } from '../memory.ts'

/** What `redisMemory` is told. */
export interface RedisMemoryOptions {
  /** `redis://` or `rediss://`, with user, password and database where there are any. */
  url: string
  /** Begins every key; default `streamseal:chat:`. */
  prefix?: string
  /** Sessions are forgotten so long after their last message, in milliseconds; default never. */
  keepMs?: number
  /** How long to wait for a connection, in milliseconds; default 5,000. Calls reject while there is none. */
  connectTimeoutMs?: number
}

/**
 * Connects, and rejects where it cannot.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { redisMemory } from '@streamseal/stream/declare/redis'
 * await assert.rejects(redisMemory({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 100 }))
 * ```
 */
export async function redisMemory(options: RedisMemoryOptions): Promise<Memory> {
  const { url, prefix = 'streamseal:chat:', keepMs, connectTimeoutMs = 5000 } = options
  let isOpen = false
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: connectTimeoutMs,
      // Until it has connected once, a failure is the caller's to know; later it tries for as long as it takes.
      reconnectStrategy: retries => (isOpen ? Math.min(50 * 2 ** retries, 2000) : false),
    },
  })
  // Every call that fails rejects; without a listener the client would end the process.
  client.on('error', () => undefined)
  await client.connect()
  isOpen = true
  const keyOf = (sessionId: string): string => prefix + sessionId
  return {
    load: async sessionId =>
      (await client.lRange(keyOf(sessionId), 0, -1)).flatMap(line => JSON.parse(line) as ChatMessage[]),
    append: async (sessionId, messages) => {
      const key = keyOf(sessionId)
      const transaction = client.multi().rPush(key, JSON.stringify(messages))
      await (keepMs === undefined ? transaction : transaction.pExpire(key, keepMs)).exec()
    },
    clear: async sessionId => void (await client.del(keyOf(sessionId))),
    close: async () => client.destroy(),
  }
}
