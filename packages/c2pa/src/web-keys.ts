/** WebCrypto's keys, named after the function that makes them: not every set of types has their names as globals, Node's has none. */

/** A key. */
export type WebKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** A pair of keys. */
export interface WebKeyPair {
  privateKey: WebKey
  publicKey: WebKey
}
