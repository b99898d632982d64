/** Claims as bytes: a CBOR map with small numbers for keys, and numbers for the source types that have one. */
import { fromHex, MalformedBytes, toHex } from './bytes.ts'
import { type Cbor, decodeCbor, encodeCbor, readUtf8 } from './cbor.ts'
import type { Claims, Ingredient } from './claims.ts'
import { knownSourceTypes } from './source-types.ts'

/** The claims of one mark: an opening and a closing share them out. */
export type PartialClaims = Partial<Claims>

/** The map's keys. A reader passes over keys that it does not know. */
const KEYS = {
  provider: 1,
  model: 2,
  issuer: 3,
  issuedAtSeconds: 4,
  issuedAtMs: 5,
  issuedAtText: 6,
  digitalSourceType: 7,
  verifyUrl: 8,
  ingredients: 9,
  custom: 10,
} as const

/** The bytes of `claims`, fields in the order of their keys. */
export function encodeClaims(claims: PartialClaims): Uint8Array {
  const map = new Map<number, Cbor>()
  if (claims.provider !== undefined) map.set(KEYS.provider, claims.provider)
  if (claims.model !== undefined) map.set(KEYS.model, claims.model)
  if (claims.issuer !== undefined) map.set(KEYS.issuer, toAddress(claims.issuer))
  if (claims.issuedAt !== undefined) setTime(map, claims.issuedAt)
  if (claims.digitalSourceType !== undefined) {
    map.set(KEYS.digitalSourceType, toKnown(claims.digitalSourceType))
  }
  if (claims.verifyUrl !== undefined) map.set(KEYS.verifyUrl, toVerifyUrl(claims.verifyUrl, claims.issuer))
  if (claims.ingredients !== undefined) map.set(KEYS.ingredients, claims.ingredients.map(fromIngredient))
  if (claims.custom !== undefined) map.set(KEYS.custom, fromJson(claims.custom))
  return encodeCbor(map)
}

/** The claims of `bytes`; throws `MalformedBytes` where they are not such a map. */
export function decodeClaims(bytes: Uint8Array): PartialClaims {
  const map = decodeCbor(bytes)
  if (!(map instanceof Map)) throw new MalformedBytes('Cannot read claims: not a map')
  const claims: PartialClaims = {}
  for (const [key, value] of map) readClaim(claims, key, value)
  return claims
}

function readClaim(claims: PartialClaims, key: number | string, value: Cbor): void {
  switch (key) {
    case KEYS.provider:
      claims.provider = text(value)
      return
    case KEYS.model:
      claims.model = Array.isArray(value) ? value.map(text) : text(value)
      return
    case KEYS.issuer:
      claims.issuer = address(value)
      return
    case KEYS.issuedAtSeconds:
      claims.issuedAt = toTime(value, 1000).replace('.000Z', 'Z')
      return
    case KEYS.issuedAtMs:
      claims.issuedAt = toTime(value, 1)
      return
    case KEYS.issuedAtText:
      claims.issuedAt = text(value)
      return
    case KEYS.digitalSourceType:
      claims.digitalSourceType = fromKnown(value)
      return
    case KEYS.verifyUrl:
      claims.verifyUrl = verifyUrl(value, claims.issuer)
      return
    case KEYS.ingredients:
      claims.ingredients = array(value).map(toIngredient)
      return
    case KEYS.custom:
      claims.custom = toJson(value) as Record<string, unknown>
      return
  }
}

// Seconds where the time is written with seconds, milliseconds where it is written with three digits more, so
// that it is reported as it was given; any other form is carried as it is.
function setTime(map: Map<number, Cbor>, time: string): void {
  const ms = Date.parse(time)
  const iso = new Date(ms).toISOString()
  if (ms >= 0 && time === iso) map.set(KEYS.issuedAtMs, ms)
  else if (ms >= 0 && `${time.slice(0, -1)}.000Z` === iso) map.set(KEYS.issuedAtSeconds, ms / 1000)
  else map.set(KEYS.issuedAtText, time)
}

function toTime(value: Cbor, unitMs: number): string {
  const ms = Number.isInteger(value) ? (value as number) * unitMs : Number.NaN
  if (!(Math.abs(ms) <= 8.64e15)) throw new MalformedBytes(`Cannot read the time "${String(value)}"`)
  return new Date(ms).toISOString()
}

function toKnown(value: string): number | string {
  const index = knownSourceTypes.indexOf(value)
  return index < 0 ? value : index
}

// A number that a later version added is named by its number: it is signed and it is not ours to guess.
function fromKnown(value: Cbor): string {
  if (typeof value !== 'number') return text(value)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new MalformedBytes(`Cannot read the source type ${value}`)
  return knownSourceTypes[value] ?? `#${value}`
}

const STREAM_ID_BYTES = 8
const HTTPS = 'https://'

/** An address is most often a URL: its UTF-8 behind "https://", as a byte string. Anything else is a text. */
function toAddress(value: string): Cbor {
  return value.startsWith(HTTPS) ? new TextEncoder().encode(value.slice(HTTPS.length)) : value
}

function address(value: Cbor): string {
  if (!(value instanceof Uint8Array)) return text(value)
  return HTTPS + readUtf8(value)
}

/** A verification address under the issuer's: what follows the issuer's, in a list of one. */
function toVerifyUrl(url: string, issuer: string | undefined): Cbor {
  return issuer && url.startsWith(issuer) ? [url.slice(issuer.length)] : toAddress(url)
}

function verifyUrl(value: Cbor, issuer: string | undefined): string {
  return Array.isArray(value) ? (issuer ?? '') + text(value[0]) : address(value)
}

function fromIngredient({ streamId, keyId }: Ingredient): Cbor {
  return keyId === undefined ? [fromHex(streamId)] : [fromHex(streamId), keyId]
}

function toIngredient(value: Cbor): Ingredient {
  const [streamId, keyId] = array(value)
  if (!(streamId instanceof Uint8Array) || streamId.length !== STREAM_ID_BYTES)
    throw new MalformedBytes('Cannot read an ingredient')
  return keyId === undefined
    ? { streamId: toHex(streamId) }
    : { streamId: toHex(streamId), keyId: text(keyId) }
}

function text(value: Cbor | undefined): string {
  if (typeof value !== 'string') throw new MalformedBytes('Cannot read a claim: not a text')
  return value
}

function array(value: Cbor): readonly Cbor[] {
  if (!Array.isArray(value)) throw new MalformedBytes('Cannot read a claim: not a list')
  return value
}

/** JSON as CBOR: objects become maps, members that are `undefined` are left out. */
function fromJson(value: unknown): Cbor {
  if (Array.isArray(value)) return value.map(fromJson)
  if (typeof value !== 'object' || value === null) return value as Cbor
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return new Map(members.map(([key, member]) => [key, fromJson(member)]))
}

function toJson(value: Cbor): unknown {
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, member]) => [text(key), toJson(member)]))
  }
  if (value instanceof Uint8Array) throw new MalformedBytes('Cannot read custom claims: bytes')
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new MalformedBytes(`Cannot read custom claims: ${value} is no JSON value`)
  }
  return value
}
