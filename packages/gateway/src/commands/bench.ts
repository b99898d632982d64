/** `streamseal bench`: what a gateway, or any OpenAI-compatible address, adds to a bare pipe in the same run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { startBarePipe } from '../bench/bare-pipe.ts'
import { type BenchProcess, startProcess } from '../bench/bench-process.ts'
import { startBenchUpstream } from '../bench/bench-upstream.ts'
import { type Figures, type Load, measure, type Target } from '../bench/measure.ts'
import { exitCodes } from '../exit-codes.ts'
import { printJson, printLines } from './print.ts'
import { UsageError } from './usage-error.ts'

interface BenchFlags {
  readonly url?: string
  readonly upstream?: string
  readonly model?: string
  readonly streams: string
  readonly seconds: string
  readonly requests: string
  readonly json?: boolean
}

/** Adds the command, and the hidden one that is the other end of a measurement. */
export function addBench(program: Command): void {
  program
    .command('bench')
    .description(
      'measure time to first event, events a second and held streams of a gateway, beside a bare pipe in the same run; without --url one is started, before a provider that is made up',
    )
    .option('--url <url>', 'what is measured, ending in /v1; its key stands in STREAMSEAL_BENCH_KEY')
    .option(
      '--upstream <url>',
      'what the bare pipe leads to, ending in /v1: the provider behind --url (default: one that is made up)',
    )
    .option(
      '--model <name>',
      'the model that --url is asked for (default: those of the provider that is made up)',
    )
    .option('--streams <number>', 'streams that are held at once', '100')
    .option('--seconds <number>', 'for how long', '3')
    .option('--requests <number>', 'requests that the time to the first event is taken from', '100')
    .option('--json', 'print { floor, measured, added }')
    .action(bench)
  program.command('bench-server', { hidden: true }).argument('<role>').argument('[target]').action(serveRole)
}

async function serveRole(role: string, target: string | undefined): Promise<void> {
  const { port } = role === 'pipe' ? await startBarePipe(new URL(target ?? '')) : await startBenchUpstream()
  process.stdout.write(`http://127.0.0.1:${port}\n`)
}

async function bench(flags: BenchFlags): Promise<void> {
  const load = toLoad(flags)
  const processes: BenchProcess[] = []
  const start = async (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> => {
    const started = await startProcess(args, env)
    processes.push(started)
    return started.url
  }
  const dataDirectory = mkdtempSync(join(tmpdir(), 'streamseal-bench-'))
  try {
    const provider = flags.upstream ?? `${await start(['bench-server', 'upstream'])}/v1`
    const pipe = await start(['bench-server', 'pipe', new URL(provider).origin])
    const url = flags.url ?? `${await start(['serve'], gatewayEnv(provider, dataDirectory))}/v1`
    const { apiKey, models } = toTarget(flags)
    const floor = await measure(
      { baseUrl: pipe + new URL(provider).pathname.replace(/\/+$/, ''), ...apiKey },
      { ...load, ...(flags.upstream === undefined ? {} : { models }) },
    )
    const measured = await measure({ baseUrl: url.replace(/\/+$/, ''), ...apiKey }, { ...load, models })
    report(flags, { floor, measured })
  } finally {
    await Promise.all(processes.map(each => each.stop()))
    rmSync(dataDirectory, { recursive: true, force: true })
  }
}

/** Endless at 50 ms, and as fast as it is taken. */
const madeUp = { first: 'm-3-1', held: 'm-1000000-50', fast: 'm-1000-0' }

function toLoad({ streams, seconds, requests }: BenchFlags): Load {
  return {
    streams: toCount('--streams', streams, 20_000),
    holdMs: toCount('--seconds', seconds, 3600) * 1000,
    requests: toCount('--requests', requests, 100_000),
    models: madeUp,
  }
}

function toTarget({ model }: BenchFlags): { apiKey: Pick<Target, 'apiKey'>; models: Load['models'] } {
  const key = process.env.STREAMSEAL_BENCH_KEY?.trim()
  return {
    apiKey: key ? { apiKey: key } : {},
    models: model === undefined ? madeUp : { first: model, held: model, fast: model },
  }
}

function toCount(flag: string, text: string, maximum: number): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= maximum) return count
  throw new UsageError(`Cannot use ${flag} "${text}": expected a whole number from 1 to ${maximum}`)
}

/** Nothing of this machine's own providers, so that no provider is paid for a measurement. */
function gatewayEnv(provider: string, dataDirectory: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    PORT: '0',
    STREAMSEAL_DATA_DIR: dataDirectory,
    STREAMSEAL_MAX_STREAMS: '100000',
    STREAMSEAL_MAX_STREAMS_PER_KEY: '100000',
    OPENAI_BASE_URL: provider,
    OPENAI_API_KEY: 'bench',
    OLLAMA_HOST: 'http://127.0.0.1:9',
  }
}

interface Measured {
  readonly floor: Figures
  readonly measured: Figures
}

function report({ json, url }: BenchFlags, { floor, measured }: Measured): void {
  const added = { firstEventP50Ms: measured.firstEventMs.p50 - floor.firstEventMs.p50 }
  process.exitCode = measured.failures === 0 ? exitCodes.ok : exitCodes.notIntact
  if (json) printJson({ floor, measured, added })
  else
    printLines(
      toTable([['', 'bare pipe', url ?? 'gateway'], ...rowsOf(floor, measured)], added.firstEventP50Ms),
    )
}

function rowsOf(floor: Figures, measured: Figures): string[][] {
  const row = (name: string, of: (figures: Figures) => string): string[] => [name, of(floor), of(measured)]
  const whole = (value: number): string => Math.round(value).toLocaleString('en')
  return [
    row('first event, p50, ms', ({ firstEventMs }) => firstEventMs.p50.toFixed(2)),
    row('first event, p99, ms', ({ firstEventMs }) => firstEventMs.p99.toFixed(2)),
    row('streams held', ({ held, opened }) => `${held} of ${opened}`),
    row('their events a second', ({ heldEventsPerSecond }) => whole(heldEventsPerSecond)),
    row('events a second at most', ({ fastEventsPerSecond }) => whole(fastEventsPerSecond)),
    row('failures', ({ failures }) => whole(failures)),
  ]
}

function toTable(rows: readonly (readonly string[])[], addedMs: number): string[] {
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const lines = rows.map(row =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  )
  return [...lines, '', `added to the first event: ${addedMs.toFixed(2)} ms at the median`]
}
