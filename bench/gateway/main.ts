/**
 * `npm run bench -- gateway`: what a stream costs that goes through the gateway, beside a bare pipe and the gateway on npm
 * that most compare with. The server has one core; the provider and the clients have another. Servers take turns, each
 * started anew in each round, and figures are medians over the rounds. Needs Linux, for `/proc`.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measuredWhere } from '../../proofs/helpers/keep-results.ts'
import { checkGateway } from './check.ts'
import { canPin } from './children.ts'
import { type Figures, tableOf } from './figures.ts'
import { judge } from './goals.ts'
import {
  type Effort,
  everyMs,
  holds,
  measureCut,
  measureDirect,
  measureServer,
  type Seen,
  startUpstream,
} from './measure-server.ts'
import { mostHeld } from './most-held.ts'
import { findPortkey } from './portkey.ts'
import { floor, ourServers, type Server } from './servers.ts'

const { values: options } = parseArgs({
  options: {
    /** The gate's short look. */
    check: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
    streams: { type: 'string', default: '1000' },
    /** One short round, without the search for the most streams. */
    short: { type: 'boolean' },
    /** Leaves the search for the most streams out. */
    'no-held': { type: 'boolean' },
    /** Leaves the other gateway out. */
    'no-peers': { type: 'boolean' },
    /** Which of ours. */
    settings: { type: 'string', default: 'full,light,off,run' },
    /** Writes `docs/proofs/gateway-speed.md`. */
    keep: { type: 'boolean' },
    /** The gateway's program. */
    gateway: { type: 'string', default: 'packages/gateway/bin/streamseal.js' },
  },
})
const gateway = options.gateway

if (process.platform !== 'linux') {
  console.log('gateway: not measured, because this is not Linux and there is no /proc to read figures from')
} else if (options.check) {
  const slow = await checkGateway(gateway)
  for (const each of slow) console.error(each)
  console.log(`speed: the gateway's processor time a chunk, ${slow.length} settings twice as slow as kept`)
  process.exit(slow.length > 0 ? 1 : 0)
} else {
  await compare()
  process.exit(0)
}

async function compare(): Promise<void> {
  const startedAt = performance.now()
  const rounds = options.short ? 1 : Number(options.rounds)
  const effort: Effort = options.short
    ? { streams: 300, firstChunkMs: 300, warmChunks: 10_000, measureMs: 1000 }
    : { streams: Number(options.streams), firstChunkMs: 900, warmChunks: 30_000, measureMs: 2500 }
  if (!canPin) console.log('Not pinned: one core, or no taskset. Ratios still compare.')
  const ours = ourServers(gateway)
  const wanted = options.settings.split(',')
  const chosen = Object.entries(ours).flatMap(([name, server]) => (wanted.includes(name) ? [server] : []))
  const servers = [floor, ...peers(), ...chosen]
  const upstreamPort = await startUpstream()
  const seen = await measureInTurns(servers, upstreamPort, rounds, effort)
  const figures: Figures[] = []
  for (const server of servers) figures.push(await finish(server, upstreamPort, seen.get(server) ?? []))
  const table = tableOf(figures)
  const of = (server: Server): Figures | undefined => figures.find(({ name }) => name === server.name)
  const [least] = figures
  const verdicts = least === undefined ? [] : judge(least, { full: of(ours.full), off: of(ours.off) })
  const what = `${effort.streams} streams, a chunk each ${everyMs} ms; medians of ${rounds}, in ${Math.round((performance.now() - startedAt) / 1000)} s`
  console.log(`\n${what}\n\n${table}\n\n${verdicts.join('\n')}`)
  if (options.keep) keep(what, table, verdicts)
}

function peers(): Server[] {
  if (options['no-peers']) return []
  const portkey = findPortkey(fileURLToPath(new URL('../../portkey', import.meta.url)))
  if (portkey === undefined) console.log('@portkey-ai/gateway is left out: npm cannot install it here')
  return portkey === undefined ? [] : [portkey]
}

type Round = Figures['rounds'][number]

async function measureInTurns(
  servers: readonly Server[],
  upstreamPort: number,
  rounds: number,
  effort: Effort,
): Promise<Map<Server, Round[]>> {
  const seen = new Map<Server, Round[]>(servers.map(server => [server, []]))
  for (let round = 1; round <= rounds; round += 1) {
    const directMs = await measureDirect(upstreamPort, floor, effort.firstChunkMs)
    for (const server of servers) {
      const each = await measureServer(server, upstreamPort, effort)
      seen.get(server)?.push({ ...each, directMs })
      console.log(`round ${round} of ${rounds}: ${server.name.padEnd(30)} ${shortly(each, directMs)}`)
    }
  }
  return seen
}

function shortly(
  { firstChunkMs, cpuUsPerChunk, kbPerStream, transitP99Ms, begun }: Seen,
  directMs: number,
): string {
  const added = (firstChunkMs - directMs).toFixed(2)
  return `${added} ms, ${cpuUsPerChunk.toFixed(1)} µs, ${kbPerStream.toFixed(0)} KB, p99 ${transitP99Ms.toFixed(0)} ms, ${begun} begun`
}

/** What is looked at once. */
async function finish(server: Server, upstreamPort: number, rounds: readonly Round[]): Promise<Figures> {
  const shown = await measureCut(server, upstreamPort)
  const isSought = !(options.short || options['no-held'])
  const cpu = Math.min(...rounds.map(round => round.cpuUsPerChunk))
  // A core's microseconds in the time between two chunks, by what a chunk takes.
  const guess = (everyMs * 1000) / cpu
  const held = isSought ? await mostHeld(guess, streams => tried(server, upstreamPort, streams)) : undefined
  return { name: server.name, rounds, held, shown }
}

async function tried(server: Server, upstreamPort: number, streams: number): Promise<boolean> {
  const isHeld = await holds(server, upstreamPort, streams)
  console.log(`${server.name.padEnd(30)} ${streams} streams ${isHeld ? 'held' : 'not held'}`)
  return isHeld
}

function keep(what: string, table: string, verdicts: readonly string[]): void {
  const where = measuredWhere().map(([name, value]) => `- ${name}: ${value}`)
  const page = [
    '# gateway-speed',
    '',
    `Made by \`npm run bench -- gateway --keep\`: ${what}. The server has one core, the provider and the clients another. A stream counts as held where all begin and all but 0.5 % of the chunks arrive in time.`,
    '',
    table,
    '',
    ...verdicts.map(verdict => `- ${verdict}`),
    '',
    ...where,
    '',
  ]
  writeFileSync('docs/proofs/gateway-speed.md', page.join('\n'))
}
