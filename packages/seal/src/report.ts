/** What `verify` says of a text: the shapes only, so that every caller can switch over them completely. */
import type { Claims, Ending } from './claims.ts'

/** A stretch of `Report.text`, in UTF-16 offsets. */
export interface Range {
  start: number
  end: number
}

/** A payload of another system, or one that looks like hidden data, found in the text as it was given. */
export interface Found extends Range {
  /** `start` and `end` are offsets in the text as it was given. */
  kind: 'encypher' | 'c2pa' | 'selectors' | 'tags' | 'zero-width'
}

/** One word for a badge, the worst that holds; worst last, and `unsealed` where there is no seal. */
export type Status =
  | 'intact'
  | 'reformatted'
  | 'excerpt'
  | 'truncated'
  | 'altered'
  | 'unknown-signer'
  | 'invalid'
  | 'unsealed'

/** What became of one segment. `unchecked`: past the bound of signature checks, or nothing could settle it. */
export type SegmentStatus = 'intact' | 'reformatted' | 'altered' | 'not-comparable' | 'unchecked'

/** One segment of a sealed text, where it stands in `Report.text`. */
export interface SegmentReport extends Range {
  index: number
  status: SegmentStatus
}

/** What is known of one seal. `claims` is there only where a trusted signer's valid signature covers it: claims of an unknown or invalid signer are never shown as facts. */
export interface SealReport {
  streamId: string
  signature: 'valid' | 'invalid' | 'unchecked'
  signer: 'trusted' | 'unknown' | 'revoked' | 'expired'
  keyId: string
  algorithm: 'Ed25519' | 'HMAC-SHA256'
  trustKind: 'public-key' | 'shared-secret'
  claims?: Claims
  content: 'intact' | 'reformatted' | 'altered' | 'not-comparable'
  hiddenMarkup: 'checked' | 'unchecked'
  coverage: 'whole' | 'truncated' | 'excerpt'
  ending?: Ending
  order: 'ok' | 'reordered' | 'gaps' | 'spliced'
  segments: SegmentReport[]
}

/** The answer of `verify`, for any string. */
export interface Report {
  status: Status
  /** The text without our marks. */
  text: string
  seals: SealReport[]
  /** Stretches of `text` that no seal covers. */
  unsealed: Range[]
  foreign: Found[]
  /** There where the `detached` string that was given could not be read; the rest then says what the text alone shows. */
  detached?: 'malformed'
}
