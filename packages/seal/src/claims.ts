/** What an issuer states about a text (claims, as in JWT), and the endings a stream can have. */

/** How the text ended; `truncated` is not an ending: it is a closing that is missing. */
export type Ending = 'complete' | 'aborted' | 'length-limited' | 'failed'

/** A sealed text that the model was given, and that this answer may draw on. */
export interface Ingredient {
  /** The older seal's stream id, in its text form. */
  streamId: string
  /** The id (JWK thumbprint) of the key that signed it, where known. */
  keyId?: string
}

/** What the caller states when a seal is made; reported under the same names. */
export interface Claims {
  /** Who provides the model, by name. */
  provider?: string
  /** The model, or every model that spoke. */
  model: string | string[]
  /** Who issued the text; default: the signer's issuer. */
  issuer?: string
  /** When, as an ISO 8601 time; default: the sealer's `now`. */
  issuedAt?: string
  /** IPTC digital source type, such as `trainedAlgorithmicMedia` (default) or `compositeWithTrainedAlgorithmicMedia`. */
  digitalSourceType?: string
  /** Where a reader can verify the text. */
  verifyUrl?: string
  /** Older seals in what the model was given. */
  ingredients?: Ingredient[]
  /** The caller's own claims, kept apart: any JSON values, at most 14 levels deep. Anything else (a `Date`, a `Map`, bytes) is refused with a `TypeError` that names its path. */
  custom?: Record<string, unknown>
}
