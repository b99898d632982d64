/** Redis is held up, and stopped, for ten seconds while runs stream: nothing is lost, and nobody waits without being told. */
import { setTimeout as delay } from 'node:timers/promises'
import { type RedisServer, startRedis } from '../../packages/stream/src/runs/redis-server.test-helper.ts'
import type { Row } from '../helpers/keep-results.ts'
import { Client } from './client.ts'
import { NodeProcess } from './node-process.ts'
import { deltasOf } from './talker.ts'

/** What is proved. */
export interface OutagesOptions {
  seed: number
  loses: boolean
}

const outageMs = 10_000
/** Calls time out after two seconds, readers are told after three more; the rest is this machine's. */
const toldWithinMs = 10_000
const runCount = 10
const deltaCount = 600
const gapMs = 20

/** Proves it, for a Redis that hangs and for one that is gone. */
export async function proveOutages({
  seed,
  loses,
}: OutagesOptions): Promise<{ rows: Row[]; faults: string[] }> {
  const hangs = await proveOutage(seed, loses, {
    begin: async redis => redis.freeze(),
    end: async redis => redis.thaw(),
  })
  const stops = await proveOutage(seed + runCount, loses, {
    begin: redis => redis.stop(),
    end: redis => redis.start(),
  })
  return {
    rows: [
      ['Redis hangs for 10 s', hangs.told],
      ['Redis is stopped for 10 s', stops.told],
    ],
    faults: [...hangs.faults, ...stops.faults],
  }
}

interface Outage {
  begin(redis: RedisServer): Promise<void>
  end(redis: RedisServer): Promise<void>
}

async function proveOutage(
  seed: number,
  loses: boolean,
  outage: Outage,
): Promise<{ told: string; faults: string[] }> {
  const redis = await startRedis()
  const nodes = [new NodeProcess(redis.url), new NodeProcess(redis.url)] as const
  await Promise.all(nodes.map(node => node.ready()))
  const faults: string[] = []
  try {
    const ids = Array.from({ length: runCount }, (_, index) => (seed + index).toString(16).padStart(16, '0'))
    for (const [index, id] of ids.entries())
      await nodes[0].tell({ do: 'start', id, prompt: `${seed + index} ${deltaCount} ${gapMs}` })
    const clients = ids.flatMap((id, index) =>
      nodes.map(node => ({
        node,
        client: new Client(id, loses ? 5 : 0),
        expected: deltasOf(seed + index, deltaCount).join(''),
      })),
    )
    const readings = clients.map(({ node, client }) => persist(client, node))
    await delay(1500)
    await outage.begin(redis)
    const begun = performance.now()
    const refusal = await nodes[0].tell({ do: 'start', id: 'ffffffffffffffff', prompt: '1 1 0' })
    const refusedMs = Math.round(performance.now() - begun)
    if (refusal.kind !== 'error' || refusal.code !== 'STORE_UNAVAILABLE')
      faults.push(`a start without a store was answered ${JSON.stringify(refusal)}`)
    await delay(outageMs - (performance.now() - begun))
    const untold = clients.filter(({ client }) => performance.now() - client.heardAt > toldWithinMs)
    if (untold.length > 0) faults.push(`${untold.length} readers heard nothing for ${toldWithinMs} ms`)
    await outage.end(redis)
    const told = (await Promise.all(readings)).flat()
    for (const code of told) if (code !== 'STORE_UNAVAILABLE') faults.push(`a reader was told ${code}`)
    for (const { client, expected } of clients) {
      faults.push(...client.faults)
      if (client.text !== expected || client.last?.type !== 'finish')
        faults.push(
          `${client.id}: the text is not whole after the outage (${JSON.stringify(client.last)}, ${client.text.length} of ${expected.length} characters)`,
        )
    }
    const whole = `${clients.length} readers of ${runCount} runs have the whole text; STORE_UNAVAILABLE was told ${told.length} times, a start was refused after ${refusedMs} ms`
    return { told: whole, faults }
  } finally {
    await Promise.all(nodes.map(node => node.kill()))
    await redis.remove()
  }
}

/** Reads to the end, coming back whenever it is told that the store is away; answers with what it was told. */
async function persist(client: Client, node: NodeProcess): Promise<string[]> {
  const told: string[] = []
  for (let attempt = 0; attempt < 200; attempt++) {
    const ending = await client.visit(node)
    if (ending.kind === 'error') told.push(ending.code)
    if (ending.kind === 'killed' || client.hasEnded) return told
    await delay(200)
  }
  return told
}
