/** What the words "not comparable" excuse of segments that were not found, and what they do not. */
import type { HashBudget } from './hash-budget.ts'
import type { Located, Stretch } from './located.ts'
import { holdsSource } from './source-signs.ts'

/** A segment whose mark stands behind the next one's beginning, and that next one, which a page may have changed. */
export interface Trailing {
  place: Located
  next: Located
}

/** Where a mark stands behind words that a page may have changed, nobody can count back from it: the segment is no more altered than they are. `places` are those of `stretches`. */
export function excuseTrailing(
  stretches: readonly Stretch[],
  places: readonly (Located | undefined)[],
): Trailing[] {
  const present = stretches.flatMap((stretch, i) => {
    const place = places[i]
    return place ? [{ stretch, place }] : []
  })
  const trailing = present.flatMap(({ stretch, place }, i) => {
    const next = present[i + 1]
    if (place.status !== 'altered' || stretch.at === undefined || stretch.lag.exact <= 0) return []
    const isExcuse = next?.stretch.index === stretch.index + 1 && next.place.status === 'not-comparable'
    return isExcuse ? [{ place, next: next.place }] : []
  })
  for (const { place } of trailing) place.status = 'not-comparable'
  return trailing
}

/** Where the text is still source, and what was sealed to the character wherever that can be told, nobody has rendered it: nothing excuses another stretch that is not. */
export function judgeFlagged(
  text: string,
  found: readonly Located[],
  trailing: readonly Trailing[],
  budget: HashBudget,
): void {
  const matches = found.filter(place => isMatch(place) && place.end > place.start)
  if (matches.length === 0 || matches.some(({ status }) => status === 'reformatted')) return
  for (const place of found) {
    if (place.status !== 'not-comparable') continue
    // Places may overlap, so looking at them is paid for as hashing is.
    if (!budget.spend(place.end - place.start)) place.status = 'unchecked'
    else if (holdsSource(text.slice(place.start, place.end))) place.status = 'altered'
  }
  for (const { place, next } of trailing) if (next.status === 'altered') place.status = 'altered'
}

/** Whether a stretch is where its digest says. */
export function isMatch({ status }: Located): boolean {
  return status === 'intact' || status === 'reformatted'
}
