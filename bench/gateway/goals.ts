/** What the gateway is to reach, beside the floor of the same look. */
import { type Figures, medianOf, ratioOf } from './figures.ts'

/** The kept ratios of processor time a chunk to the floor's; the speed check fails at more than twice these. */
export const keptRatios = { full: 1.15, off: 1 } as const

interface Goal {
  readonly what: string
  readonly of: 'full' | 'off'
  readonly atMost: number
  /** `undefined` where it was not measured. */
  readonly read: (figures: Figures, floor: Figures) => number | undefined
}

const goals: readonly Goal[] = [
  {
    what: 'ms added to the first token',
    of: 'full',
    atMost: 0.35,
    read: figures => medianOf(figures, round => round.firstChunkMs - round.directMs),
  },
  {
    what: '× the floor, CPU a chunk',
    of: 'full',
    atMost: keptRatios.full,
    read: (figures, floor) => ratioOf(figures, floor, round => round.cpuUsPerChunk),
  },
  {
    what: '× the floor, CPU a chunk, not sealed',
    of: 'off',
    atMost: keptRatios.off,
    read: (figures, floor) => ratioOf(figures, floor, round => round.cpuUsPerChunk),
  },
  {
    what: 'KB of memory a stream',
    of: 'full',
    atMost: 45,
    read: figures => medianOf(figures, round => round.kbPerStream),
  },
  {
    what: 'upstreams left open',
    of: 'full',
    atMost: 0,
    read: figures => medianOf(figures, round => round.leftOpen),
  },
  {
    what: 'streams fewer than 1,700',
    of: 'full',
    atMost: 0,
    read: ({ held }) => (held === undefined ? undefined : Math.max(0, 1700 - held)),
  },
]

/** One sentence a goal. */
export function judge(
  floor: Figures,
  ours: { readonly full: Figures | undefined; readonly off: Figures | undefined },
): string[] {
  return goals.flatMap(({ what, of, atMost, read }) => {
    const figures = ours[of]
    if (figures === undefined) return []
    const value = read(figures, floor)
    if (value === undefined) return []
    return [`${value <= atMost ? 'reached' : 'NOT REACHED'}: ${value.toFixed(2)} ${what}, at most ${atMost}`]
  })
}
