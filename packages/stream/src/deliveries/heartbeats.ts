/** Puts heartbeats into a stream of frames while nothing else comes, so that proxies keep the connection. */

/** Yields the source's frames, and `beat` when nothing has come for about `everyMs`; 0 turns beats off. */
export async function* withHeartbeats<T>(
  source: AsyncIterator<T>,
  beat: T,
  everyMs: number,
): AsyncGenerator<T, undefined> {
  let wake: (() => void) | undefined
  let lastAt = performance.now()
  const timer = everyMs > 0 ? setInterval(() => wake?.(), everyMs) : undefined
  try {
    let pending = source.next()
    for (;;) {
      const result = await firstOf(pending, woken => {
        wake = woken
      })
      if (result === undefined) {
        if (performance.now() - lastAt >= everyMs / 2) yield beat
      } else {
        if (result.done) return undefined
        yield result.value
        lastAt = performance.now()
        pending = source.next()
      }
    }
  } finally {
    clearInterval(timer)
    await source.return?.()
  }
}

function firstOf<T>(pending: Promise<T>, onWake: (woken: () => void) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    onWake(() => resolve(undefined))
    pending.then(resolve, reject)
  })
}
