/** Joins what arrives between two frames, so that a fast model never makes the page draw more often than the screen. */

/** Collects text and hands it over once a frame. */
export interface FrameBatcher {
  push(text: string): void
  /** Hands over at once what is waiting. */
  flush(): void
}

// A hidden page gets no frames; it is still kept up to date, four times a second.
const hiddenIntervalMs = 250

/** Creates a batcher; `apply` gets everything pushed since it last ran, in order. */
export function createFrameBatcher(apply: (text: string) => void): FrameBatcher {
  let waiting = ''
  let cancel: (() => void) | undefined

  function flush(): void {
    cancel?.()
    cancel = undefined
    const text = waiting
    waiting = ''
    if (text !== '') apply(text)
  }

  return {
    push(text) {
      waiting += text
      cancel ??= schedule(flush)
    },
    flush,
  }
}

function schedule(run: () => void): () => void {
  if (document.visibilityState === 'hidden') {
    const timer = setTimeout(run, hiddenIntervalMs)
    return () => clearTimeout(timer)
  }
  const frame = requestAnimationFrame(run)
  return () => cancelAnimationFrame(frame)
}
