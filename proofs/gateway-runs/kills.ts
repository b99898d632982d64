/** Round after round one of two gateways on one Redis is killed: the one that produces, while it speaks or before it has; or the one that reads. */
import { setTimeout as delay } from 'node:timers/promises'
import { strip } from '@streamseal/seal'
import type { Row } from '../helpers/keep-results.ts'
import { createRandom, type Random } from '../runs/random.ts'
import { deltasOf } from '../runs/talker.ts'
import { GatewayNode } from './node.ts'
import type { Upstream } from './upstream.ts'
import { Visitor } from './visitor.ts'

/** What is proved. */
export interface KillsOptions {
  readonly rounds: number
  readonly seed: number
  readonly env: Record<string, string>
  readonly upstream: Upstream
  /** Loses a part, to show that it would be seen. */
  readonly loses: boolean
}

const deltaCount = 100
const gapMs = 5
/** How long the model is silent where the gateway is to die before it speaks. */
const silenceMs = 1200
const runsARound = 3

type Kind = 'speaking' | 'silent' | 'reading'
const kinds: readonly Kind[] = ['silent', 'reading', 'speaking', 'reading']

interface Tally {
  readonly faults: string[]
  incomplete: number
  whole: number
  askedAgain: number
  elsewhere: number
  parts: number
  returns: number
}

/** Proves it. */
export async function proveKills(options: KillsOptions): Promise<{ rows: Row[]; faults: string[] }> {
  const { rounds, seed, env, upstream, loses } = options
  const random = createRandom(seed)
  const tally: Tally = {
    faults: [],
    incomplete: 0,
    whole: 0,
    askedAgain: 0,
    elsewhere: 0,
    parts: 0,
    returns: 0,
  }
  const newNode = (): Promise<GatewayNode> => new GatewayNode(env).ready()
  let nodes = await Promise.all([newNode(), newNode()])
  let shown = Date.now()
  try {
    for (let round = 0; round < rounds && tally.faults.length < 10; round++) {
      const [one, two] = nodes as [GatewayNode, GatewayNode]
      const kind = kinds[round % kinds.length] as Kind
      const runs = Array.from({ length: runsARound }, (_, index) =>
        newRun({ seed: seed + round * runsARound + index, kind, loses }),
      )
      const killed = kind === 'reading' ? two : one
      const [, fresh] = await Promise.all([
        playRound({ runs, one, two, kind, random, tally, upstream }),
        // The next gateway starts meanwhile.
        newNode(),
      ])
      await killed.kill()
      nodes = kind === 'reading' ? [fresh, one] : [two, fresh]
      if (Date.now() - shown < 20_000) continue
      shown = Date.now()
      console.log(`round ${round + 1} of ${rounds}, ${tally.faults.length} faults`)
    }
  } finally {
    await Promise.all(nodes.map(node => node.kill()))
  }
  return { rows: rowsOf(rounds, tally), faults: tally.faults }
}

function rowsOf(rounds: number, tally: Tally): Row[] {
  return [
    ['rounds of kills', `${rounds}, ${runsARound} runs each`],
    [
      'runs whose gateway was killed while it spoke: told as incomplete, with all that anyone was given',
      String(tally.incomplete),
    ],
    ['runs that had ended before their gateway was killed: read whole elsewhere', String(tally.whole)],
    [
      'runs whose gateway was killed before it spoke: asked again once, and answered to every reader',
      String(tally.askedAgain),
    ],
    [
      'runs whose reader’s gateway was killed: resumed elsewhere, equal byte for byte',
      String(tally.elsewhere),
    ],
    ['times a reader came back', String(tally.returns)],
    ['parts read', String(tally.parts)],
    ['lost, doubled, out of order, contradicted or untold', String(tally.faults.length)],
  ]
}

interface RunUnderTest {
  readonly question: string
  /** What the model says. */
  readonly expected: string
  /** The reader who asked, at the gateway that produces. */
  readonly near: Visitor
  /** Readers at the other one. */
  readonly far: readonly Visitor[]
}

function newRun({ seed, kind, loses }: { seed: number; kind: Kind; loses: boolean }): RunUnderTest {
  const waitMs = kind === 'silent' ? silenceMs : 0
  return {
    question: `${seed} ${deltaCount} ${gapMs} ${waitMs}`,
    expected: deltasOf(seed, deltaCount).join(''),
    near: new Visitor(),
    far: [new Visitor('', { loses: loses ? 8 : 0 }), new Visitor()],
  }
}

interface Round {
  readonly runs: readonly RunUnderTest[]
  /** Asks and produces. */
  readonly one: GatewayNode
  /** Reads. */
  readonly two: GatewayNode
  readonly kind: Kind
  readonly random: Random
  readonly tally: Tally
  readonly upstream: Upstream
}

/** All runs have begun, and are read at both gateways, before one of these is killed. */
async function playRound(round: Round): Promise<void> {
  const { runs, one, two, kind, random, tally } = round
  const asking = runs.map(({ near, question }) => near.ask(one, question))
  await Promise.all(runs.map(({ near }) => named(near)))
  const reading = runs.map(({ near, far }) =>
    Promise.all(
      far.map(visitor => {
        visitor.id = near.id
        return visitor.visit(two)
      }),
    ),
  )
  await delay(20 + random(kind === 'silent' ? silenceMs / 2 : deltaCount * gapMs))
  await (kind === 'reading' ? two : one).kill()
  await Promise.all([...asking, ...reading])
  await Promise.all(
    runs.map(run => (kind === 'reading' ? afterReader(round, run) : afterProducer(round, run))),
  )
  for (const { near, far } of runs) {
    for (const { faults, cursor, visits, returns } of [near, ...far]) {
      tally.faults.push(...faults)
      tally.parts += cursor
      tally.returns += visits - 1 + returns
    }
  }
}

/** Until the reader knows its run's id. */
async function named(visitor: Visitor): Promise<void> {
  const until = Date.now() + 20_000
  while (visitor.id === '' && Date.now() < until) await delay(2)
}

async function afterReader({ one, tally }: Round, { near, far, expected }: RunUnderTest): Promise<void> {
  for (const visitor of far) if (!visitor.hasEnded) await visitor.visit(one)
  const all = [near, ...far]
  check(tally, near.id, {
    'every reader is told of the end': all.every(({ last }) => last?.type === 'finish'),
    'every reader has the same text': all.every(({ text }) => text === near.text),
    'it is what the model said': strip(near.text) === expected,
  })
  tally.elsewhere++
}

async function afterProducer(round: Round, { near, far, expected, question }: RunUnderTest): Promise<void> {
  const { two, tally, upstream } = round
  const given = near.cursor
  // Whoever was cut off comes back at the other gateway.
  for (const visitor of [near, ...far]) if (!visitor.hasEnded) await visitor.visit(two)
  const late = new Visitor(near.id)
  await late.visit(two)
  const all = [near, ...far, late]
  const asked = upstream.asked.get(question) ?? 0
  const ended = near.last?.type
  check(tally, near.id, {
    'every reader is told how it ended': all.every(({ last }) => last !== undefined && last.type === ended),
    'every reader has the same text': all.every(({ text }) => text === late.text),
    'it holds all that anyone was given': late.cursor >= given,
    'it is the beginning of what the model said': expected.startsWith(strip(late.text)),
    'it is whole where the end says so': ended !== 'finish' || strip(late.text) === expected,
    [`nobody asks again what has spoken (asked ${asked} times)`]:
      asked === 1 || (asked === 2 && ended === 'finish'),
  })
  if (asked === 2) tally.askedAgain++
  else if (ended === 'finish') tally.whole++
  else tally.incomplete++
  if (round.kind === 'silent' && ended !== 'finish')
    tally.faults.push(`${near.id}: nothing had been said, and it was not asked again`)
}

function check(tally: Tally, id: string, facts: Record<string, boolean>): void {
  for (const [fact, isSo] of Object.entries(facts)) if (!isSo) tally.faults.push(`${id}: not so: ${fact}`)
}
