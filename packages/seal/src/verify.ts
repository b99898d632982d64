/** Says who sealed a text, and what has become of it. */
import { verifyEd25519 } from '#verify-ed25519'
import type { Checking } from './check-signatures.ts'
import { Lines } from './line.ts'
import type { Read } from './readings.ts'
import type { Report } from './report.ts'
import { type Now, toMs } from './time.ts'
import type { Trust, TrustedKey } from './trust.ts'
import { assessAll, checkAll, findSeals, type Sealed } from './verification.ts'

/** Key hints that are looked up for a text, at most: more seals than that are nobody's. */
const MAX_KEY_HINTS = 256

/** What `verify` takes beside the text. */
export interface VerifyOptions {
  /** Whose keys are trusted; default: nobody's, so that every seal is `unknown-signer`. */
  trust?: Trust
  /** What the sealer gave to keep beside the text; for several answers in one text, theirs with a space between them. A malformed one is reported, not thrown. */
  detached?: string
  /** When keys are looked at for expiry; default: now. */
  now?: Now
}

/**
 * Verifies a text: any string gives a report, in time linear in its length. At most 64 signatures are checked.
 * Throws only for arguments of the wrong type (`TypeError`) or a `now` that is no time (`RangeError`).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSigner, generateKeys, seal, trustList, verify } from '@streamseal/seal'
 *
 * const { privateJwk, publicJwk } = await generateKeys('Ed25519')
 * const signer = await createSigner(privateJwk)
 * const { text } = await seal('Take 1.5 mg daily.', { signer, claims: { model: 'demo' } })
 *
 * const report = await verify(text, { trust: trustList(publicJwk) })
 * assert.equal(report.status, 'intact')
 * assert.equal(report.seals[0]?.claims?.model, 'demo')
 *
 * const changed = await verify(text.replace('1.5', '15'), { trust: trustList(publicJwk) })
 * assert.equal(changed.status, 'altered')
 * ```
 */
export async function verify(text: string, options: VerifyOptions = {}): Promise<Report> {
  const { trust, detached, now = Date.now } = options
  const sealed = findSeals(text, detached)
  const nowMs = toMs(now)
  const keys = await findKeys(sealed, trust)
  const signatures = await answered(checkAll(sealed.seals, keys, nowMs))
  const lines = new Lines(sealed.unmarked.text, read, sealed.format)
  const report = assessAll(sealed, signatures, lines)
  return lines.lacksReader ? assessAll(sealed, signatures, await readableLines(sealed)) : report
}

/** The keys of each seal: every hint is asked for once, and only so many of a text. */
async function findKeys({ seals }: Sealed, trust: Trust | undefined): Promise<(readonly TrustedKey[])[]> {
  const hints = [...new Set(seals.map(seal => seal.keyIdPrefix))].slice(0, MAX_KEY_HINTS)
  const found = await Promise.all(hints.map(async hint => [hint, (await trust?.find(hint)) ?? []] as const))
  const known = new Map(found)
  return seals.map(seal => known.get(seal.keyIdPrefix) ?? [])
}

/** The readers of Markdown and of pages, once a text has needed them: an intact one is known without. */
let read: Read | undefined

async function readableLines({ unmarked, format }: Sealed): Promise<Lines> {
  const { skeletonOf } = await import('./skeleton.ts')
  read = skeletonOf
  return new Lines(unmarked.text, read, format)
}

async function answered<Result>(checking: Checking<Result>): Promise<Result> {
  let step = checking.next()
  while (!step.done) {
    const { publicKey, message, signature } = step.value
    step = checking.next(await verifyEd25519(publicKey, message, signature))
  }
  return step.value
}
