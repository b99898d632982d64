/** Redis is stopped for ten seconds while gateways answer: nothing that was acknowledged is lost, and everyone is told. */
import { setTimeout as delay } from 'node:timers/promises'
import { strip } from '@streamseal/seal'
import type { RedisServer } from '../../packages/stream/src/runs/redis-server.test-helper.ts'
import type { Row } from '../helpers/keep-results.ts'
import { deltasOf } from '../runs/talker.ts'
import { GatewayNode } from './node.ts'
import { Visitor } from './visitor.ts'

/** What is proved. */
export interface OutageOptions {
  readonly seed: number
  readonly env: Record<string, string>
  readonly redis: RedisServer
  readonly outageMs: number
}

const runCount = 6
const gapMs = 20
/** The client comes back by itself for as long. */
const patience = { maxAttempts: 200, firstDelayMs: 100, longestDelayMs: 500 }

/** Proves it. */
export async function proveOutage({
  seed,
  env,
  redis,
  outageMs,
}: OutageOptions): Promise<{ rows: Row[]; faults: string[] }> {
  const nodes = await Promise.all([new GatewayNode(env).ready(), new GatewayNode(env).ready()])
  const [one, two] = nodes as [GatewayNode, GatewayNode]
  const faults: string[] = []
  // The model speaks for longer than Redis is away.
  const deltaCount = Math.ceil((outageMs + 4000) / gapMs)
  try {
    const runs = await Promise.all(
      Array.from({ length: runCount }, async (_, index) => {
        const response = await post(`${one.url}/stream`, `${seed + index} ${deltaCount} ${gapMs} 0`)
        await response.body?.cancel()
        const id = response.headers.get('streamseal-stream-id') ?? ''
        return {
          expected: deltasOf(seed + index, deltaCount).join(''),
          visitors: [new Visitor(id), new Visitor(id)],
        }
      }),
    )
    const reading = runs.flatMap(({ visitors }) => [
      visitors[0]?.visit(one, patience),
      visitors[1]?.visit(two, patience),
    ])
    await delay(1500)
    await redis.stop()
    const begun = performance.now()
    const refused = await post(`${one.url}/stream`, '1 1 0 0')
    const refusedMs = Math.round(performance.now() - begun)
    const { error } = (await refused.json()) as { error?: { code?: string } }
    if (refused.status !== 503 || error?.code !== 'STORE_UNAVAILABLE')
      faults.push(`a question without a store was answered ${refused.status} ${error?.code}`)
    await delay(outageMs - (performance.now() - begun))
    const untold = runs.flatMap(({ visitors }) => visitors).filter(({ returns }) => returns === 0)
    if (untold.length > 0) faults.push(`${untold.length} readers were not told in ${outageMs} ms`)
    await redis.start()
    await Promise.all(reading)
    let told = 0
    for (const { expected, visitors } of runs) {
      for (const { id, text, last, returns, faults: seen } of visitors) {
        faults.push(...seen)
        told += returns
        if (strip(text) !== expected || last?.type !== 'finish')
          faults.push(`${id}: the text is not whole after the outage (${JSON.stringify(last)})`)
        if (text !== visitors[0]?.text) faults.push(`${id}: two readers have different texts`)
      }
    }
    const seconds = outageMs / 1000
    return {
      rows: [
        [
          `Redis is stopped for ${seconds} s`,
          `${2 * runCount} readers of ${runCount} runs have the whole text; they were told, and came back, ${told} times; a question was refused after ${refusedMs} ms`,
        ],
      ],
      faults,
    }
  } finally {
    await Promise.all(nodes.map(node => node.kill()))
  }
}

function post(url: string, query: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
}
