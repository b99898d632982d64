/** The directory that holds keys and the database: private to its owner, made on first start. */
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from '../config/config-error.ts'

/** Only the owner may enter: the directory holds private keys. */
const ownerOnly = 0o700

/** Makes `path` where it is missing and closes it to others; throws a `ConfigError` that names it where neither works. */
export function openDataDirectory(path: string): void {
  try {
    makeFolder(path)
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, ownerOnly)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('STREAMSEAL_DATA_DIR', `Cannot use STREAMSEAL_DATA_DIR="${path}": ${reason}`)
  }
}

/** Not Node's own `recursive`, which never returns where an existing folder takes no new ones, such as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error('it is not a directory')
    return
  }
  makeFolder(dirname(path))
  mkdirSync(path, { mode: ownerOnly })
}
