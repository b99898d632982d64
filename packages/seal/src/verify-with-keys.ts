/** Verification at once, with keys that are at hand: it brings all its code along, as `verify` does not. */
import { ed25519Verify } from '#ed25519'
import type { Checking } from './check-signatures.ts'
import { Lines } from './line.ts'
import type { Report } from './report.ts'
import { skeletonOf } from './skeleton.ts'
import { toMs } from './time.ts'
import type { TrustedKey } from './trust.ts'
import { assessAll, checkAll, findSeals } from './verification.ts'
import type { VerifyOptions } from './verify.ts'

/** As `verify`, synchronously; `findKeys` gives the keys whose id begins with the prefix. */
export function verifyWithKeys(
  text: string,
  findKeys: (keyIdPrefix: string) => readonly TrustedKey[],
  { detached, now = Date.now }: Pick<VerifyOptions, 'detached' | 'now'> = {},
): Report {
  const sealed = findSeals(text, detached)
  const keys = sealed.seals.map(seal => findKeys(seal.keyIdPrefix))
  const signatures = answered(checkAll(sealed.seals, keys, toMs(now)))
  return assessAll(sealed, signatures, new Lines(sealed.unmarked.text, skeletonOf, sealed.format))
}

function answered<Result>(checking: Checking<Result>): Result {
  let step = checking.next()
  while (!step.done) {
    const { publicKey, message, signature } = step.value
    step = checking.next(ed25519Verify(publicKey, message, signature))
  }
  return step.value
}
