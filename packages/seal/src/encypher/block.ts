/** The options, checked, as the block of selectors that they ask for. */
import { toSelectors } from './alphabet.ts'
import { EncypherError } from './errors.ts'
import { toSign } from './keys.ts'
import { type Metadata, readMetadata } from './metadata.ts'
import type { BlockOptions, Compat, EncypherFormat } from './options.ts'
import { checkOutputLength } from './output-length.ts'
import { jsonPayload } from './payload-json.ts'
import { type SignedFormat, signedPayload } from './payload-signed.ts'
import type { PythonDict } from './python-value.ts'
import { checkTarget, compatTarget, type MetadataTarget } from './targets.ts'

/** What is embedded, and where. */
export interface Block {
  /** The payload's JSON, and the selectors that carry it. */
  payload: string
  selectors: string
  target: MetadataTarget
  format: EncypherFormat
}

/** How `makeBlock` differs for streams. */
export interface BlockSettings {
  /** The Ed25519 formats: metadata without a timestamp gets the present one, as `StreamingHandler` has it in every version. */
  stampsNow?: boolean
}

/** Builds the block. Throws `EncypherError` or `EncypherRangeError` for every option that cannot be kept; no text is needed for that. */
export function makeBlock(options: BlockOptions, { stampsNow = false }: BlockSettings = {}): Block {
  checkCompat(options.compat)
  const format = checkFormat(options)
  const legacy = isLegacy(options.compat)
  const target = legacy ? compatTarget(options.target) : checkTarget(options.target)
  if (format !== 'json' && target === 'none') {
    throw new EncypherError(
      'INVALID_TARGET',
      `Cannot sign "${format}" at target "none": the signature would be lost`,
    )
  }
  const payload = format === 'json' ? legacyPayload(options) : ed25519Payload(options, format, stampsNow)
  // The payload is ASCII, and nearly every byte of it takes two units.
  checkOutputLength(2 * payload.length)
  return { payload, selectors: toSelectors(new TextEncoder().encode(payload)), target, format }
}

/** Whether a version of 1.x is to be reproduced. */
export function isLegacy(compat: Compat | undefined): compat is '1.0' | '1.1' {
  return compat === '1.0' || compat === '1.1'
}

/** Refuses any other value than the three versions; `undefined` passes. */
export function checkCompat(compat: unknown): void {
  if (compat === undefined || compat === '1.0' || compat === '1.1' || compat === '3.2') return
  throw invalidOption(
    `Cannot reproduce version ${JSON.stringify(compat)}: \`compat\` is "1.0", "1.1" or "3.2"`,
  )
}

const FORMATS: readonly unknown[] = ['json', 'basic', 'manifest', 'cbor_manifest', 'jumbf']

function checkFormat(options: BlockOptions): EncypherFormat {
  const { compat, hmacSecretKey, privateKey } = options
  const format = options.format ?? (privateKey === undefined ? 'json' : 'manifest')
  if ((format as unknown) === 'c2pa') throw invalidOption('Cannot write "c2pa" here: @streamseal/c2pa does')
  if (!FORMATS.includes(format)) {
    throw invalidOption(
      `Cannot write the format ${JSON.stringify(format)}: it is one of ${FORMATS.join(', ')}`,
    )
  }
  if (format !== 'json' && isLegacy(compat))
    throw invalidOption(`Cannot write "${format}" as ${compat} would: it has JSON only`)
  if (compat === '1.0' && hmacSecretKey)
    throw invalidOption('Cannot sign as 1.0 would: it takes no `hmacSecretKey`')
  if (format === 'json') checkJsonKeys(options)
  else if (hmacSecretKey)
    throw invalidOption(`Cannot sign "${format}" with an HMAC key: it takes a \`privateKey\``)
  return format
}

function checkJsonKeys({ privateKey, hmacSecretKey }: BlockOptions): void {
  if (privateKey !== undefined)
    throw invalidOption('Cannot sign "json" with Ed25519: it takes an `hmacSecretKey`')
  if (hmacSecretKey !== undefined && hmacSecretKey !== null && typeof hmacSecretKey !== 'string') {
    throw new EncypherError(
      'INVALID_KEY',
      `Cannot use a ${typeof hmacSecretKey} as \`hmacSecretKey\`: it must be a string`,
    )
  }
}

function legacyPayload(options: BlockOptions): string {
  const { compat, hmacSecretKey, now = () => new Date() } = options
  // Python writes NaN as a bare word and reads naive times in the host's zone (fault 10): only `compat` does.
  const json = { allowNonFinite: isLegacy(compat) }
  const naive = isLegacy(compat) ? 'local' : options.naiveTimestamps
  const parts = readMetadata(options.metadata, json)
  return jsonPayload(parts, readCustom(options.customMetadata, json), hmacSecretKey ?? '', { naive, now })
}

function ed25519Payload(options: BlockOptions, format: SignedFormat, stampsNow: boolean): string {
  const { privateKey, signerId, omitKeys = [], compat, now = () => new Date() } = options
  if (privateKey === undefined || privateKey === null) {
    throw new EncypherError(
      'MISSING_KEY',
      `Cannot write "${format}": it is signed with Ed25519 and needs a \`privateKey\``,
    )
  }
  if (typeof signerId !== 'string' || signerId === '') {
    throw new EncypherError(
      'MISSING_KEY',
      `Cannot write "${format}": the verifier finds the key by \`signerId\`, which is not given`,
    )
  }
  const mandatory = omitKeys.find(key => key === 'signer_id' || key === 'format')
  if (mandatory !== undefined) throw invalidOption(`Cannot leave out "${mandatory}": the format needs it`)
  const json = { allowNonFinite: compat === '3.2' }
  const given = readMetadata(options.metadata, json)
  const parts = stampsNow ? { ...given, timestamp: given.timestamp ?? now() } : given
  const custom = readCustom(options.customMetadata, json)
  const sign = toSign(privateKey)
  return signedPayload({ format, parts, custom, signerId, sign, omitKeys, isCompat: compat === '3.2' })
}

/** Every key, `model_id` and `timestamp` included, as it is. */
function readCustom(custom: Metadata | undefined, options: { allowNonFinite: boolean }): PythonDict {
  if (custom === undefined) return new Map()
  // One level down, so that `readMetadata` leaves the reserved names where they are.
  return readMetadata({ custom }, options).rest.get('custom') as PythonDict
}

function invalidOption(message: string): EncypherError {
  return new EncypherError('INVALID_OPTION', message)
}
