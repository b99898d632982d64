/** An incremental hash, the same behind both doors of `#crypto`. */
export interface Hasher {
  /** Adds bytes, or the UTF-8 of a text (a lone surrogate counts as U+FFFD). */
  update(data: Uint8Array | string): void
  /** The hash; nothing may be added afterwards. */
  digest(): Uint8Array
}
