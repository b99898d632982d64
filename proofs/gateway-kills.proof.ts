/** Runs survive whole gateways: two on one Redis, the one that produces or the one that reads is killed, and Redis is stopped. `--break` loses a part and must fail. */
import { parseArgs } from 'node:util'
import { hasRedis, startRedis } from '../packages/stream/src/runs/redis-server.test-helper.ts'
import { proveKills } from './gateway-runs/kills.ts'
import { runGateway } from './gateway-runs/node.ts'
import { proveOutage } from './gateway-runs/outage.ts'
import { startUpstream } from './gateway-runs/upstream.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'kills,outage' },
    rounds: { type: 'string', default: '200' },
    'outage-ms': { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    break: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    // This program is also its own gateways.
    gateway: { type: 'boolean', default: false },
  },
})

const claim =
  'A run of the gateway outlives the gateway. Where the one that produces it is killed, readers at another are told that it is incomplete, with all that anyone was given; where it is killed before anyone can have seen any of the answer, and the setting allows it, the model is asked once more and every reader gets one finished answer. Where a reader’s gateway is killed, the reader goes on elsewhere, and its text is equal byte for byte. Where Redis is stopped, nothing that was acknowledged is lost, and everyone is told.'

if (values.gateway) await runGateway()
else process.exitCode = (await prove()) ? 0 : 1

async function prove(): Promise<boolean> {
  if (!hasRedis) {
    console.error('gateway-kills: redis-server is not installed; nothing is proved')
    return false
  }
  const seed = Number(values.seed)
  console.log(`seed ${seed}`)
  const redis = await startRedis()
  const upstream = await startUpstream()
  const env = {
    REDIS_URL: redis.url,
    OPENAI_BASE_URL: upstream.baseUrl,
    STREAMSEAL_MODEL: 'm',
    STREAMSEAL_LOST_RUNS: 'ask-again',
    STREAMSEAL_RUN_LEASE_MS: '1500',
  }
  const proofs: Record<string, () => Promise<{ rows: Row[]; faults: string[] }>> = {
    kills: () => proveKills({ rounds: Number(values.rounds), seed, env, upstream, loses: values.break }),
    outage: () => proveOutage({ seed, env, redis, outageMs: Number(values['outage-ms']) }),
  }
  const rows: Row[] = [['seed', String(seed)]]
  const faults: string[] = []
  try {
    for (const name of values.only.split(',')) {
      const proved = await proofs[name]?.()
      if (proved === undefined) throw new RangeError(`Cannot prove "${name}": choose kills, outage`)
      rows.push(...proved.rows)
      faults.push(...proved.faults)
      for (const [what, value] of proved.rows) console.log(`${what}: ${value}`)
    }
  } finally {
    upstream.close()
    await redis.remove()
  }
  for (const fault of faults.slice(0, 20)) console.error(`FAULT ${fault}`)
  rows.push(['faults', String(faults.length)])
  if (values.keep) keepResults('gateway-kills', claim, rows)
  return faults.length === 0
}
