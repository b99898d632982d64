/** A storm over a gateway leaves nothing behind: readers connect, leave and come back at random, and memory, sockets, timers and answers return to where they were. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Figures, GatewayNode, runGateway } from './gateway-runs/node.ts'
import { startUpstream } from './gateway-runs/upstream.ts'
import { askAndLeave, askAndStay, readMetrics, visitByLines, visitBySocket } from './gateway-runs/visits.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'
import { createRandom, type Random } from './runs/random.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    readers: { type: 'string', default: '2000' },
    runs: { type: 'string', default: '50' },
    'warm-up-ms': { type: 'string', default: '15000' },
    looks: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    // Keeps connections open at the end, to show that they would be seen.
    break: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    gateway: { type: 'boolean', default: false },
  },
})

const claim =
  'Readers who connect to a gateway, leave and come back at random, over event streams, lines and sockets, among them some who ask and leave, are given every part once and in order; and when they are gone, so is what they took: memory, sockets, timers and answers under way return to where they were.'

/** Growth that is not a leak: caches of the engine. */
const allowedMb = 12
/** The requests of a look are its own. */
const ownSockets = 2
const deltaCount = 100
const gapMs = 50

if (values.gateway) await runGateway()
else process.exitCode = (await prove()) ? 0 : 1

async function prove(): Promise<boolean> {
  const seed = Number(values.seed)
  console.log(`seed ${seed}`)
  const [readers, runCount] = [Number(values.readers), Number(values.runs)]
  const upstream = await startUpstream()
  const node = await new GatewayNode({
    OPENAI_BASE_URL: upstream.baseUrl,
    STREAMSEAL_MODEL: 'm',
    STREAMSEAL_MAX_STREAMS: String(2 * readers + runCount),
    STREAMSEAL_MAX_SOCKETS: String(readers),
    STREAMSEAL_MAX_RUNS: String(4 * runCount),
  }).ready()
  const faults: string[] = []
  const random = createRandom(seed)
  const storm = (ms: number): Promise<number> =>
    blow({ node, readers, runCount, random, faults, untilMs: Date.now() + ms })
  const progress = setInterval(() => console.log(`storm, ${faults.length} faults`), 20_000)
  try {
    // What the engine keeps after its first thousands of connections is not a leak.
    await storm(Number(values['warm-up-ms']))
    const before = await quiet(node)
    const visits = await storm(Number(values.minutes) * 60_000)
    if (values.break) leaveOpen(node, seed)
    const after = await quiet(node, before)
    faults.push(...leaksIn(before, after))
    const rows = rowsOf({ seed, readers, runCount, visits, before, after, faults: faults.length })
    for (const [what, value] of rows) console.log(`${what}: ${value}`)
    for (const fault of faults.slice(0, 20)) console.error(`FAULT ${fault}`)
    if (values.keep) keepResults('gateway-storm', claim, rows)
  } finally {
    clearInterval(progress)
    upstream.close()
    await node.kill()
  }
  return faults.length === 0
}

interface Storm {
  readonly node: GatewayNode
  readonly readers: number
  readonly runCount: number
  readonly random: Random
  readonly faults: string[]
  readonly untilMs: number
}

/** All of it; the answer is how many visits there were. */
async function blow(storm: Storm): Promise<number> {
  const ids: string[] = []
  const producing = Array.from({ length: storm.runCount }, (_, slot) => keepGoing(storm, ids, slot))
  const visiting = Array.from({ length: storm.readers }, async () => {
    await delay(storm.random(3000))
    return comeAndGo(storm, ids)
  })
  const visits = await Promise.all(visiting)
  await Promise.all(producing)
  return visits.reduce((sum, count) => sum + count, 0)
}

/** One run after the other, which go on whoever leaves. */
async function keepGoing({ node, random, untilMs }: Storm, ids: string[], slot: number): Promise<void> {
  while (Date.now() < untilMs) {
    await askAndStay(node.url, `${random(1_000_000)} ${deltaCount} ${gapMs} 0`, id => {
      ids[slot] = id
    })
  }
}

/** One reader: now a new run, now where it was. */
async function comeAndGo(storm: Storm, ids: readonly string[]): Promise<number> {
  const { random, untilMs } = storm
  let visits = 0
  let place: Place = { id: '', after: 0 }
  while (Date.now() < untilMs) {
    if (place.id === '' || random(4) === 0) place = { id: ids[random(ids.length || 1)] ?? '', after: 0 }
    place = await stay(storm, place)
    visits++
    await delay(random(1000))
  }
  return visits
}

interface Place {
  readonly id: string
  readonly after: number
}

/** One visit; the answer is where the reader is afterwards. */
async function stay({ node: { url }, random, faults }: Storm, place: Place): Promise<Place> {
  const stayMs = 200 + random(3000)
  if (place.id === '' || random(20) === 0) {
    await askAndLeave(url, `${random(1_000_000)} ${deltaCount} ${gapMs} 0`, stayMs)
    return place
  }
  const visit = await (random(8) === 0 ? visitBySocket : visitByLines)({ url, ...place, stayMs })
  faults.push(...visit.faults)
  return visit.hasEnded ? { id: '', after: 0 } : { id: place.id, after: visit.cursor }
}

/** What a leak would look like. */
function leaveOpen({ url }: GatewayNode, seed: number): void {
  for (let count = 0; count < 10; count++) void askAndStay(url, `${seed} 1000 1000 0`, () => undefined)
}

interface Quiet extends Figures {
  /** Answers that are under way. */
  readonly answers: number
}

/** What the gateway holds when nobody is there; it is given some time to come back to `before`. */
async function quiet(node: GatewayNode, before?: Quiet): Promise<Quiet> {
  let figures = await look(node)
  for (let looks = 0; looks < Number(values.looks) && !isBack(figures, before); looks++) {
    await delay(1000)
    figures = await look(node)
  }
  return figures
}

async function look(node: GatewayNode): Promise<Quiet> {
  const metrics = await readMetrics(node.url)
  const answers = Number(/^streamseal_answers_under_way (\d+)/m.exec(metrics)?.[1] ?? Number.NaN)
  return { ...(await node.figures()), answers }
}

function countOf({ resources }: Figures, kind: string): number {
  return resources[kind] ?? 0
}

function isBack(now: Quiet, before: Quiet | undefined): boolean {
  if (now.answers > 0) return false
  if (before === undefined) return countOf(now, 'TCPSocketWrap') <= ownSockets
  return leaksIn(before, now).length === 0
}

function leaksIn(before: Quiet, after: Quiet): string[] {
  const leaks: string[] = []
  if (after.answers !== 0) leaks.push(`${after.answers} answers are still under way`)
  if (after.heapMb > before.heapMb + allowedMb)
    leaks.push(`the heap grew from ${before.heapMb.toFixed(1)} to ${after.heapMb.toFixed(1)} MB`)
  for (const [kind, spare] of [
    ['TCPSocketWrap', ownSockets],
    ['Timeout', 5],
    ['Immediate', 5],
  ] as const) {
    const [was, is] = [countOf(before, kind), countOf(after, kind)]
    if (is > was + spare) leaks.push(`${kind}: ${was} before, ${is} after`)
  }
  return leaks
}

interface Outcome {
  readonly seed: number
  readonly readers: number
  readonly runCount: number
  readonly visits: number
  readonly before: Quiet
  readonly after: Quiet
  readonly faults: number
}

function rowsOf({ seed, readers, runCount, visits, before, after, faults }: Outcome): Row[] {
  const both = (kind: string): string => `${countOf(before, kind)}, ${countOf(after, kind)}`
  return [
    ['seed', String(seed)],
    ['storm', `${readers} readers for ${values.minutes} min on ${runCount} runs at a time, ${visits} visits`],
    ['heap before and after', `${before.heapMb.toFixed(1)} MB, ${after.heapMb.toFixed(1)} MB`],
    ['sockets before and after', both('TCPSocketWrap')],
    ['timers before and after', both('Timeout')],
    ['answers under way afterwards', String(after.answers)],
    ['faults', String(faults)],
  ]
}
