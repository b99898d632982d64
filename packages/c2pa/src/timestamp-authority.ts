/** A time-stamping authority (RFC 3161), as signing sees it; `httpTimestampAuthority` is one over HTTP. */
import type { Bytes } from './bytes.ts'

/** Counter-signs when a signature was made. */
export interface TimestampAuthority {
  /** The longest token that it gives, in bytes: room for it is kept in the wrapper. */
  readonly maxTokenBytes: number
  /** A time-stamp token (RFC 3161 §2.4.2, DER) over a SHA-256 digest. */
  stamp(sha256: Bytes): Promise<Bytes>
}
