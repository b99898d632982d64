/** The caller's claims, checked and completed before anything is sealed. */

import { checkCustom } from './check-custom.ts'
import type { Claims, Ingredient } from './claims.ts'
import { decodeClaims, encodeClaims, type PartialClaims } from './claims-codec.ts'
import { SealError } from './seal-error.ts'
import type { Signer } from './signer.ts'

/** Encoded claims are at most this long, in bytes; each byte takes four in the text. */
const MAX_CLAIMS_BYTES = 2048
/** Models named at the end are at most this long, so that a mark holds them beside all other claims. */
const MAX_MODELS_BYTES = 1024

/** Fills in issuer, time and source type, and checks every claim; the answer shares nothing with `claims`, which the caller may change. Throws `SealError` with the code `INVALID_CLAIMS`, and `TypeError` with the path of a custom claim that JSON cannot hold. */
export function checkClaims(claims: Claims, signer: Signer, nowMs: number): Claims {
  if (typeof claims !== 'object' || claims === null) throw invalid('they are no object')
  const issuer = claims.issuer ?? signer.issuer
  const complete: Claims = {
    ...claims,
    ...(issuer !== undefined && { issuer }),
    issuedAt:
      claims.issuedAt ?? new Date(Math.floor(nowMs / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
    digitalSourceType: claims.digitalSourceType ?? 'trainedAlgorithmicMedia',
  }
  checkEach(complete)
  const { size, claims: kept } = readBack(complete)
  if (size > MAX_CLAIMS_BYTES) throw invalid(`they take ${size} bytes; at most ${MAX_CLAIMS_BYTES} fit`)
  // Texts cannot change, and those of all sealers alike are one: only what can is taken from the copy.
  return { ...complete, ...pick(kept, ['ingredients', 'custom']), model: kept.model ?? complete.model }
}

function pick<Name extends keyof Claims>(claims: PartialClaims, names: readonly Name[]): PartialClaims {
  return Object.fromEntries(names.flatMap(name => (claims[name] === undefined ? [] : [[name, claims[name]]])))
}

/** Checks a list of models, as `finish` takes it: the names, and that they fit. */
export function checkModels(models: string[]): void {
  checkNames(models)
  const size = encodeClaims({ model: models }).length
  if (size > MAX_MODELS_BYTES) {
    throw invalid(`the models at the end take ${size} bytes; at most ${MAX_MODELS_BYTES} fit`)
  }
}

function checkNames(model: unknown): void {
  const models: unknown[] = Array.isArray(model) ? model : [model]
  if (models.length === 0) throw invalid('"model" names no model')
  for (const name of models) {
    if (typeof name !== 'string' || name === '') throw invalid(`"model" holds ${JSON.stringify(name)}`)
  }
}

function checkEach(claims: Claims): void {
  checkNames(claims.model)
  for (const name of ['provider', 'issuer', 'digitalSourceType', 'verifyUrl'] as const) {
    const value: unknown = claims[name]
    if (value !== undefined && typeof value !== 'string') throw invalid(`"${name}" is not a text`)
  }
  if (typeof claims.issuedAt !== 'string' || Number.isNaN(Date.parse(claims.issuedAt))) {
    throw invalid(`"issuedAt" is "${String(claims.issuedAt)}", not an ISO 8601 time`)
  }
  if (claims.ingredients !== undefined) checkIngredients(claims.ingredients)
  if (claims.custom !== undefined) checkCustom(claims.custom)
}

function checkIngredients(ingredients: unknown): void {
  if (!Array.isArray(ingredients)) throw invalid('"ingredients" is not a list')
  for (const ingredient of ingredients as (Record<keyof Ingredient, unknown> | null | undefined)[]) {
    const { streamId, keyId } = ingredient ?? {}
    if (typeof streamId !== 'string' || !/^[0-9a-f]{16}$/.test(streamId)) {
      throw invalid(`the ingredient "${String(streamId)}" is no stream id`)
    }
    if (keyId !== undefined && typeof keyId !== 'string') {
      throw invalid(`the ingredient "${streamId}" has a key id that is not a text`)
    }
  }
}

/** The claims as a verifier will read them, and their length in bytes. Throws where they cannot be read: a seal with them could not be found. */
function readBack(claims: Claims): { size: number; claims: PartialClaims } {
  try {
    const bytes = encodeClaims(claims)
    return { size: bytes.length, claims: decodeClaims(bytes) }
  } catch (cause) {
    throw new SealError('Cannot seal these claims: they are nested too deeply', {
      code: 'INVALID_CLAIMS',
      cause,
    })
  }
}

function invalid(why: string): SealError {
  return new SealError(`Cannot seal these claims: ${why}`, { code: 'INVALID_CLAIMS' })
}
