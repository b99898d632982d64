/** Who signed a seal, and which of its marks: the closing first, because it settles all the others. */
import { hmacSha256 } from '#crypto'
import { algorithms } from './algorithms.ts'
import { equalBytes } from './bytes.ts'
import type { Claims } from './claims.ts'
import { Chain, openingDigest, signedBytes } from './digests.ts'
import type { Gathered, Placed } from './gather.ts'
import type { Closing, Segment } from './payload.ts'
import type { SealReport } from './report.ts'
import type { TrustedKey } from './trust.ts'

/** Keys that are tried for a seal, where several ids begin with its hint. */
const MAX_KEYS = 4

export type SignatureState = SealReport['signature']

/** What signatures say of a seal. */
export interface Signatures {
  keyId: string
  signer: SealReport['signer']
  signature: SignatureState
  /** Of each segment, in the order of `Gathered.segments`. */
  segments: SignatureState[]
  /** The closing that counts: the first valid one, else the first. */
  closing: Placed<Closing> | undefined
  /** Of that closing. */
  closingSignature: SignatureState
  /** Every segment is there and valid, and the closing signs another chain of them: two texts were sealed under one stream id. */
  isMixed: boolean
  /** Only where a trusted key's valid signature covers them. */
  claims: Claims | undefined
}

/** A question that only Ed25519 answers: is `signature` the key's over `message`? */
export interface SignatureQuestion {
  publicKey: Uint8Array
  message: Uint8Array
  signature: Uint8Array
}

/** A check that stops at each question; whoever drives it answers at once, or when the browser has. */
export type Checking<Result> = Generator<SignatureQuestion, Result, boolean>

/** Signature checks that one call of `verify` may spend. */
export class CheckBudget {
  #left: number

  constructor(limit: number) {
    this.#left = limit
  }

  spend(): boolean {
    return this.#left-- > 0
  }
}

/** Checks a seal's signatures against the keys that are known under its key hint. */
export function* checkSignatures(
  seal: Gathered,
  known: readonly TrustedKey[],
  nowMs: number,
  budget: CheckBudget,
): Checking<Signatures> {
  // A trust that somebody else wrote may give more than it was asked for.
  const fitting = known.filter(({ keyId }) => keyId.startsWith(seal.keyIdPrefix))
  const keys = new Map<string, TrustedKey>()
  for (const key of fitting)
    if (key.algorithm === seal.algorithm && !keys.has(key.keyId)) keys.set(key.keyId, key)
  if (keys.size === 0) return unknownSigner(seal, fitting.length > 0)
  const { key, checked } = yield* chooseKey([...keys.values()].slice(0, MAX_KEYS), seal, budget)
  const signer = worstStanding(
    fitting.filter(({ keyId }) => keyId === key.keyId),
    nowMs,
  )
  return yield* checkWith(key, seal, signer, budget, checked)
}

type SignedMark = Placed<Segment | Closing>
/** What is known of a mark before the others are checked. */
type Checked = ReadonlyMap<SignedMark, SignatureState>

/** The key that signed the seal's first closing, else its first segment: one check for each key, however many marks there are. */
function* chooseKey(
  keys: readonly TrustedKey[],
  seal: Gathered,
  budget: CheckBudget,
): Checking<{ key: TrustedKey; checked: Checked }> {
  const first = keys[0] as TrustedKey
  const mark: SignedMark | undefined = seal.closings[0] ?? seal.segments[0]
  const checked = new Map<SignedMark, SignatureState>()
  if (keys.length === 1 || mark === undefined) return { key: first, checked }
  for (const key of keys) {
    const state = yield* checkMark(key, mark, budget)
    if (!checked.has(mark)) checked.set(mark, state)
    if (state === 'valid') return { key, checked: checked.set(mark, state) }
  }
  return { key: first, checked }
}

// A key of this id that is bound to another algorithm did not make this seal: that is a forgery, not a stranger.
function unknownSigner(seal: Gathered, isConfused: boolean): Signatures {
  const state = isConfused ? 'invalid' : 'unchecked'
  return {
    keyId: seal.keyIdPrefix,
    signer: 'unknown',
    signature: state,
    segments: seal.segments.map(() => state),
    closing: seal.closings[0],
    closingSignature: state,
    isMixed: false,
    claims: undefined,
  }
}

function* checkWith(
  key: TrustedKey,
  seal: Gathered,
  signer: SealReport['signer'],
  budget: CheckBudget,
  checked: Checked,
): Checking<Signatures> {
  const states = yield* checkMarks(key, seal.closings, budget, checked)
  const best = Math.max(0, states.indexOf('valid'))
  const closing = seal.closings[best]
  const counted = states[best] === 'valid' && closing ? inOrder(seal.segments, closing.payload) : undefined
  const isSettled = counted !== undefined && isChain(counted, closing?.payload.chain)
  const segments = isSettled
    ? seal.segments.map(() => 'valid' as const)
    : yield* checkMarks(key, seal.segments, budget, checked)
  const opening = findOpening(seal, segments)
  const isForgedOpening = seal.openings.length > 0 && segments.includes('valid') && opening === 'forged'
  const signature = combine([...states, ...segments, ...(isForgedOpening ? (['invalid'] as const) : [])])
  const isClaimed = signer === 'trusted' && signature === 'valid'
  return {
    keyId: key.keyId,
    signer,
    signature,
    segments,
    closing,
    closingSignature: states[best] ?? 'unchecked',
    isMixed: counted !== undefined && !isSettled && segments.every(state => state === 'valid'),
    claims: isClaimed ? claimsOf(opening, states[best] === 'valid' ? closing : undefined) : undefined,
  }
}

function* checkMarks(
  key: TrustedKey,
  marks: readonly SignedMark[],
  budget: CheckBudget,
  checked: Checked,
): Checking<SignatureState[]> {
  const states: SignatureState[] = []
  for (const mark of marks) states.push(checked.get(mark) ?? (yield* checkMark(key, mark, budget)))
  return states
}

function* checkMark(
  key: TrustedKey,
  { payload, fields }: SignedMark,
  budget: CheckBudget,
): Checking<SignatureState> {
  if (!budget.spend()) return 'unchecked'
  const message = signedBytes(payload.kind, key.thumbprint, fields)
  return (yield* isSignature(key, message, payload.signature)) ? 'valid' : 'invalid'
}

function* isSignature(key: TrustedKey, message: Uint8Array, signature: Uint8Array): Checking<boolean> {
  if (key.publicKey) return yield { publicKey: key.publicKey, message, signature }
  if (!key.secret) return false
  const tag = hmacSha256(key.secret, message).subarray(0, algorithms['HMAC-SHA256'].signatureBytes)
  return equalBytes(tag, signature)
}

/** The segments by index, where they are exactly those that the closing counts, each once. */
function inOrder(
  segments: readonly Placed<Segment>[],
  { count }: Closing,
): readonly Placed<Segment>[] | undefined {
  if (segments.length !== count) return undefined
  const sorted = [...segments].sort((a, b) => a.payload.index - b.payload.index)
  return sorted.every((segment, i) => segment.payload.index === i) ? sorted : undefined
}

function isChain(segments: readonly Placed<Segment>[], signed: Uint8Array | undefined): boolean {
  if (signed === undefined) return segments.length === 0
  const chain = new Chain()
  for (const { fields } of segments) chain.add(fields)
  return equalBytes(chain.digest, signed)
}

/** The opening that segment 0 vouches for; `forged` where it vouches for another; `undefined` where nothing vouches. */
function findOpening(
  seal: Gathered,
  states: readonly SignatureState[],
): Partial<Claims> | 'forged' | undefined {
  const first = seal.segments.find(({ payload }, i) => payload.index === 0 && states[i] === 'valid')
  const digest = first?.payload.openingDigest
  if (digest === undefined) return undefined
  const opening = seal.openings.find(({ fields }) => equalBytes(openingDigest(fields), digest))
  return opening?.payload.claims ?? 'forged'
}

function claimsOf(
  opening: Partial<Claims> | 'forged' | undefined,
  closing: Placed<Closing> | undefined,
): Claims | undefined {
  const claims = { ...(opening !== 'forged' && opening), ...closing?.payload.claims }
  return claims.model === undefined ? undefined : { ...claims, model: claims.model }
}

function combine(states: readonly SignatureState[]): SignatureState {
  if (states.includes('invalid')) return 'invalid'
  return states.includes('valid') ? 'valid' : 'unchecked'
}

/** A key may be given twice, by two issuers say: whoever has revoked it is believed. */
function worstStanding(keys: readonly TrustedKey[], nowMs: number): SealReport['signer'] {
  const standings = new Set(keys.map(key => standing(key, nowMs)))
  return (['revoked', 'expired', 'unknown'] as const).find(each => standings.has(each)) ?? 'trusted'
}

function standing(key: TrustedKey, nowMs: number): SealReport['signer'] {
  if (key.revoked) return 'revoked'
  if (key.expiresMs !== undefined && nowMs >= key.expiresMs) return 'expired'
  return key.notBeforeMs !== undefined && nowMs < key.notBeforeMs ? 'unknown' : 'trusted'
}
