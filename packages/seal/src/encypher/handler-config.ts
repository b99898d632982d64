/** A handler's options, checked once, at construction. */
import type { SealerOptions } from '../sealer.ts'
import { type Block, isLegacy, makeBlock } from './block.ts'
import { ed25519ContentSigner, hmacContentSigner, PAYLOAD_CLAIM, payloadDigest } from './content.ts'
import { EncypherError } from './errors.ts'
import { readMetadata } from './metadata.ts'
import type { BlockOptions } from './options.ts'
import { toPlain, toPlainObject } from './python-value.ts'

/** What `new StreamingHandler` and `new MetadataStream` take. */
export interface HandlerOptions extends BlockOptions {
  /**
   * `true` (default): the block is embedded once, at the first possible place. `false`: after it marks of a seal bind the whole text, with the
   * key that signs the metadata; without a key the block is embedded, nothing is bound, and `finalize` says `UNKEYED`.
   */
  encodeFirstChunkOnly?: boolean | undefined
  /** Code points: text waits until so many have come, then everything flows. Default 0: no character waits. At most 1,048,576. */
  minBufferSize?: number | undefined
  /** Responses events repeat a whole text at its end; so many UTF-16 units are remembered for that, and longer texts repeat unmarked. Default 16,777,216. */
  maxRememberedLength?: number | undefined
  /** Told, once, where a handler is collected while it holds text or owes a mark; default: `console.warn`. Must not refer to the handler. */
  onWarning?: ((message: string) => void) | undefined
}

/** The options as the machines use them. */
export interface HandlerConfig {
  block: Block
  compat: '1.0' | '1.1' | undefined
  encodeFirstChunkOnly: boolean
  minBufferSize: number
  maxRememberedLength: number
  /** Where the content is to be bound, and there is a key to do it. */
  seal: SealerOptions | undefined
  /** Where it is to be bound, and there is none. */
  isUnkeyed: boolean
}

/** Checks the options. Throws `EncypherError`, `EncypherRangeError`, or `SealError` for claims that no seal can hold. */
export function readHandlerOptions(options: HandlerOptions): HandlerConfig {
  checkIsOptions(options)
  const { compat, encodeFirstChunkOnly = true, minBufferSize = 0, maxRememberedLength = 1 << 24 } = options
  if (compat === '3.2') throw invalid('Cannot stream as 3.2 does: `compat` 3.2 is for whole texts')
  if (typeof encodeFirstChunkOnly !== 'boolean')
    throw invalid('Cannot stream: `encodeFirstChunkOnly` is true or false')
  checkSize('minBufferSize', minBufferSize, 1 << 20)
  checkSize('maxRememberedLength', maxRememberedLength, 2 ** 29)
  if (isLegacy(compat) && minBufferSize > 0)
    throw invalid(`Cannot buffer as ${compat} does: it has no \`minBufferSize\``)
  const block = makeBlock(options, { stampsNow: true })
  const binds = !encodeFirstChunkOnly && !isLegacy(compat)
  const seal = binds ? sealOptions(options, block) : undefined
  return {
    block,
    compat,
    encodeFirstChunkOnly,
    minBufferSize,
    maxRememberedLength,
    seal,
    isUnkeyed: binds && !seal,
  }
}

/** The other `StreamingHandler`, of @streamseal/stream, is given a model. */
function checkIsOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw invalid(`Cannot stream with a ${typeof options}: options are an object`)
  if ('stream' in options && typeof options.stream === 'function') {
    const where = '@streamseal/stream/handler'
    throw invalid(
      `Cannot stream a model: this handler embeds metadata in text; the one that takes a model is in ${where}`,
    )
  }
}

function checkSize(name: string, value: unknown, limit: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= limit) return
  throw invalid(`Cannot use ${String(value)} as \`${name}\`: it is a whole number from 0 to ${limit}`)
}

function sealOptions(options: HandlerOptions, block: Block): SealerOptions | undefined {
  const { hmacSecretKey, privateKey, now } = options
  if (!hmacSecretKey && !privateKey) return undefined
  const signer = privateKey ? ed25519ContentSigner(privateKey) : hmacContentSigner(hmacSecretKey ?? '')
  return { signer, claims: claimsOf(options, block), ...(now && { now }) }
}

/** The metadata once more, as claims of the seal: the model by its own name, all else as the caller's own claims, with the digest of the payload that belongs to this seal and no other. */
function claimsOf(
  { metadata, customMetadata, signerId }: HandlerOptions,
  { payload }: Block,
): SealerOptions['claims'] {
  const { modelId, rest } = readMetadata(metadata)
  const more = customMetadata ? readMetadata({ custom: customMetadata }).rest.get('custom') : undefined
  const custom = { ...toPlainObject(rest), ...(more instanceof Map ? toPlainObject(more) : {}) }
  const model = toPlain(modelId ?? null)
  return {
    model: typeof model === 'string' && model !== '' ? model : 'unspecified',
    ...(signerId !== undefined && { issuer: signerId }),
    custom: { ...withoutBigInts(custom), [PAYLOAD_CLAIM]: payloadDigest(payload) },
  }
}

/** Claims are JSON as JavaScript has it: integers beyond 2^53 are written as text there. */
function withoutBigInts(custom: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(custom, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  return JSON.parse(text) as Record<string, unknown>
}

function invalid(message: string): EncypherError {
  return new EncypherError('INVALID_OPTION', message)
}
