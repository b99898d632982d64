/** One node: a process with runs over a Redis, told by messages what to start and what to read. */

import type { Part } from '@streamseal/stream'
import { createRuns } from '@streamseal/stream/runs'
import { openRedisRunStore } from '@streamseal/stream/runs/redis'
import { talker } from './talker.ts'

/** What a node is told. */
export type Order =
  | { do: 'start'; call: number; id: string; prompt: string }
  | { do: 'read'; call: number; id: string; after: number }
  | { do: 'get'; call: number; id: string }

/** What a node says. */
export type Answer =
  | { call: 0; ready: true }
  | { call: number; parts: Part[] }
  | { call: number; done: true; state?: string }
  | { call: number; error: string; code: string }

/** How long a producer may be silent. */
const leaseMs = 1500

/** Runs until its parent is gone. */
export async function runNode(url: string): Promise<void> {
  const store = await openRedisRunStore({ url, timeoutMs: 2000, patienceMs: 3000 })
  const runs = createRuns({ store, leaseMs, storeOutageMs: 60_000, readerPatienceMs: 3000 })
  process.on('message', (order: Order) => void obey(order))
  process.on('disconnect', () => process.exit(0))
  say({ call: 0, ready: true })

  async function obey(order: Order): Promise<void> {
    const { call } = order
    try {
      if (order.do === 'start') {
        await runs.start(talker, { prompt: order.prompt, id: order.id, retry: false })
        say({ call, done: true })
      } else if (order.do === 'read') {
        for await (const part of runs.read(order.id, { after: order.after })) say({ call, parts: [part] })
        say({ call, done: true })
      } else {
        const state = (await runs.get(order.id))?.state
        say({ call, done: true, ...(state === undefined ? {} : { state }) })
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNTYPED'
      say({ call, error: String(error), code })
    }
  }
}

function say(answer: Answer): void {
  process.send?.(answer)
}
