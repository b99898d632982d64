/** What a reader of parts can be told. */
import type { ClientSocketConstructor } from './client-socket.ts'

/** Where a stream stands: `waiting` is between two connections; `done`, `failed` and `cancelled` are for ever. */
export type StreamState = 'connecting' | 'streaming' | 'waiting' | 'done' | 'failed' | 'cancelled'

/** How parts are asked for and read. Times are in milliseconds. */
export interface PartStreamOptions {
  /** The question: sent as JSON, once (`POST`, or a socket's first message). Without it the URL is that of a run, and is read with `GET`. */
  body?: unknown
  /** `sse` reads an event stream with `fetch`, `web-socket` opens a socket; default: what the URL's scheme says. */
  transport?: 'sse' | 'web-socket'
  /** Only what comes after this cursor; default 0, from the first part. */
  after?: number
  /** Sent with each request, such as `authorization`; browsers send none with a socket. */
  headers?: Record<string, string>
  /** Whether `fetch` sends cookies; default: its own. */
  credentials?: 'omit' | 'same-origin' | 'include'
  /** Where a run is read on; default `/runs/<id>/stream` where there is a `body`, with the URL's own `?format=`, else the URL itself. `?after=` is added. */
  resumeUrl?: (runId: string) => string | URL
  /** Where `cancel()` stops the run, with `POST`; default `/runs/<id>/cancel`. A socket that is open is told `{"type":"cancel"}` instead. `false` asks nobody. */
  cancelUrl?: ((runId: string) => string | URL) | false
  /** Leaves: the connection is closed, the run is not stopped, and reading throws `ABORTED`. */
  signal?: AbortSignal
  /** How often in a row to come back without a new part before giving up; default 10, 0 never comes back. */
  maxAttempts?: number
  /** The first wait before coming back, doubled each time and shortened at random by up to half; default 500, or what the server says by `retry:`. */
  firstDelayMs?: number
  /** The longest of these waits; default 10,000. `Retry-After` counts up to 60,000 and over this. */
  longestDelayMs?: number
  /** Longest wait for a connection; default 30,000. */
  connectTimeoutMs?: number
  /** A connection that is silent for so long, heartbeats counted as sound, counts as broken; default 45,000, 0 waits for ever. */
  idleTimeoutMs?: number
  /** Longest message, in UTF-16 units; beyond it `LIMIT_EXCEEDED`. Default 16 Mi. */
  maxMessageChars?: number
  /** Characters that may wait in a socket's queue for a slow reader; beyond it the socket is closed, and opened again when they are read. Default 1 Mi. */
  maxWaitingChars?: number
  /** Told of each change of state, when it happens. */
  onState?: (state: StreamState) => void
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Replaces the global `WebSocket`, which Node has from version 22: that of `ws`. */
  WebSocket?: ClientSocketConstructor
}
