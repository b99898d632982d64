/** Says who sealed a text, and what has become of it. */
import { assess } from './assess.ts'
import { CheckBudget, checkSignatures, type Signatures } from './check-signatures.ts'
import { decodeDetached } from './detached.ts'
import { findForeign } from './foreign.ts'
import { type FoundPayload, type Gathered, gather } from './gather.ts'
import { Lines } from './line.ts'
import { HashBudget } from './locate.ts'
import type { Report, SealReport } from './report.ts'
import { summarise } from './summarise.ts'
import { type Now, toMs } from './time.ts'
import type { Trust, TrustedKey } from './trust.ts'
import { type Unmarked, unmark } from './unmark.ts'

/** Signature checks a text, at most: a stream has no more signed segments. */
const MAX_SIGNATURE_CHECKS = 64
/** Hashed units a text, as a multiple of its length: every reading of every segment, and older seals under newer ones. */
const HASH_FACTOR = 16
const HASH_FLOOR = 65_536

/** What `verify` takes beside the text. */
export interface VerifyOptions {
  /** Whose keys are trusted; default: nobody's, so that every seal is `unknown-signer`. */
  trust?: Trust
  /** What the sealer gave to keep beside the text. A malformed one is reported, not thrown. */
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
  checkArguments(text, detached)
  const nowMs = toMs(now)
  const reading = read(text, detached)
  const keys: (readonly TrustedKey[])[] = []
  for (const seal of reading.seals) keys.push((await trust?.find(seal.keyIdPrefix)) ?? [])
  return assessAll(reading, keys, nowMs)
}

/** As `verify`, at once, with keys that are at hand: those whose id begins with the prefix. */
export function verifyWithKeys(
  text: string,
  findKeys: (keyIdPrefix: string) => readonly TrustedKey[],
  options: Pick<VerifyOptions, 'detached' | 'now'> = {},
): Report {
  const { detached, now = Date.now } = options
  checkArguments(text, detached)
  const reading = read(text, detached)
  return assessAll(
    reading,
    reading.seals.map(seal => findKeys(seal.keyIdPrefix)),
    toMs(now),
  )
}

/** What was found in a text, and beside it. */
interface Reading {
  unmarked: Unmarked
  seals: Gathered[]
  isDetachedMalformed: boolean
}

function read(text: string, detached: string | undefined): Reading {
  const unmarked = unmark(text)
  const beside = detached === undefined ? [] : decodeDetached(detached)
  const found: FoundPayload[] = [
    ...unmarked.marks,
    ...(beside ?? []).map(payload => ({ payload, at: undefined })),
  ]
  return { unmarked, seals: gather(found), isDetachedMalformed: beside === undefined }
}

/** `keys[i]` are those that seal `i` may be by. */
function assessAll(reading: Reading, keys: readonly (readonly TrustedKey[])[], nowMs: number): Report {
  const { unmarked, isDetachedMalformed } = reading
  const clean = unmarked.text
  const lines = new Lines(clean)
  const checks = new CheckBudget(MAX_SIGNATURE_CHECKS)
  const hashing = new HashBudget(HASH_FACTOR * clean.length + HASH_FLOOR)
  const signatures = reading.seals.map((seal, i) => checkSignatures(seal, keys[i] ?? [], nowMs, checks))
  const seals = assessTrustedFirst(reading.seals, signatures, (seal, signed) =>
    assess(seal, signed, lines, hashing),
  )
  return {
    ...summarise(lines, seals),
    foreign: lines.isSimple ? [] : findForeign(unmarked),
    ...(isDetachedMalformed && { detached: 'malformed' as const }),
  }
}

/** A seal of which nothing is in the text, neither a mark nor a stretch, is another text's. */
function isHere(seal: Gathered, report: SealReport): boolean {
  const marks = [...seal.openings, ...seal.segments, ...seal.closings]
  return report.segments.length > 0 || marks.some(({ at }) => at !== undefined)
}

/** Seals that anybody can write must not use up what there is to spend before ours have had their share. */
function assessTrustedFirst(
  seals: readonly Gathered[],
  signatures: readonly Signatures[],
  assessOne: (seal: Gathered, signed: Signatures) => SealReport,
): SealReport[] {
  const reports = new Map<Gathered, SealReport>()
  for (const isTrusted of [true, false]) {
    for (const [i, seal] of seals.entries()) {
      const signed = signatures[i] as Signatures
      const isValid = signed.signature === 'valid' && signed.signer === 'trusted'
      if (isValid === isTrusted) reports.set(seal, assessOne(seal, signed))
    }
  }
  return seals.flatMap(seal => {
    const report = reports.get(seal)
    return report && isHere(seal, report) ? [report] : []
  })
}

function checkArguments(text: unknown, detached: unknown): void {
  if (typeof text !== 'string') throw new TypeError(`Cannot verify a ${typeof text}: a text is needed`)
  if (detached !== undefined && typeof detached !== 'string') {
    throw new TypeError(`Cannot verify with a ${typeof detached} as "detached": a text is needed`)
  }
}
