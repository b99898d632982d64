/** A protocol as a machine: parts in, what goes over the wire out. */
import type { Part } from '../contract.ts'

/** The machine of one reader. */
export interface Frames {
  /** Sent before the first part has come. */
  readonly opening?: string | readonly string[]
  /** Sent while nothing else comes; without it the delivery is silent meanwhile. */
  readonly beat?: string
  /** What is sent for a part, if anything; several where the connection has messages and one would not do. Throws a `StreamError` where the protocol can tell a failure by breaking off alone. */
  take(part: Part): string | readonly string[] | undefined
}
