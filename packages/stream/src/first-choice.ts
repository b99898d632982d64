/** The parts of the first choice, for readers and protocols that have no place for several. */
import type { Part } from './contract.ts'

/** Says of each part of a run, in order, whether it is the first choice's, or the whole run's. */
export function createFirstChoice(): (part: Part) => boolean {
  const others = new Set<string>()
  return part => {
    if (part.type === 'restart') others.clear()
    const id = 'id' in part ? part.id : ''
    if (!('choice' in part) || !part.choice) return !others.has(id)
    others.add(id)
    return false
  }
}
