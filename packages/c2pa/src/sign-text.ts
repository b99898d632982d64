/** Signing a whole text: in itself, as structured text or HTML, or with the manifest kept beside it. */
import { STREAM_ID_ALGORITHM } from './assertions.ts'
import { type Bytes, fromHex, fromUtf8 } from './bytes.ts'
import { C2paError } from './c2pa-error.ts'
import type { C2paSigner } from './c2pa-signer.ts'
import { type C2paClaims, type CustomAssertion, checkClaims } from './claims.ts'
import { digest } from './digests.ts'
import type { StoredManifest } from './manifest-store.ts'
import { signManifest } from './sign-manifest.ts'
import {
  armourPlacement,
  type Comment,
  htmlPlacement,
  normalizedBytes,
  type Placement,
  wrapperPlacement,
} from './text-carriers.ts'
import { type Now, toMs } from './time.ts'
import { findWrappers } from './wrapper.ts'

/** What every way of signing takes. */
export interface SignOptions {
  signer: C2paSigner
  claims: C2paClaims
  /** Assertions of the caller's own. */
  assertions?: readonly CustomAssertion[]
  /** The id of our seal's stream, 16 hexadecimal digits: becomes the soft binding. */
  streamId?: string
  /** The clock for the time that is stated and for the certificates; default: now. */
  now?: Now
  /** How long the signer, and the time-stamp, may take together, in milliseconds; default 10,000. */
  signTimeoutMs?: number
  /** The longest text, in UTF-16 units; default 16,777,216. */
  maxTextLength?: number
}

/** What `signText` takes. */
export interface SignTextOptions extends SignOptions {
  /** `wrapper` (default): in the text, as variation selectors. `stored`: the text stays as it is, and the manifest is to be kept. */
  carrier?: 'wrapper' | 'stored'
}

/** A signed text. */
export interface SignedText {
  /** The text with its manifest, if it carries one. */
  text: string
  /** The manifest store, in JUMBF (`application/c2pa`). */
  manifest: Bytes
  /** What a manifest store keeps it under, and finds it by: give it to `ManifestStore.put`. */
  record: StoredManifest
}

const MAX_TEXT_LENGTH = 16_777_216
const SIGN_TIMEOUT_MS = 10_000

/**
 * Signs a text. Embedded, the text is normalised to NFC first, as the standard asks (A.8.4.1), and its wrapper is last: if
 * the text is to carry our seal too, seal it before. Rejects with `C2paError`; the codes say why.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain, signText, trustAnchors, verifyText } from '@streamseal/c2pa'
 *
 * const { privateKey, chain, root } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * const { text } = await signText('The cat sat on the mat.', { signer, claims: { model: 'demo' } })
 * const report = await verifyText(text, { trust: trustAnchors(root, { allowDevelopment: true }) })
 * assert.equal(report.state, 'trusted')
 * assert.equal(report.text, 'The cat sat on the mat.')
 * ```
 */
export async function signText(text: string, options: SignTextOptions): Promise<SignedText> {
  checkLength(text, options)
  checkUnsigned(text)
  if (options.carrier === 'stored') return signStored(text, options)
  const normal = fromUtf8(normalizedBytes(text)) ?? text
  return signPlaced(wrapperPlacement(normal), 'text/plain', options)
}

/**
 * Signs source code, configuration, Markdown or other text with comments or front matter (A.9): the manifest stands in a
 * comment on the first line, on the last where the first is taken, or in the front matter.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain, signStructuredText, verifyText } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * const { text } = await signStructuredText('print(1)\n', { signer, claims: {}, comment: '#' })
 * assert.match(text, /^# -----BEGIN C2PA MANIFEST----- data:application\/c2pa;base64,/)
 * assert.equal((await verifyText(text, { carrier: 'structured' })).state, 'valid')
 * ```
 */
export async function signStructuredText(
  text: string,
  options: SignOptions & { comment: Comment },
): Promise<SignedText> {
  checkLength(text, options)
  return signPlaced(armourPlacement(text, options.comment), 'text/plain', options)
}

/**
 * Signs a page: the manifest stands in a `<script type="application/c2pa">` before `</head>` (A.7).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain, signHtml, verifyText } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * const { text } = await signHtml('<html><head></head><body>Hello</body></html>', { signer, claims: {} })
 * assert.equal((await verifyText(text, { carrier: 'html' })).state, 'valid')
 * ```
 */
export async function signHtml(html: string, options: SignOptions): Promise<SignedText> {
  checkLength(html, options)
  return signPlaced(htmlPlacement(html), 'text/html', options)
}

/** Throws `C2paError` (`TEXT_TOO_LONG`). */
export function checkLength(
  text: { length: number },
  { maxTextLength = MAX_TEXT_LENGTH }: SignOptions,
): void {
  if (text.length <= maxTextLength) return
  throw new C2paError(`Cannot sign ${text.length} characters, over ${maxTextLength}`, {
    code: 'TEXT_TOO_LONG',
  })
}

/** Throws `C2paError` (`ALREADY_SIGNED`): a second wrapper would make both worthless. */
export function checkUnsigned(text: string): void {
  const { wrappers, corrupted } = findWrappers(text, Number.POSITIVE_INFINITY)
  if (wrappers.length + corrupted.length === 0) return
  throw new C2paError('Cannot sign a text that carries a manifest already: strip it first', {
    code: 'ALREADY_SIGNED',
  })
}

/** Signs a text whose manifest is kept beside it. */
export async function signStored(text: string, options: SignOptions): Promise<SignedText> {
  const { manifest, record } = await sign(normalizedBytes(text), 'text/plain', options)
  return { text, manifest, record }
}

/** Signs a text that has a place for its manifest. */
export async function signPlaced(
  placement: Placement,
  format: string,
  options: SignOptions,
): Promise<SignedText> {
  const { manifest, record } = await sign(placement.covered, format, options, placement)
  return { text: placement.place(manifest), manifest, record }
}

async function sign(
  covered: Bytes,
  format: string,
  options: SignOptions,
  placement?: Placement,
): Promise<Omit<SignedText, 'text'>> {
  const { claims, assertions = [], streamId, now = Date.now } = options
  const time = toMs(now)
  checkClaims(claims, assertions)
  checkStreamId(streamId)
  checkValidity(options.signer, time)
  const hash = await digest('sha256', covered)
  const label = `urn:c2pa:${crypto.randomUUID()}`
  const contents = {
    claims,
    custom: assertions,
    format: claims.format ?? format,
    hash,
    streamId,
    when: claims.createdAt ?? new Date(time).toISOString().replace(/\.\d+/, ''),
    label,
    instanceId: `xmp:iid:${crypto.randomUUID()}`,
  }
  const manifest = await withTimeout(signManifest(contents, options.signer, placement), options)
  const bindings =
    streamId === undefined ? [] : [{ algorithm: STREAM_ID_ALGORITHM, value: fromHex(streamId) }]
  return { manifest, record: { id: label, manifest, contentHash: hash, bindings } }
}

function checkStreamId(streamId: string | undefined): void {
  if (streamId === undefined || /^[0-9a-f]{16}$/.test(streamId)) return
  throw new C2paError(`Cannot bind to the stream "${streamId}": its id is 16 hexadecimal digits`, {
    code: 'INVALID_CLAIMS',
  })
}

function checkValidity({ validity }: C2paSigner, time: number): void {
  if (validity.from <= time && time <= validity.to) return
  const period = `${new Date(validity.from).toISOString()} to ${new Date(validity.to).toISOString()}`
  throw new C2paError(`Cannot sign now: the certificates are valid from ${period}`, {
    code: 'CERTIFICATE_NOT_VALID_NOW',
  })
}

function withTimeout<Value>(
  work: Promise<Value>,
  { signTimeoutMs = SIGN_TIMEOUT_MS }: SignOptions,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new C2paError(`Cannot sign: the signer gave no answer in ${signTimeoutMs} ms`, {
          code: 'SIGNER_TIMEOUT',
        }),
      )
    }, signTimeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
