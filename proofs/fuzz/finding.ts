/** What a property says when it does not hold. */

/** A property that a target promises did not hold. */
class Broken extends Error {
  override name = 'Broken'
}

/** Throws `Broken` with `claim` where it does not hold. */
export function holds(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Broken(claim)
}

/** The error's name and message without what differs from input to input. */
export function kindOf(error: unknown): string {
  if (error instanceof Broken) return error.message
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.replaceAll(/\d+|"[^"]*"/g, '…').slice(0, 160)
}
