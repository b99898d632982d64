/** What has been seen of a storm so far. */
import type { Fault } from './plans.ts'

/** It. */
export class Tally {
  readonly found: string[] = []
  readonly faults = new Map<Fault, number>()
  sealsChecked = 0
  outputTokens = 0
}
