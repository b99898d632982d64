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
  /** Whether as many are under way for this key as may be. */
  isFullFor(key: string | undefined): boolean
  /** Adds a stream; the returned function takes it away again, once. */
  open(stream: LiveStream, key?: string): () => void
  /** The same for what is counted by one key. */
  forKey(key: string | undefined): Pick<LiveStreams, 'open'>
  /** Resolves once nothing is under way, or after `graceMs`. */
  idle(graceMs: number): Promise<void>
  /** Ends every stream that is still under way. */
  stopAll(): void
  /** Ends the timer. */
  close(): void
}

/** How often streams are checked; time-outs are this exact. */
const checkEveryMs = 100

/** Makes the set; `maxStreams` bounds it, and `maxStreamsPerKey` what one key has of it. */
export function createLiveStreams(maxStreams: number, maxStreamsPerKey: number = maxStreams): LiveStreams {
  const streams = new Set<LiveStream>()
  const ofKeys = new Map<string, number>()
  const countKey = (key: string | undefined, more: 1 | -1): void => {
    if (key === undefined) return
    const now = (ofKeys.get(key) ?? 0) + more
    if (now === 0) ofKeys.delete(key)
    else ofKeys.set(key, now)
  }
  let onIdle: (() => void) | undefined
  const timer = setInterval(() => {
    const now = performance.now()
    for (const stream of streams) stream.check(now)
  }, checkEveryMs)
  timer.unref()
  const open: LiveStreams['open'] = (stream, key) => {
    streams.add(stream)
    countKey(key, 1)
    return () => {
      if (!streams.delete(stream)) return
      countKey(key, -1)
      if (streams.size === 0) onIdle?.()
    }
  }
  return {
    get size() {
      return streams.size
    },
    get isFull() {
      return streams.size >= maxStreams
    },
    isFullFor: key => key !== undefined && (ofKeys.get(key) ?? 0) >= maxStreamsPerKey,
    open,
    forKey: key => ({ open: stream => open(stream, key) }),
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
