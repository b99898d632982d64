/** Encypher's Python package for invisible metadata in text, in TypeScript: the same names, the same bytes, without its faults. */
export type { FinalizeReason } from './channel.ts'
export { contentKey } from './content.ts'
export type { NamedEnd } from './corrected-stream.ts'
export type { EmbedOptions, Placement } from './embed.ts'
export {
  EncypherError,
  type EncypherErrorCode,
  EncypherRangeError,
  PythonError,
  type PythonErrorName,
} from './errors.ts'
export type { HandlerOptions } from './handler-config.ts'
export type { Ed25519Jwk, Ed25519PrivateKey, Ed25519PublicKey, ResolveKey } from './keys.ts'
export type { Metadata } from './metadata.ts'
export {
  type DecodedText,
  MetadataEncoder,
  type MetadataEncoderOptions,
  type VerifiedText,
} from './metadata-encoder.ts'
export { MetadataStream, type MetadataStreamOptions } from './metadata-stream.ts'
export type { BlockOptions, Compat, EncypherFormat } from './options.ts'
export { PythonDatetime } from './python-datetime.ts'
export { PythonFloat } from './python-float.ts'
export { printPythonJson } from './python-json-print.ts'
export { JsonReadError, readPythonJson } from './python-json-read.ts'
export type { PythonDict, PythonValue } from './python-value.ts'
export { type FinalizeResult, StreamingHandler } from './streaming-handler.ts'
export { MetadataTarget } from './targets.ts'
export type { NaiveTimestamps } from './timestamp.ts'
export { type ExtractOptions, UnicodeMetadata } from './unicode-metadata.ts'
export type { PayloadVersion, VerifyOptions, VerifyReason, VerifyResult } from './verdict.ts'
