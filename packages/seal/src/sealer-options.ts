/** What sealing takes, for a stream and for a whole text. */
import { fromHex } from './bytes.ts'
import type { Claims } from './claims.ts'
import { STREAM_ID_BYTES } from './payload.ts'
import type { Format } from './scanner.ts'
import { MAX_SEGMENTS, type SegmentLengths } from './segment-length.ts'
import type { Signer } from './signer.ts'
import type { Now } from './time.ts'

/** What `createSealer` takes. */
export interface SealerOptions {
  signer: Signer
  claims: Claims
  /** `full` (default): the text is sealed while it streams, every prefix and excerpt counts. `light`: one mark at the end. */
  profile?: 'full' | 'light'
  /** How the text is to be read; `code` and `json` are sealed beside the text only. Default `markdown`. */
  format?: Format
  /** A segment ends at the first sentence after so many UTF-16 units (default 500, at least 1); after the first 24 they grow. */
  segmentChars?: number
  /** 16 hexadecimal digits; default: random. Never use one twice. */
  streamId?: string
  /** The clock for `issuedAt`; default: now. */
  now?: Now
  /** How long `finish` waits for the signer, in milliseconds; default 10,000, `Infinity`: without end. */
  signTimeoutMs?: number
}

/** How long signatures are waited for where the caller does not say, in milliseconds. */
export const SIGN_TIMEOUT_MS = 10_000

/** How long the segments of a seal become. Throws `RangeError` for a profile, format or length that there is not. */
export function segmentLengths({
  profile = 'full',
  format = 'markdown',
  segmentChars = 500,
  signTimeoutMs = SIGN_TIMEOUT_MS,
}: SealerOptions): SegmentLengths {
  if (profile !== 'full' && profile !== 'light')
    throw new RangeError(`Cannot seal with the profile "${profile}"`)
  if (!['markdown', 'plain', 'code', 'json'].includes(format)) {
    throw new RangeError(`Cannot seal the format "${format}"`)
  }
  if (!(segmentChars >= 1)) throw new RangeError(`Cannot seal segments of ${segmentChars} characters`)
  if (!(signTimeoutMs >= 0)) throw new RangeError(`Cannot wait ${signTimeoutMs} ms for a signer`)
  return { segmentChars, maxSegments: profile === 'full' ? MAX_SEGMENTS : 0 }
}

/** Code and data are compared by a skeleton of their own, and hold no marks. */
export function isCode(format: Format | undefined): boolean {
  return format === 'code' || format === 'json'
}

/** The stream id's bytes: those given, or random ones. */
export function toStreamId(streamId: string | undefined): Uint8Array {
  if (streamId === undefined) return crypto.getRandomValues(new Uint8Array(STREAM_ID_BYTES))
  if (/^[0-9a-f]{16}$/i.test(streamId)) return fromHex(streamId)
  throw new RangeError(`Cannot seal with the stream id "${streamId}": it must be 16 hexadecimal digits`)
}
