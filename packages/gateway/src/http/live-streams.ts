/** The answers under way: how many there may be, who has been silent for too long, and how they end when the gateway stops. */

/** An answer under way. */
export interface LiveStream {
  /** Called a few times a second with `performance.now()`; ends the stream where it is overdue. */
  check(now: number): void
  /** Ends the stream with an error frame because the gateway stops. */
  stop(): void
}

/** Every answer under way. One timer serves them all: a timer for each chunk would cost more than the chunk. */
export interface LiveStreams {
  readonly size: number
  readonly isFull: boolean
  /** Adds a stream; the returned function takes it away again. */
  open(stream: LiveStream): () => void
  /** Resolves once nothing is under way, or after `graceMs`. */
  idle(graceMs: number): Promise<void>
  /** Ends every stream that is still under way. */
  stopAll(): void
  /** Ends the timer. */
  close(): void
}

/** How often streams are checked; time-outs are this exact. */
const checkEveryMs = 100

/** Makes the set; `maxStreams` bounds it. */
export function createLiveStreams(maxStreams: number): LiveStreams {
  const streams = new Set<LiveStream>()
  let onIdle: (() => void) | undefined
  const timer = setInterval(() => {
    const now = performance.now()
    for (const stream of streams) stream.check(now)
  }, checkEveryMs)
  timer.unref()
  return {
    get size() {
      return streams.size
    },
    get isFull() {
      return streams.size >= maxStreams
    },
    open(stream) {
      streams.add(stream)
      return () => {
        streams.delete(stream)
        if (streams.size === 0) onIdle?.()
      }
    },
    idle: graceMs =>
      new Promise(resolve => {
        if (streams.size === 0) return resolve()
        const patience = setTimeout(resolve, graceMs)
        onIdle = () => {
          clearTimeout(patience)
          resolve()
        }
      }),
    stopAll() {
      for (const stream of [...streams]) stream.stop()
    },
    close: () => clearInterval(timer),
  }
}
