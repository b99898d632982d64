/** Says what a text holds, without keys and without a verdict. */
import type { Algorithm } from './algorithms.ts'
import { toBase64url, toHex } from './bytes.ts'
import type { Ending } from './claims.ts'
import { findForeign } from './foreign.ts'
import { decodePayload } from './payload.ts'
import type { Found, Range } from './report.ts'
import { unmark } from './unmark.ts'

/** A mark as it is written. Nothing of it has been checked: anybody can write a mark. */
export interface MarkFound extends Range {
  /** `unknown`: well-formed, but of a later version. */
  kind: 'opening' | 'segment' | 'closing' | 'unknown'
  streamId?: string
  /** The first characters of the key's id. */
  keyIdPrefix?: string
  algorithm?: Algorithm
  /** Of a segment. */
  index?: number
  /** Of a closing: how many segments came before it. */
  count?: number
  ending?: Ending
  /** Of a closing, and of a segment other than the first: the link to the segment before it, 8 hexadecimal digits. */
  link?: string
}

/** A seal that a text bears, unchecked. */
export interface SealFound {
  streamId: string
  keyIdPrefix: string
  algorithm: Algorithm
  /** How many marks it has here. */
  marks: number
}

/** What `inspect` found; offsets are UTF-16 units of the text as it was given. */
export interface Inspection {
  /** The text without our marks. */
  text: string
  marks: MarkFound[]
  /** In the order of their first marks. Where the text is given to a model, these are the ingredients of the answer. */
  seals: SealFound[]
  foreign: Found[]
}

/**
 * Finds our marks and the payloads of other systems. Claims are not shown: only `verify` knows whether they are true.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSigner, generateKeys, inspect, seal } from '@streamseal/seal'
 *
 * const { privateJwk } = await generateKeys('Ed25519')
 * const signer = await createSigner(privateJwk)
 * const prompt = await seal('All is well.', { signer, claims: { model: 'demo' }, streamId: '00112233445566ff' })
 * const ingredients = inspect(prompt.text).seals.map(({ streamId }) => ({ streamId }))
 * assert.deepEqual(ingredients, [{ streamId: '00112233445566ff' }])
 * ```
 */
export function inspect(text: string): Inspection {
  if (typeof text !== 'string') throw new TypeError(`Cannot inspect a ${typeof text}: a text is needed`)
  const unmarked = unmark(text)
  const marks = unmarked.marks.map(({ payload, start, end }) => ({ ...describe(payload), start, end }))
  return { text: unmarked.text, marks, seals: sealsOf(marks), foreign: findForeign(unmarked) }
}

function describe(bytes: Uint8Array): Omit<MarkFound, 'start' | 'end'> {
  const payload = decodePayload(bytes)?.payload
  if (payload === undefined) return { kind: 'unknown' }
  return {
    kind: payload.kind,
    streamId: toHex(payload.streamId),
    keyIdPrefix: toBase64url(payload.keyHint),
    algorithm: payload.algorithm,
    ...(payload.kind === 'segment' && { index: payload.index }),
    ...(payload.kind === 'closing' && { count: payload.count, ending: payload.ending }),
    ...(payload.kind !== 'opening' && payload.link && { link: toHex(payload.link) }),
  }
}

function sealsOf(marks: readonly MarkFound[]): SealFound[] {
  const seals = new Map<string, SealFound>()
  for (const { streamId, keyIdPrefix, algorithm } of marks) {
    if (streamId === undefined || keyIdPrefix === undefined || algorithm === undefined) continue
    const key = `${algorithm} ${streamId} ${keyIdPrefix.slice(0, 4)}`
    const seal = seals.get(key) ?? { streamId, keyIdPrefix, algorithm, marks: 0 }
    if (keyIdPrefix.length > seal.keyIdPrefix.length) seal.keyIdPrefix = keyIdPrefix
    seal.marks++
    seals.set(key, seal)
  }
  return [...seals.values()]
}
