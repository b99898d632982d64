/** The time in a word: what a chunk says, so that its way can be timed by any process of this machine. */

const perMs = 10n
/** Five digits of base 36. */
const range = 36 ** 5
const digits = 5

/** Now, in tenths of a millisecond, as five letters and digits. */
export function stamp(): string {
  return now().toString(36).padStart(digits, '0')
}

/** How many milliseconds ago the stamp at the beginning of `text` was made; `undefined` where there is none. */
export function ageMs(text: string): number | undefined {
  const made = Number.parseInt(text.slice(0, digits), 36)
  const age = (now() - made + range) % range
  return Number.isNaN(made) || age > range / 2 ? undefined : age / Number(perMs)
}

function now(): number {
  return Number((process.hrtime.bigint() * perMs) / 1_000_000n) % range
}
