/** Whose keys a command trusts: a file or an address that it is told, else this machine's own. */
import { readFile } from 'node:fs/promises'
import { type Jwk, type Trust, trustList } from '@streamseal/seal'
import type { Config } from '../config/read-config.ts'
import { readTrustedKeys } from '../keys/key-ring.ts'

/** How long a key set's address may take, in milliseconds, and how long the set may be, in characters. */
const fetchTimeoutMs = 10_000
const maxKeySetChars = 1_000_000

/** The keys at `from`, a path or an http(s) address of a key set; without it the keys of the data directory. */
export async function readTrust(from: string | undefined, config: Config): Promise<Trust> {
  if (from === undefined) return readTrustedKeys(config.dataDirectory)
  const text = /^https?:\/\//.test(from) ? await fetchText(from) : await readFile(from, 'utf8')
  return trustList(JSON.parse(text) as Jwk | { keys: Jwk[] })
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address, { signal: AbortSignal.timeout(fetchTimeoutMs) })
  if (!response.ok) throw new Error(`Cannot read the keys at "${address}": status ${response.status}`)
  const text = await response.text()
  if (text.length > maxKeySetChars)
    throw new Error(`Cannot read the keys at "${address}": more than ${maxKeySetChars} characters`)
  return text
}
