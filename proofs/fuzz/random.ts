/** Random choices that a seed decides (mulberry32). */

/** A generator with the few choices that fuzzing makes. */
export interface Random {
  /** A whole number from 0 to `count` − 1. */
  below(count: number): number
  pick<Item>(items: readonly Item[]): Item
}

/** The same seed makes the same choices. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const below = (count: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count
  }
  return { below, pick: items => items[below(items.length)] as (typeof items)[number] }
}
