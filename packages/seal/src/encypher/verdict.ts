/** What verification says: shapes only. */
import type { ResolveKey } from './keys.ts'
import type { Compat, EncypherFormat } from './options.ts'

/** Why metadata is not verified; absent where it is. */
export type VerifyReason =
  /** No payload was found. */
  | 'NO_METADATA'
  /** A payload without a signature. */
  | 'UNSIGNED'
  /** No key was given for this kind of payload. */
  | 'NO_KEY'
  /** `resolveKey` knows no key for this signer. */
  | 'UNKNOWN_SIGNER'
  /** The signer that the payload names outside is not the one that was signed (fault 29). */
  | 'SIGNER_MISMATCH'
  /** The signature is not this key's over these bytes. */
  | 'SIGNATURE_MISMATCH'
  /** The payload is damaged, or says a key twice. */
  | 'MALFORMED'
  /** The metadata is authentic, and the text under its seal has been changed. */
  | 'CONTENT_ALTERED'
  /** The metadata is authentic, and the text has been cut or added to, or the seal's closing is beside it and was not given. */
  | 'CONTENT_INCOMPLETE'
  /** A C2PA manifest: `@streamseal/c2pa` verifies it. */
  | 'C2PA'

/** The version that wrote the payload. What 1.1 writes without a key is 1.0's; 2.x and 3.x write the same. */
export type PayloadVersion = '1.0' | '1.1' | '2.x-3.x'

/** What `UnicodeMetadata.verifyMetadata` returns. */
export interface VerifyResult {
  /** Whether the metadata is authentic, and, where a seal covers the content, the content too. */
  valid: boolean
  /** The metadata, authentic or not; `undefined` where there is none. */
  metadata: Record<string, unknown> | undefined
  /** Why it is not valid; `undefined` where it is. */
  reason: VerifyReason | undefined
  version: PayloadVersion | undefined
  format: EncypherFormat | 'c2pa' | undefined
  /** Whether a seal by the same key covers the text, and holds. Encypher's own payloads bind no word of it. */
  contentBound: boolean
  /** The Ed25519 formats: who signed, as the payload says. */
  signerId: string | undefined
}

/** What `UnicodeMetadata.verifyMetadata` takes beside the text. */
export interface VerifyOptions {
  /** The secret of a 1.1 payload. */
  hmacSecretKey?: string | undefined
  /** Finds the public key of a 2.x or 3.x payload. */
  resolveKey?: ResolveKey | undefined
  /** What `finalize` gave to keep beside the text. */
  detached?: string | undefined
  /** Answers as that version of the Python package does, and throws `PythonError` where it raises. */
  compat?: Compat | undefined
}
