/** The package's main class under its own name: metadata in text, as variation selectors. */
import { firstRun } from './alphabet.ts'
import { checkCompat } from './block.ts'
import { extractLegacy, verifyLegacy } from './compat-legacy.ts'
import { extractAs32, verifyAs32 } from './compat-signed.ts'
import { type EmbedOptions, embedMetadata } from './embed.ts'
import { EncypherError } from './errors.ts'
import type { Compat } from './options.ts'
import type { VerifyOptions, VerifyResult } from './verdict.ts'
import { extractMetadata, verifyMetadata } from './verify.ts'

/** What `UnicodeMetadata.extractMetadata` takes beside the text. */
export interface ExtractOptions {
  /** Answers as that version of the Python package does; 1.x makes a `PythonDatetime` of the timestamp, and `{ model_id: '', timestamp: null }` of nothing. */
  compat?: Compat | undefined
}

/**
 * Embeds metadata in a text, invisibly, and reads and verifies it: Encypher's `UnicodeMetadata`. All of it is synchronous.
 *
 * Encypher's payloads sign the metadata and bind no word of the text: whoever holds a signed text can keep the block and change every word.
 * `contentBound` says whether a seal of ours does bind it (`StreamingHandler` with `encodeFirstChunkOnly: false`).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { UnicodeMetadata } from '@streamseal/seal/encypher'
 *
 * const hmacSecretKey = 'your-secret-key'
 * const text = UnicodeMetadata.embedMetadata({
 *   text: 'Hello, world!',
 *   metadata: { model_id: 'gpt-4', timestamp: 1711843200, organization: 'Example' },
 *   hmacSecretKey,
 * })
 * assert.deepEqual(UnicodeMetadata.extractMetadata(text), {
 *   model_id: 'gpt-4',
 *   timestamp: 1711843200,
 *   organization: 'Example',
 * })
 * const { valid, version, contentBound } = UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })
 * assert.deepEqual({ valid, version, contentBound }, { valid: true, version: '1.1', contentBound: false })
 * assert.equal(UnicodeMetadata.verifyMetadata(text, { hmacSecretKey: 'another' }).reason, 'SIGNATURE_MISMATCH')
 * ```
 */
export const UnicodeMetadata: {
  /**
   * The text with the metadata in it. Throws `EncypherError` for an option that cannot be kept, and `EncypherRangeError` where the text has no place for the
   * block (`NO_TARGET`), the timestamp is none, or the output would be too long (`OUTPUT_TOO_LONG`, before the work starts).
   */
  embedMetadata(options: EmbedOptions): string
  /** The metadata of the first payload in a text, whichever version wrote it; `undefined` where there is none. Nothing is verified. Never throws, but under `compat` 1.0. */
  extractMetadata(text: string, options?: ExtractOptions): Record<string, unknown> | undefined
  /** Whether the metadata in a text is authentic. Without `compat` it never throws, whatever the text holds; a key of the wrong kind is an `EncypherError`. */
  verifyMetadata(text: string, options?: VerifyOptions): VerifyResult
  /** The bytes of the first run of selectors, as they are; empty where there is none. */
  extractBytes(text: string): Uint8Array
} = {
  embedMetadata,
  extractMetadata(text, { compat } = {}) {
    checkText(text)
    checkCompat(compat)
    if (compat === undefined) return extractMetadata(text)
    return compat === '3.2' ? extractAs32(text) : extractLegacy(text, compat)
  },
  verifyMetadata(text, options = {}) {
    checkText(text)
    checkCompat(options.compat)
    if (options.compat === undefined) return verifyMetadata(text, options)
    if (options.compat === '3.2') return verifyAs32(text, options)
    if (options.compat === '1.1') return verifyLegacy(text, options)
    throw new EncypherError('INVALID_OPTION', 'Cannot verify as 1.0 would: it has no signatures')
  },
  extractBytes(text) {
    checkText(text)
    return firstRun(text)?.bytes ?? new Uint8Array()
  },
}

function checkText(text: unknown): void {
  if (typeof text !== 'string')
    throw new EncypherError('INVALID_OPTION', `Cannot read a ${typeof text}: text is a string`)
}
