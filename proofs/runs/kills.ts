/** Round after round one node is killed in mid-stream: once the one that produces, once the one that reads. */
import { setTimeout as delay } from 'node:timers/promises'
import { startRedis } from '../../packages/stream/src/runs/redis-server.test-helper.ts'
import type { Row } from '../helpers/keep-results.ts'
import { Client } from './client.ts'
import { NodeProcess } from './node-process.ts'
import { createRandom, type Random } from './random.ts'
import { deltasOf } from './talker.ts'

/** What is proved. */
export interface KillsOptions {
  rounds: number
  seed: number
  /** Loses a part, to show that it would be seen. */
  loses: boolean
}

const deltaCount = 120
const gapMs = 5
const runsARound = 3

interface Tally {
  faults: string[]
  incomplete: number
  whole: number
  parts: number
  resumed: number
}

/** Proves it; the nodes of all rounds share one Redis. */
export async function proveKills({
  rounds,
  seed,
  loses,
}: KillsOptions): Promise<{ rows: Row[]; faults: string[] }> {
  const redis = await startRedis()
  const random = createRandom(seed)
  const tally: Tally = { faults: [], incomplete: 0, whole: 0, parts: 0, resumed: 0 }
  const newNode = async (): Promise<NodeProcess> => {
    const node = new NodeProcess(redis.url)
    await node.ready()
    return node
  }
  let nodes = await Promise.all([newNode(), newNode()])
  let shown = Date.now()
  try {
    for (let round = 0; round < rounds && tally.faults.length < 10; round++) {
      const [one, two] = nodes as [NodeProcess, NodeProcess]
      const kill = round % 2 === 0 ? killProducer : killReaders
      const first = seed + round * runsARound
      // All have begun before anyone is killed.
      const begun = await Promise.all(
        Array.from({ length: runsARound }, (_, index) => begin(one, first + index)),
      )
      await Promise.all(
        begun.map((run, index) =>
          kill({
            ...run,
            one,
            two,
            random,
            tally,
            loses,
            kills: index === 0,
          }),
        ),
      )
      // The killed one is replaced, and the two change places.
      nodes = kill === killProducer ? [two, await newNode()] : [await newNode(), one]
      if (Date.now() - shown < 20_000) continue
      shown = Date.now()
      console.log(`round ${round + 1} of ${rounds}, ${tally.faults.length} faults`)
    }
  } finally {
    await Promise.all(nodes.map(node => node.kill()))
    await redis.remove()
  }
  return { rows: rowsOf(rounds, tally), faults: tally.faults }
}

function rowsOf(rounds: number, { faults, incomplete, whole, parts, resumed }: Tally): Row[] {
  return [
    ['rounds of kills', `${rounds}, ${runsARound} runs each`],
    [
      'runs whose producer was killed: told as incomplete, with all that anyone was given',
      String(incomplete),
    ],
    ['runs whose reader’s node was killed: resumed elsewhere, equal byte for byte', String(whole)],
    ['times a reader came back', String(resumed)],
    ['parts read', String(parts)],
    ['lost, doubled, out of order or untold', String(faults.length)],
  ]
}

interface Round {
  one: NodeProcess
  two: NodeProcess
  id: string
  /** What the model says. */
  expected: string
  random: Random
  tally: Tally
  loses: boolean
  /** This run's round does the killing; the others' watch. */
  kills: boolean
}

async function begin(one: NodeProcess, seed: number): Promise<{ id: string; expected: string }> {
  const id = seed.toString(16).padStart(16, '0')
  const started = await one.tell({ do: 'start', id, prompt: `${seed} ${deltaCount} ${gapMs}` })
  if (started.kind !== 'done') throw new Error(`Cannot start the run ${id}: ${JSON.stringify(started)}`)
  return { id, expected: deltasOf(seed, deltaCount).join('') }
}

/** The node that produces is killed; its reader and the other node's hold what was acknowledged. */
async function killProducer(round: Round): Promise<void> {
  const { one, two, id, expected, random, tally, loses, kills } = round
  const [near, far] = [new Client(id), new Client(id, loses ? 5 : 0)]
  const reading = [near.visit(one), far.visit(two)]
  if (kills) {
    await delay(20 + random(deltaCount * gapMs))
    await one.kill()
  }
  await Promise.all(reading)
  // Whoever was given more by the dead node comes back for the rest.
  const cameBackAt = near.cursor
  await near.visit(two)
  const fresh = new Client(id)
  await fresh.visit(two)
  const { state } = stateOf(await two.tell({ do: 'get', id }))
  const ended = state === 'complete' ? 'finish' : 'error'
  check(tally, id, {
    'the run has ended, and truly': state === 'complete' || state === 'incomplete',
    'every reader is told how': [near, far, fresh].every(({ last }) => last?.type === ended),
    'every reader has the same text': near.text === fresh.text && far.text === fresh.text,
    'it is the beginning of what the model said': expected.startsWith(fresh.text),
    'it is whole where the run is complete': state !== 'complete' || fresh.text === expected,
    'it holds all that anyone was given': fresh.cursor >= cameBackAt,
  })
  count(tally, [near, far, fresh])
  if (state === 'incomplete') tally.incomplete++
}

/** The node that reads is killed; its readers go on at the other. */
async function killReaders(round: Round): Promise<void> {
  const { one, two, id, expected, random, tally, loses, kills } = round
  const readers = [new Client(id, loses ? 5 : 0), new Client(id)]
  const reading = readers.map(reader => reader.visit(two))
  if (kills) {
    await delay(20 + random(deltaCount * gapMs))
    await two.kill()
  }
  await Promise.all(reading)
  await Promise.all(readers.map(reader => (reader.hasEnded ? undefined : reader.visit(one))))
  check(tally, id, {
    'every reader has the whole text': readers.every(({ text }) => text === expected),
    'every reader is told of the end': readers.every(({ last }) => last?.type === 'finish'),
  })
  count(tally, readers)
  tally.whole++
}

const stateOf = (ending: object): { state?: unknown } => ending

function check(tally: Tally, id: string, facts: Record<string, boolean>): void {
  for (const [fact, isSo] of Object.entries(facts)) if (!isSo) tally.faults.push(`${id}: not so: ${fact}`)
}

function count(tally: Tally, clients: readonly Client[]): void {
  for (const { faults, cursor, visits } of clients) {
    tally.faults.push(...faults)
    tally.parts += cursor
    tally.resumed += visits - 1
  }
}
