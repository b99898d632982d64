/** The figures of a whole look, and the table of them. */
import { median } from '../harness.ts'
import type { Seen } from './measure-server.ts'

/** Everything that was measured of one server. */
export interface Figures {
  readonly name: string
  /** One a round. */
  readonly rounds: readonly (Seen & { readonly directMs: number })[]
  /** `undefined` where it was not looked for. */
  readonly held: number | undefined
  readonly shown: string | undefined
}

type Round = Figures['rounds'][number]

/** The median over the rounds. */
export function medianOf({ rounds }: Pick<Figures, 'rounds'>, read: (round: Round) => number): number {
  return median(rounds.map(read))
}

/** The median of the ratios to the floor of the same round. */
export function ratioOf({ rounds }: Figures, floor: Figures, read: (round: Round) => number): number {
  return median(rounds.map((round, i) => read(round) / read(floor.rounds[i] ?? round)))
}

interface Line {
  readonly what: string
  readonly value: (figures: Figures, floor: Figures) => string
}

const lines: readonly Line[] = [
  {
    what: 'added time to first token, p50',
    value: figures => `${medianOf(figures, round => round.firstChunkMs - round.directMs).toFixed(2)} ms`,
  },
  {
    what: 'CPU a chunk',
    value: figures => `${medianOf(figures, round => round.cpuUsPerChunk).toFixed(1)} µs`,
  },
  {
    what: 'the same, × floor',
    value: (figures, floor) => ratioOf(figures, floor, round => round.cpuUsPerChunk).toFixed(2),
  },
  {
    what: 'streams held by one core',
    value: ({ held }) => (held === undefined ? 'not looked for' : `${held}`),
  },
  {
    what: 'memory a stream',
    value: figures => `${medianOf(figures, round => round.kbPerStream).toFixed(0)} KB`,
  },
  {
    what: 'chunks on their way, p99',
    value: figures => `${medianOf(figures, round => round.transitP99Ms).toFixed(0)} ms`,
  },
  {
    what: 'upstreams left open 100 ms after 20 clients vanish',
    value: figures => `${medianOf(figures, round => round.leftOpen)}`,
  },
  { what: 'a cut upstream is shown as', value: ({ shown }) => shown ?? 'not looked for' },
]

/** A Markdown table: a column for each server, the floor first. */
export function tableOf(all: readonly Figures[]): string {
  const [floor] = all
  if (floor === undefined) return ''
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    row(['', ...all.map(({ name }) => name)]),
    row(['---', ...all.map(() => '---')]),
    ...lines.map(({ what, value }) => row([what, ...all.map(figures => value(figures, floor))])),
  ].join('\n')
}
