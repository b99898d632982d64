/** Encypher 1.x's other scheme under its own name: metadata before the text, in zero-width characters. It reads the scheme of `UnicodeMetadata` too. */
import { cleanText } from './clean.ts'
import { decodeLegacy } from './compat-encoder.ts'
import {
  type EncoderPayload,
  encoderPayloadLength,
  findEncoderPayload,
  isAuthentic,
  macOf,
  writeEncoderPayload,
} from './encoder-payload.ts'
import { EncypherError } from './errors.ts'
import type { Metadata } from './metadata.ts'
import { checkOutputLength } from './output-length.ts'
import { printPythonJson } from './python-json-print.ts'
import { toPlainObject, toPython } from './python-value.ts'
import type { VerifyReason } from './verdict.ts'
import { extractMetadata, verifyMetadata } from './verify.ts'

/** What `new MetadataEncoder` takes. */
export interface MetadataEncoderOptions {
  /** The secret of the HMAC. Without one nothing is signed, and nothing verifies. */
  hmacSecretKey?: string | undefined
  /** Writes and reads as that version of the Python package does; default: writes 1.1's, reads both. */
  compat?: '1.0' | '1.1' | undefined
  /** The present, for metadata without a timestamp; default: the clock. */
  now?: (() => Date) | undefined
}

/** What `decodeMetadata` returns. */
export interface DecodedText {
  metadata: Record<string, unknown> | undefined
  /** The text without the payload. */
  cleanText: string
}

/** What `verifyText` returns. */
export interface VerifiedText extends DecodedText {
  /** Whether the metadata is authentic. The words of the text are not bound by it, but where a seal of ours binds them. */
  valid: boolean
  /** Why it is not valid; `undefined` where it is. */
  reason: VerifyReason | undefined
}

/**
 * Writes metadata before a text in zero-width characters, and reads and verifies it: Encypher 1.x's `MetadataEncoder`.
 * `decodeMetadata` and `verifyText` also read what `UnicodeMetadata` and `StreamingHandler` embed.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { MetadataEncoder } from '@streamseal/seal/encypher'
 *
 * const encoder = new MetadataEncoder({ hmacSecretKey: 'your-secret-key' })
 * const text = encoder.encodeMetadata('Hello, world!', { model_id: 'gpt-4', timestamp: 1711843200 })
 * assert.deepEqual(encoder.verifyText(text), {
 *   valid: true,
 *   metadata: { model_id: 'gpt-4', timestamp: 1711843200 },
 *   cleanText: 'Hello, world!',
 *   reason: undefined,
 * })
 * ```
 */
export class MetadataEncoder {
  readonly #key: string | undefined
  readonly #compat: '1.0' | '1.1' | undefined
  readonly #now: () => Date

  constructor({ hmacSecretKey, compat, now = () => new Date() }: MetadataEncoderOptions = {}) {
    if (compat !== undefined && compat !== '1.0' && compat !== '1.1') {
      throw new EncypherError(
        'INVALID_OPTION',
        `Cannot encode as version ${JSON.stringify(compat)}: it is "1.0" or "1.1"`,
      )
    }
    this.#key = hmacSecretKey
    this.#compat = compat
    this.#now = now
  }

  /** The metadata, in zero-width characters, and the text. A timestamp (whole seconds) is added where there is none. Throws `EncypherError` for metadata that is no JSON, and `EncypherRangeError` where the output would be too long. */
  encodeMetadata(text: string, metadata: Metadata): string {
    if (typeof text !== 'string')
      throw new EncypherError('INVALID_OPTION', `Cannot encode in a ${typeof text}: text is a string`)
    const dict = toPython(metadata, { allowNonFinite: this.#compat !== undefined })
    if (!(dict instanceof Map))
      throw new EncypherError('UNSERIALISABLE_METADATA', 'Cannot encode metadata: it must be an object')
    if (!dict.has('timestamp')) dict.set('timestamp', BigInt(Math.trunc(this.#now().getTime() / 1000)))
    const json = new TextEncoder().encode(printPythonJson(dict))
    const mac = this.#mac(json)
    checkOutputLength(text.length + encoderPayloadLength(mac.length + json.length))
    return writeEncoderPayload(mac, json) + text
  }

  #mac(json: Uint8Array): Uint8Array {
    if (this.#compat === '1.0') return macOf('1.0', this.#key ?? '', json)
    const isUnsigned = this.#compat === '1.1' ? this.#key === undefined : !this.#key
    return isUnsigned ? new Uint8Array() : macOf('1.1', this.#key ?? '', json)
  }

  /** The metadata in a text, without looking at its MAC, and the text without it. */
  decodeMetadata(text: string): DecodedText {
    if (this.#compat) return this.#decodeLegacy(text, this.#compat)
    const found = findEncoderPayload(text)
    if (found) return { metadata: toPlainObject(found.metadata), cleanText: without(text, found) }
    return { metadata: extractMetadata(text), cleanText: cleanText(text) }
  }

  #decodeLegacy(text: string, compat: '1.0' | '1.1'): DecodedText {
    const { metadata, cleanText } = decodeLegacy(text, compat, this.#key)
    return { metadata: metadata as DecodedText['metadata'], cleanText }
  }

  /** Whether the metadata in a text is authentic, by the key given here or else the encoder's. */
  verifyText(
    text: string,
    { hmacSecretKey = this.#key }: { hmacSecretKey?: string | undefined } = {},
  ): VerifiedText {
    if (this.#compat) return this.#verifyLegacy(text, this.#compat, hmacSecretKey)
    const found = findEncoderPayload(text)
    if (!found) return verifyOther(text, hmacSecretKey)
    const reason = verdict(found, hmacSecretKey)
    return {
      valid: reason === undefined,
      metadata: toPlainObject(found.metadata),
      cleanText: without(text, found),
      reason,
    }
  }

  /** 1.1 asks for a key and then goes by the encoder's own (fault 11). */
  #verifyLegacy(text: string, compat: '1.0' | '1.1', key: string | undefined): VerifiedText {
    if (compat === '1.1' && !(key || this.#key)) {
      return { valid: false, metadata: undefined, cleanText: text, reason: 'NO_KEY' }
    }
    const decoded = this.#decodeLegacy(text, compat)
    const valid = decoded.metadata !== undefined && decoded.metadata !== null
    return { ...decoded, valid, reason: valid ? undefined : 'SIGNATURE_MISMATCH' }
  }
}

function without(text: string, { start, end }: EncoderPayload): string {
  return text.slice(0, start) + text.slice(end)
}

function verdict(payload: EncoderPayload, key: string | undefined): VerifyReason | undefined {
  if (payload.mac.length === 0) return 'UNSIGNED'
  if (!key) return 'NO_KEY'
  return isAuthentic(payload, key) ? undefined : 'SIGNATURE_MISMATCH'
}

function verifyOther(text: string, hmacSecretKey: string | undefined): VerifiedText {
  const { valid, metadata, reason } = verifyMetadata(text, { hmacSecretKey })
  return { valid, metadata, cleanText: cleanText(text), reason }
}
