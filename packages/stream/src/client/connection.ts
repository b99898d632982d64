/** One connection to a run, whatever its transport. */
import { StreamError, type StreamErrorCode } from '../stream-error.ts'

/** What came: a message with the event's id where there is one, or `undefined` for a sign of life. */
export type Arrival = { data: string; id: string } | undefined

/** A connection that stands. */
export interface Connection {
  /** The run's id, where the connection's head names it. */
  readonly runId?: string | undefined
  /** How long the server wants us to stay away when the connection breaks. */
  readonly retryMs?: number | undefined
  /** Ends when the other side has closed. */
  readonly arrivals: AsyncIterator<Arrival, undefined, undefined>
  /** Says that the run is to stop, where the connection can. */
  cancel?(): boolean
  close(): void
}

/** What one attempt asks for. */
export interface ConnectionRequest {
  readonly url: URL | string
  /** The question, where this attempt asks it. */
  readonly body: unknown
  /** The last event's id, to be sent back. */
  readonly eventId?: string
  readonly signal: AbortSignal
  /** Told when the question is out, and when the server has refused to take it. */
  onAsk?(isAsked: boolean): void
}

/** An error of the network. */
export function connectionFailed(cause: unknown): StreamError {
  return failed('The connection failed', 'PROVIDER_UNAVAILABLE', cause)
}

/** Why an attempt ended: our own time-outs come before what the connection says of them. */
export function reasonOf({ reason }: AbortSignal, error: unknown): StreamError {
  const known = [reason, error].find(each => each instanceof StreamError)
  return known ?? failed('Cannot read the stream', 'INTERNAL', error)
}

/** The error of a reader who leaves. */
export function aborted(): StreamError {
  return new StreamError('The stream was aborted', { code: 'ABORTED' })
}

/** An error that says what could not be done, and why. */
export function failed(what: string, code: StreamErrorCode, cause: unknown): StreamError {
  const said = cause instanceof Error ? cause.message : String(cause)
  return new StreamError(`${what}: ${said}`, { code, cause })
}
