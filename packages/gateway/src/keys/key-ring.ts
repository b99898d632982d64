/** The gateway's signing keys: JWK files in the data directory, one a key, made on first start, readable by their owner alone. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  constants as fileModes,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createSigner, generateKeys, type Jwk, type Signer, type Trust, trustList } from '@streamseal/seal'
import { ConfigError } from '../config/config-error.ts'

/** A key set as it is published (RFC 7517 §5): public halves only. */
export interface KeySet {
  readonly keys: readonly Jwk[]
}

/** The keys of one data directory. */
export interface KeyRing {
  /** Signs with the newest key that has not expired and is not revoked. */
  readonly signer: Signer
  /** Trusts all of them, each as far as its own `exp` and `revoked` allow. */
  readonly trust: Trust
  readonly published: KeySet
  /** Where the signing key is kept. */
  readonly path: string
}

/** A key and the file that holds it; without `d` it no longer signs. */
export interface KeptKey {
  readonly path: string
  readonly jwk: Jwk
}

const suffix = '.jwk.json'

/** Opens the keys under `dataDirectory`; makes the first one where there is none that may sign. */
export async function openKeyRing(dataDirectory: string, now: () => number = Date.now): Promise<KeyRing> {
  const folder = join(dataDirectory, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const signing = newestOf(readKeys(folder), now()) ?? (await makeOnlyKey(folder, now))
  const published = { keys: readKeys(folder).map(({ jwk }) => publicHalf(jwk)) }
  return {
    signer: await createSigner(signing.jwk),
    trust: trustList(published),
    published,
    path: signing.path,
  }
}

/** Trusts the keys under `dataDirectory` and makes none: where there are none, nobody is trusted. */
export function readTrustedKeys(dataDirectory: string): Trust {
  const folder = join(dataDirectory, 'keys')
  const kept = existsSync(folder) ? readKeys(folder) : []
  return trustList({ keys: kept.map(({ jwk }) => publicHalf(jwk)) })
}

/** The keys in the files of `folder`. */
export function readKeys(folder: string): KeptKey[] {
  return readdirSync(folder)
    .filter(name => name.endsWith(suffix))
    .map(name => readKey(join(folder, name)))
}

function readKey(path: string): KeptKey {
  try {
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
    const jwk = JSON.parse(readFileSync(path, 'utf8')) as Jwk
    trustList(publicHalf(jwk))
    return { path, jwk }
  } catch (cause) {
    // The cause's message quotes the file, and the file is a private key.
    const reason = cause instanceof SyntaxError ? 'it is not JSON' : String((cause as Error).message)
    throw new ConfigError('STREAMSEAL_DATA_DIR', `Cannot read the signing key "${path}": ${reason}`)
  }
}

/** The key that signs: the newest that may. */
export function newestOf(kept: readonly KeptKey[], now: number): KeptKey | undefined {
  return kept
    .filter(({ jwk }) => typeof jwk.d === 'string' && isUsable(jwk, now / 1000))
    .sort((a, b) => bornAt(b.jwk) - bornAt(a.jwk))[0]
}

function isUsable({ exp, nbf, revoked }: Jwk, seconds: number): boolean {
  return (exp ?? Number.POSITIVE_INFINITY) > seconds && (nbf ?? 0) <= seconds && !revoked
}

/** When a key was made, in seconds since 1970; 0 where it does not say. */
export function bornAt({ iat }: Jwk): number {
  return typeof iat === 'number' ? iat : 0
}

/** Makes a key and keeps it in `folder`. */
export async function makeKey(folder: string, now: number): Promise<KeptKey> {
  const jwk = await newKey(now)
  const path = join(folder, `${jwk.kid}${suffix}`)
  writeFileSync(path, toFile(jwk), { mode: 0o600, flag: 'wx' })
  return { path, jwk }
}

/** Makes a key where none signs. Processes that start together agree on one: the file's name is the next number, and whoever is late reads it. */
async function makeOnlyKey(folder: string, now: () => number): Promise<KeptKey> {
  const jwk = await newKey(now())
  const draft = join(folder, `.${jwk.kid}.new`)
  writeFileSync(draft, toFile(jwk), { mode: 0o600, flag: 'wx' })
  try {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const kept = readKeys(folder)
      const signing = newestOf(kept, now())
      if (signing !== undefined) return signing
      const path = join(folder, `signing-${kept.length + attempt}${suffix}`)
      if (placeFile(draft, path)) return { path, jwk }
    }
  } finally {
    rmSync(draft)
  }
  throw new ConfigError(
    'STREAMSEAL_DATA_DIR',
    `Cannot keep a signing key in "${folder}": every name is taken`,
  )
}

/** Names that are tried for a new key: one is taken where someone else was quicker, or where a file was taken away. */
const maxAttempts = 100

/** Gives a whole file a second name, unless that is taken. Some file systems have no links. */
function placeFile(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (isTaken(error)) return false
  }
  try {
    copyFileSync(draft, path, fileModes.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST'
}

async function newKey(now: number): Promise<Jwk> {
  const { privateJwk } = await generateKeys('Ed25519')
  return { ...privateJwk, iat: Math.floor(now / 1000) }
}

function toFile(jwk: Jwk): string {
  return `${JSON.stringify(jwk, null, 2)}\n`
}

/** What others may know of a key. */
export function publicHalf({ d: _private, ...jwk }: Jwk): Jwk {
  return jwk
}
