/** A memory that ends with its process. */
import type { ChatMessage, Memory } from '../memory.ts'

/** Bounds of `inMemory`. */
export interface InMemoryOptions {
  /** Sessions that are kept; the one that was written to longest ago is forgotten first. Default 10,000. */
  maxSessions?: number
}

/**
 * A new empty memory.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { inMemory } from '@streamseal/stream/declare'
 * const memory = inMemory()
 * await memory.append('s1', [{ role: 'user', content: 'Hello', turnId: 't1', at: '2026-11-21T08:00:00Z' }])
 * assert.equal((await memory.load('s1'))[0]?.content, 'Hello')
 * ```
 */
export function inMemory({ maxSessions = 10_000 }: InMemoryOptions = {}): Memory {
  const sessions = new Map<string, ChatMessage[]>()
  return {
    load: async sessionId => structuredClone(sessions.get(sessionId) ?? []),
    append: async (sessionId, messages) => {
      const known = sessions.get(sessionId) ?? []
      known.push(...structuredClone(messages))
      // A map keeps the order of insertion: what is written to moves to the end.
      sessions.delete(sessionId)
      sessions.set(sessionId, known)
      const [oldest] = sessions.keys()
      if (sessions.size > maxSessions && oldest !== undefined) sessions.delete(oldest)
    },
    clear: async sessionId => void sessions.delete(sessionId),
    close: async () => sessions.clear(),
  }
}
