/** C2PA text manifests: written, streamed, strictly verified. Browser safe; `docs/c2pa.md` tells what was tested, and where. */
export { STREAM_ID_ALGORITHM } from './assertions.ts'
export type { Bytes } from './bytes.ts'
export { C2paError, type C2paErrorCode } from './c2pa-error.ts'
export { type C2paSigner, type C2paSignerOptions, createC2paSigner } from './c2pa-signer.ts'
export type { Certificate, Extension } from './certificate.ts'
export type { Content } from './check-binding.ts'
export type { SignerReport } from './check-signature.ts'
export type { C2paClaims, C2paIngredient, CustomAssertion } from './claims.ts'
export {
  createDevelopmentChain,
  type DevelopmentAlgorithm,
  type DevelopmentChain,
  type DevelopmentChainOptions,
} from './development-chain.ts'
export type { TextCarrier } from './find-manifest.ts'
export { type HttpTimestampOptions, httpTimestampAuthority } from './http-timestamp-authority.ts'
export { type C2paInspection, type InspectTextOptions, inspectText } from './inspect-text.ts'
export { inspectionTree } from './inspection-tree.ts'
export type { ManifestStore, SoftBinding, StoredManifest } from './manifest-store.ts'
export { type MemoryManifestStoreOptions, memoryManifestStore } from './memory-manifest-store.ts'
export type { C2paReport, C2paState, FoundIn, IngredientReport, ManifestSummary } from './report.ts'
export { reportTree } from './report-tree.ts'
export {
  type SignedText,
  type SignOptions,
  type SignTextOptions,
  signHtml,
  signStructuredText,
  signText,
} from './sign-text.ts'
export type { KeyKind, SignatureAlgorithm } from './signature-algorithms.ts'
export type { Finding, FindingKind, StatusCode } from './status-codes.ts'
export { stripText } from './strip-text.ts'
export type { Comment } from './text-carriers.ts'
export { C2paTextStream, createTextSigner, type SignedEnd, type TextSigner } from './text-signer.ts'
export type { Now } from './time.ts'
export type { TimestampAuthority } from './timestamp-authority.ts'
export { type TrustList, type TrustOptions, trustAnchors } from './trust-list.ts'
export { type VerifyTextOptions, verifyText } from './verify-text.ts'
export { encodeWrapper } from './wrapper.ts'
