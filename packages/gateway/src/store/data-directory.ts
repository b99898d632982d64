/** The directory that holds keys and the database: private to its owner, made on first start. */
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { ConfigError } from '../config/config-error.ts'

/** Only the owner may enter: the directory holds private keys. */
const ownerOnly = 0o700

/** Makes `path` where it is missing and closes it to others; throws a `ConfigError` that names it where neither works. */
export function openDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: ownerOnly })
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, ownerOnly)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('STREAMSEAL_DATA_DIR', `Cannot use STREAMSEAL_DATA_DIR="${path}": ${reason}`)
  }
}
