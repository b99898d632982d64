/** The options that every way of embedding shares, checked once: they become an `Embedding`. */

import type { Ed25519PrivateKey } from './keys.ts'
import type { Metadata } from './metadata.ts'
import type { MetadataTarget } from './targets.ts'
import type { NaiveTimestamps } from './timestamp.ts'

/** The payloads: `json` is Encypher 1.x's (with an HMAC where there is a key), the others are 2.x's and 3.x's, signed with Ed25519. */
export type EncypherFormat = 'json' | 'basic' | 'manifest' | 'cbor_manifest' | 'jumbf'

/** The version of the Python package whose behaviour is wanted, faults included; without it, what is wrong there is right here. */
export type Compat = '1.0' | '1.1' | '3.2'

/** What is embedded, with which key, and where. */
export interface BlockOptions {
  /** `model_id`, `timestamp` (seconds, ISO 8601 text or a `Date`; default: now) and any keys of your own. Never changed. */
  metadata?: Metadata | undefined
  /** Keys that come after, and override, those of `metadata`, as they are: Python's `custom_metadata`. */
  customMetadata?: Metadata | undefined
  /** Where the block stands; default: after white space. */
  target?: MetadataTarget | undefined
  /** Format `json`: signs the metadata with HMAC-SHA256, as 1.1 does. An empty string is no key. */
  hmacSecretKey?: string | undefined
  /** The Ed25519 formats: signs the payload. */
  privateKey?: Ed25519PrivateKey | undefined
  /** The Ed25519 formats: who signs; the verifier finds the public key by it. */
  signerId?: string | undefined
  /** Default: `manifest` where there is a `privateKey`, as in 2.x and 3.x, or else `json`. */
  format?: EncypherFormat | undefined
  /** The Ed25519 formats: keys to leave out of the payload, at every level; not `signer_id` or `format`. */
  omitKeys?: readonly string[] | undefined
  /** Format `json`: what an ISO 8601 timestamp without an offset means; default: it is an error. (2.x and 3.x take it as UTC.) */
  naiveTimestamps?: NaiveTimestamps | undefined
  /** The present; default: the clock. */
  now?: (() => Date) | undefined
  /** Reproduces that version of the Python package. */
  compat?: Compat | undefined
}
