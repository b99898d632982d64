/** The bounds of what is kept, with their defaults. */
import type { Retention } from './run-store.ts'

const dayMs = 86_400_000

/** The retention with its defaults; throws `RangeError` for what is no bound. */
export function retentionOf(retention: Retention = {}): Required<Retention> {
  const { maxAgeMs = dayMs, maxRuns = 10_000 } = retention
  if (!(maxAgeMs > 0)) throw new RangeError(`Cannot keep runs for maxAgeMs=${maxAgeMs}: give more than 0`)
  if (!(maxRuns >= 1)) throw new RangeError(`Cannot keep maxRuns=${maxRuns} runs: give 1 or more`)
  return { maxAgeMs, maxRuns }
}
