/** The parts of verification, without a word on when they run: `verify` waits between them, `verifyWithKeys` does not. */
import { assess } from './assess.ts'
import { CheckBudget, type Checking, checkSignatures, type Signatures } from './check-signatures.ts'
import { decodeDetached } from './detached.ts'
import { findForeign } from './foreign.ts'
import { type FoundPayload, type Gathered, gather } from './gather.ts'
import { HashBudget } from './hash-budget.ts'
import type { Lines } from './line.ts'
import { MarkPlaces } from './locate.ts'
import type { TextFormat } from './payload.ts'
import type { Report, SealReport } from './report.ts'
import { summarise } from './summarise.ts'
import type { TrustedKey } from './trust.ts'
import { type Unmarked, unmark } from './unmark.ts'

/** Signature checks a text, at most: a stream has no more signed segments. */
const MAX_SIGNATURE_CHECKS = 64
/** Hashed units a text, as a multiple of its length: every reading of every segment, and older seals under newer ones. */
const HASH_FACTOR = 16
const HASH_FLOOR = 65_536

/** What was found in a text, and beside it. */
export interface Sealed {
  unmarked: Unmarked
  seals: Gathered[]
  /** The strictest format that any of them names. */
  format: TextFormat
  isDetachedMalformed: boolean
}

/** Finds every seal of `text`. Throws `TypeError` for arguments that are no texts. */
export function findSeals(text: string, detached: string | undefined): Sealed {
  checkArguments(text, detached)
  const unmarked = unmark(text)
  const beside = detached === undefined ? [] : decodeDetached(detached)
  const found: FoundPayload[] = [
    ...unmarked.marks,
    ...(beside ?? []).map(payload => ({ payload, at: undefined })),
  ]
  const seals = gather(found)
  return { unmarked, seals, format: strictestFormat(seals), isDetachedMalformed: beside === undefined }
}

function strictestFormat(seals: readonly Gathered[]): TextFormat {
  const marks = seals.flatMap(({ segments, closings }) => [...segments, ...closings])
  const formats = new Set(marks.map(({ payload }) => payload.format))
  if (formats.has('code')) return 'code'
  return formats.has('plain') ? 'plain' : 'markdown'
}

/** Checks the signatures of every seal; `keys[i]` are those that seal `i` may be by. */
export function* checkAll(
  seals: readonly Gathered[],
  keys: readonly (readonly TrustedKey[])[],
  nowMs: number,
): Checking<Signatures[]> {
  const budget = new CheckBudget(MAX_SIGNATURE_CHECKS)
  const signatures: Signatures[] = []
  for (const [i, seal] of seals.entries())
    signatures.push(yield* checkSignatures(seal, keys[i] ?? [], nowMs, budget))
  return signatures
}

/** The report; `signatures[i]` are those of seal `i`, `lines` those of the text without marks. */
export function assessAll(
  { unmarked, seals, isDetachedMalformed }: Sealed,
  signatures: readonly Signatures[],
  lines: Lines,
): Report {
  const hashing = new HashBudget(HASH_FACTOR * lines.text.length + HASH_FLOOR)
  const marks = new MarkPlaces(seals)
  const reports = assessTrustedFirst(seals, signatures, (seal, signed) =>
    assess(seal, signed, lines, hashing, marks),
  )
  return {
    ...summarise(lines, reports),
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
