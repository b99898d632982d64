/** Where manifests are kept that no text carries, and how they are found again. */
import type { Bytes } from './bytes.ts'

/** A soft binding: an algorithm and its value. */
export interface SoftBinding {
  /** As on C2PA's list of algorithms, or `STREAM_ID_ALGORITHM`. */
  algorithm: string
  value: Bytes
}

/** A manifest and what it is found by. */
export interface StoredManifest {
  /** The label of the manifest: `urn:c2pa:` and a UUID. */
  id: string
  manifest: Bytes
  /** SHA-256 of the text's NFC. */
  contentHash: Bytes
  bindings: readonly SoftBinding[]
}

/** Keeps manifests. `storeSuite` shows whether an implementation does what is asked of it. */
export interface ManifestStore {
  /** Keeps a manifest; one with the same id is replaced, with all that it was found by. */
  put(record: StoredManifest): Promise<void>
  /** The manifest of this id, if it is kept. */
  get(id: string): Promise<Bytes | undefined>
  /** The ids of the manifests with this soft binding, newest first, at most `limit`. */
  findByBinding(binding: SoftBinding, limit?: number): Promise<string[]>
  /** The ids of the manifests of a text with this hash, newest first, at most `limit`. */
  findByContent(contentHash: Bytes, limit?: number): Promise<string[]>
  /** Forgets a manifest; whether there was one. */
  delete(id: string): Promise<boolean>
}

/** How many ids a search gives unless told otherwise. */
export const DEFAULT_LIMIT = 16
