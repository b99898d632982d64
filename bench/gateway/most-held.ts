/** How many streams a server holds: the most that it held, found in few tries from a guess. */

/** A try at a number of streams. */
export type Try = (streams: number) => Promise<boolean>

const step = 100

/** Tries by hundreds: from a guess up while it holds, or down until it does, at most `maxTries` times; 0 where it never held. */
export async function mostHeld(guess: number, holds: Try, maxTries = 5): Promise<number> {
  const first = Math.max(step, Math.round(guess / step) * step)
  let held = (await holds(first)) ? first : 0
  const isUp = held > 0
  for (let tries = 1, streams = first; tries < maxTries; tries += 1) {
    streams += isUp ? step : -step
    if (streams < step) break
    const didHold = await holds(streams)
    if (didHold) held = streams
    if (didHold !== isUp) break
  }
  return held
}
