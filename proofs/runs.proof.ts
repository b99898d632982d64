/** Runs survive: two nodes on one Redis, producers and readers' nodes killed, Redis stopped, and a storm of readers. `--break` loses a part and must fail. */
import { parseArgs } from 'node:util'
import { hasRedis } from '../packages/stream/src/runs/redis-server.test-helper.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'
import { proveKills } from './runs/kills.ts'
import { runNode } from './runs/node.ts'
import { proveOutages } from './runs/outages.ts'
import { proveStorm, runStormServer } from './runs/storm.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'kills,outages,storm' },
    rounds: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '1' },
    readers: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    break: { type: 'boolean', default: false },
    keep: { type: 'boolean' },
    // This program is also its own nodes.
    node: { type: 'string' },
    'storm-server': { type: 'boolean' },
  },
})

const claim =
  'A run that is kept is read whole by whoever leaves and comes back: nothing that was delivered is lost or comes twice, when the process that produces it, the process that reads it, or Redis is stopped; and 2,000 readers who come and go leave nothing behind.'

if (values.node !== undefined) await runNode(values.node)
else if (values['storm-server']) await runStormServer()
else process.exitCode = (await prove()) ? 0 : 1

async function prove(): Promise<boolean> {
  if (!hasRedis) {
    console.error('runs: redis-server is not installed; nothing is proved')
    return false
  }
  const seed = Number(values.seed)
  console.log(`seed ${seed}`)
  const proofs: Record<string, () => Promise<{ rows: Row[]; faults: string[] }>> = {
    kills: () => proveKills({ rounds: Number(values.rounds), seed, loses: values.break }),
    outages: () => proveOutages({ seed, loses: values.break }),
    storm: () => proveStorm({ minutes: Number(values.minutes), readers: Number(values.readers), seed }),
  }
  const rows: Row[] = [['seed', String(seed)]]
  const faults: string[] = []
  for (const name of values.only.split(',')) {
    const proved = await proofs[name]?.()
    if (proved === undefined) throw new RangeError(`Cannot prove "${name}": choose kills, outages, storm`)
    rows.push(...proved.rows)
    faults.push(...proved.faults)
    for (const [what, value] of proved.rows) console.log(`${what}: ${value}`)
  }
  for (const fault of faults.slice(0, 20)) console.error(`FAULT ${fault}`)
  rows.push(['faults', String(faults.length)])
  if (values.keep) keepResults('runs', claim, rows)
  return faults.length === 0
}
