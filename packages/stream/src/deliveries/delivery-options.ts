/** What every delivery lets its caller choose. */
import type { Deliverable } from './deliverable.ts'

/** What happens where a reader is slower than the model. */
export type WhenSlow = 'pause' | 'snapshot' | 'close'

/** How a reader's pace is met. */
export interface PaceOptions {
  /**
   * `pause` reads no further than the reader does, so that a full log holds the model back. `snapshot` goes on reading
   * and sends what the reader has missed as one piece. `close` breaks the connection where more than `maxWaitingChars`
   * wait. Default `pause`.
   */
  whenSlow?: WhenSlow
  /** Characters that may wait for one reader under `snapshot` and `close`; beyond them the connection is broken. Default 1 Mi. */
  maxWaitingChars?: number
}

/** How much a connection may hold, and for how long. */
export interface ConnectionOptions {
  /** Bytes that may wait in the connection's own buffer before nothing more is written to it; one frame may exceed it. Default 65,536. */
  maxBufferedBytes?: number
  /** Milliseconds after which a reader who takes nothing of what waits is left; 0 waits for ever. Default 120,000. */
  stallTimeoutMs?: number
}

/** How a run is delivered. */
export interface DeliveryOptions extends PaceOptions, ConnectionOptions {
  /** Added to the response's headers, over ours: the place for CORS. */
  headers?: Record<string, string>
  /** What happens to the run when its reader leaves before the end; default `cancel`. */
  onLeave?: 'cancel' | 'continue'
}

/** How a run is delivered where silence may be filled. */
export interface HeartbeatOptions {
  /** Milliseconds of silence after which something without meaning is sent, so that proxies keep the connection; 0 turns it off. Default 15,000. */
  heartbeatMs?: number
}

/** Applies the policy for a reader who has left. */
export function leave(run: Deliverable, { onLeave = 'cancel' }: DeliveryOptions): void {
  if (onLeave === 'cancel') run.cancel?.({ readerLeft: true })
}
