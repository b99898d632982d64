/** A storm of faults: no stream through a gateway hangs, ends falsely clean or loses a character, whatever its upstream does. `--break` loses one and must fail. */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ask, type Outcome } from './gateway-faults/client.ts'
import { judge } from './gateway-faults/judge.ts'
import { isWhole, type Plan, planOf } from './gateway-faults/plans.ts'
import { Tally } from './gateway-faults/tally.ts'
import { startUpstream, type Upstream } from './gateway-faults/upstream.ts'
import { type Way, ways } from './gateway-faults/ways.ts'
import { type GatewayProcess, startGatewayProcess } from './helpers/gateway-process.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '10000' },
    conc: { type: 'string', default: '64' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    break: { type: 'boolean', default: false },
    keep: { type: 'boolean' },
  },
})

const claim =
  'Whatever an upstream does (it refuses, answers 429 or 500, stalls, is cut or reset at any byte, sends garbage, half characters, huge events or an error, forgets its end), a stream through the gateway hangs never and ends in a clean end only where the answer was whole; its text without marks is what the upstream sent; usage adds up; memory and descriptors return to where they were.'
/** Longer than all of the gateway's time-outs: a client that waits so much longer has been left hanging. */
const patienceMs = 60_000
/** How long the gateway waits for the upstream, in milliseconds; far more than a busy machine takes. */
const timeoutMs = '8000'
const seed = Number(values.seed)
const streams = Number(values.streams)

process.exitCode = (await prove()) ? 0 : 1

async function prove(): Promise<boolean> {
  console.log(`seed ${seed}`)
  const upstream = await startUpstream(seed)
  const gateway = await startGatewayProcess({
    OPENAI_BASE_URL: `${upstream.url}/v1`,
    OPENAI_API_KEY: 'sk-storm',
    ANTHROPIC_BASE_URL: upstream.url,
    ANTHROPIC_API_KEY: 'sk-storm',
    STREAMSEAL_CONNECT_TIMEOUT_MS: timeoutMs,
    STREAMSEAL_FIRST_TOKEN_TIMEOUT_MS: timeoutMs,
    STREAMSEAL_WHOLE_ANSWER_TIMEOUT_MS: timeoutMs,
    STREAMSEAL_BETWEEN_TOKENS_TIMEOUT_MS: timeoutMs,
    STREAMSEAL_MAX_EVENT_BYTES: '100000',
    STREAMSEAL_MAX_RUNS: '100',
    STREAMSEAL_LOG_LEVEL: 'silent',
  })
  try {
    return await storm(gateway, upstream)
  } finally {
    await gateway.stop()
    await upstream.close()
  }
}

async function storm(gateway: GatewayProcess, upstream: Upstream): Promise<boolean> {
  const tally = new Tally()
  // Memory is compared with what it was after the first half, when everything has been compiled and every bounded store is full.
  const warm = Math.ceil(streams / 2)
  await many(0, warm, gateway, upstream, tally)
  const before = await rest(gateway, upstream)
  await many(warm, streams, gateway, upstream, tally)
  const after = await rest(gateway, upstream)
  const counted = await tokensCounted(gateway)
  tally.found.push(...leftOvers(before, after, upstream.open.size))
  if (counted !== tally.outputTokens) {
    tally.found.push(`${tally.outputTokens} tokens were told to clients, ${counted} are in /metrics`)
  }
  const rows: Row[] = [
    ['streams', `${streams}, ${values.conc} at once, over ${ways.length} ways`],
    ...[...tally.faults].map(([fault, count]): Row => [fault, String(count)]),
    ['whole answers whose seal was verified', String(tally.sealsChecked)],
    ['output tokens in `/metrics`', `${counted} of ${tally.outputTokens}`],
    ['memory in use after half, at the end', `${mebibytes(before.memory)}, ${mebibytes(after.memory)}`],
    ['descriptors', `${before.descriptors}, ${after.descriptors}`],
    ['seed', String(seed)],
    ['faults', String(tally.found.length)],
  ]
  for (const [what, value] of rows) console.log(`${what}: ${value}`)
  for (const fault of tally.found.slice(0, 20)) console.error(`FAULT ${fault}`)
  if (values.keep) keepResults('gateway-faults', claim, rows)
  return tally.found.length === 0
}

/** Streams `from` up to `to`, so many at once as was asked for. */
async function many(
  from: number,
  to: number,
  gateway: GatewayProcess,
  upstream: Upstream,
  tally: Tally,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number(values.conc) })
  let next = from
  const worker = async (): Promise<void> => {
    while (next < to) {
      const number = next
      next += 1
      if (number % 1000 === 0) console.log(`${number} streams`)
      const plan = planOf(seed, number)
      const way = ways[number % ways.length] as Way
      const outcome = await ask(gateway.url, way, number, agent, patienceMs)
      if (values.break && number === 9) outcome.text = outcome.text.slice(1)
      await count(plan, way, outcome, gateway, upstream, tally)
    }
  }
  await Promise.all(Array.from({ length: Number(values.conc) }, worker))
  agent.destroy()
}

async function count(
  plan: Plan,
  way: Way,
  outcome: Outcome,
  gateway: GatewayProcess,
  upstream: Upstream,
  tally: Tally,
): Promise<void> {
  tally.faults.set(plan.fault, (tally.faults.get(plan.fault) ?? 0) + 1)
  tally.found.push(...judge(plan, way, outcome, upstream.sent.get(plan.number)))
  upstream.sent.delete(plan.number)
  if (!isWhole(plan)) return
  tally.outputTokens += plan.outputTokens
  if (plan.number % 10 !== 0) return
  tally.sealsChecked += 1
  tally.found.push(...(await sealFaults(plan, way, outcome, gateway)))
}

async function sealFaults(
  plan: Plan,
  way: Way,
  { text, detached }: Outcome,
  gateway: GatewayProcess,
): Promise<string[]> {
  const response = await fetch(`${gateway.url}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, detached }),
  })
  const report = (await response.json()) as { status?: string; seals?: { ending?: string }[] }
  if (report.status === 'intact' && report.seals?.[0]?.ending === 'complete') return []
  return [`stream ${plan.number} (${way.name}): its seal is ${report.status}, ${report.seals?.[0]?.ending}`]
}

function leftOvers(before: Held, after: Held, open: number): string[] {
  const found: string[] = []
  if (after.descriptors > before.descriptors + 4) {
    found.push(`${before.descriptors} descriptors have become ${after.descriptors}`)
  }
  if (after.memory > before.memory + 8 * 2 ** 20) {
    found.push(`${mebibytes(before.memory)} of memory have become ${mebibytes(after.memory)}`)
  }
  if (open > 0) found.push(`${open} answers of the upstream are still open`)
  return found
}

interface Held {
  readonly memory: number
  readonly descriptors: number
}

/** What the gateway holds when nothing is under way: idle connections on either side have six seconds to go, two where few streams were made. */
async function rest(gateway: GatewayProcess, upstream: Upstream): Promise<Held> {
  const least = streams < 1000 ? 2 : 6
  for (let looks = 0; looks < least || (looks < 15 && upstream.open.size > 0); looks += 1) {
    upstream.closeIdle()
    await sleep(1000)
  }
  return { memory: await gateway.memoryInUse(), descriptors: gateway.descriptors() }
}

/** Output tokens, as `/metrics` has them. */
async function tokensCounted(gateway: GatewayProcess): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  const lines = text.split('\n').filter(line => /^gen_ai_client_token_usage_sum\{.*"output"/.test(line))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
