/** Whom the verifier trusts: an issuer's published key set (JWKS, RFC 7517 §5), fetched and kept for a while. */
import type { Jwk } from './jwk.ts'
import { SealError } from './seal-error.ts'
import { type Now, toMs } from './time.ts'
import { readKeySet, type Trust, type TrustedKey } from './trust.ts'

/** A timer of more fires at once (24 days and a half). */
const MAX_TIMER_MS = 2 ** 31 - 1

/** What `remoteTrust` takes beside the address. */
export interface RemoteTrustOptions {
  /** Default: the platform's. */
  fetch?: typeof globalThis.fetch
  /** How long a key set is used before it is fetched again, in milliseconds; default 600,000 (10 minutes). A revocation is seen after that at the latest. */
  cacheMs?: number
  /** How long an older set is still used when the issuer cannot be reached, in milliseconds; default 86,400,000 (a day). Then its keys are unknown. */
  maxStaleMs?: number
  /** A key that the set does not hold (rotation) is asked for again, but not more often than this, in milliseconds; default 30,000. */
  cooldownMs?: number
  /** One fetch may take so long, its body included, in milliseconds; default 5,000, at most 2,147,483,647. Then `find` goes on without it, whether `fetch` heeds its signal or not. */
  timeoutMs?: number
  /** A longer answer is refused, in bytes; default 262,144. So a set holds some 2,000 keys at most. */
  maxBytes?: number
  /** The clock; default: now. */
  now?: Now
  /** Told of every fetch that failed (`KEYS_UNAVAILABLE`, `SHARED_SECRET_REFUSED`, `INVALID_KEY`): verification itself goes on without the keys, also where this function throws. */
  onError?: (error: SealError) => void
}

/**
 * Trusts the keys that an issuer publishes at `jwksUrl`: `https:`, or `http:` on this machine. Redirects are not followed. Key members are read as `trustList` reads them; a set that holds a shared secret is refused as a whole.
 * Throws `TypeError` for any other address, `RangeError` for a limit that is negative or no number.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generateKeys, remoteTrust } from '@streamseal/seal'
 *
 * const { publicJwk } = await generateKeys('Ed25519')
 * const trust = remoteTrust('https://issuer.example/.well-known/jwks.json', {
 *   fetch: async () => Response.json({ keys: [publicJwk] }),
 * })
 * assert.equal((await trust.find(''))[0]?.keyId, publicJwk.kid)
 * ```
 */
export function remoteTrust(jwksUrl: string | URL, options: RemoteTrustOptions = {}): Trust {
  return new RemoteTrust(checkedUrl(jwksUrl), options)
}

class RemoteTrust implements Trust {
  readonly #url: URL
  readonly #options: Required<Omit<RemoteTrustOptions, 'onError'>>
  readonly #onError: RemoteTrustOptions['onError']
  #keys: TrustedKey[] = []
  /** When the keys were fetched, and when a fetch was last begun. */
  #fetchedMs = Number.NEGATIVE_INFINITY
  #triedMs = Number.NEGATIVE_INFINITY
  #fetching: Promise<void> | undefined

  constructor(url: URL, options: RemoteTrustOptions) {
    this.#url = url
    this.#onError = options.onError
    this.#options = {
      fetch: (...call) => globalThis.fetch(...call),
      cacheMs: 600_000,
      maxStaleMs: 86_400_000,
      cooldownMs: 30_000,
      timeoutMs: 5_000,
      maxBytes: 262_144,
      now: Date.now,
      ...options,
    }
    for (const name of limits) checkLimit(name, this.#options[name])
  }

  async find(keyIdPrefix: string): Promise<readonly TrustedKey[]> {
    if (this.#age() >= this.#options.cacheMs) await this.#refresh()
    if (this.#known(keyIdPrefix).length === 0) await this.#refresh()
    return this.#known(keyIdPrefix)
  }

  #known(prefix: string): TrustedKey[] {
    if (this.#age() >= this.#options.cacheMs + this.#options.maxStaleMs) return []
    return this.#keys.filter(key => key.keyId.startsWith(prefix))
  }

  #age(): number {
    return toMs(this.#options.now) - this.#fetchedMs
  }

  /** Fetches, unless that was tried a moment ago; calls at the same time share one fetch. */
  #refresh(): Promise<void> {
    if (this.#fetching !== undefined) return this.#fetching
    const nowMs = toMs(this.#options.now)
    if (nowMs - this.#triedMs < this.#options.cooldownMs) return Promise.resolve()
    this.#triedMs = nowMs
    this.#fetching = this.#fetch(nowMs).finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  async #fetch(nowMs: number): Promise<void> {
    try {
      this.#keys = readKeySet(await this.#read())
      this.#fetchedMs = nowMs
    } catch (cause) {
      this.#tell(cause instanceof SealError ? cause : unavailable(this.#url, cause))
    }
  }

  /** Whoever listens may fail: `find` never does. */
  #tell(error: SealError): void {
    try {
      const told: unknown = this.#onError?.(error)
      if (told instanceof Promise) told.catch(() => undefined)
    } catch {
      // The listener's own error has no one else to go to.
    }
  }

  async #read(): Promise<Jwk[]> {
    const { timeoutMs } = this.#options
    const text = await within(timeoutMs, signal => this.#request(signal))
    const body: unknown = JSON.parse(text)
    if (typeof body !== 'object' || body === null || !('keys' in body)) throw new TypeError('no "keys" in it')
    return body.keys as Jwk[]
  }

  async #request(signal: AbortSignal): Promise<string> {
    const { fetch, maxBytes } = this.#options
    const response = await fetch(this.#url, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      redirect: 'error',
      signal,
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new RangeError(`the answer is ${response.status}`)
    }
    return readText(response, maxBytes, signal)
  }
}

const limits = ['cacheMs', 'maxStaleMs', 'cooldownMs', 'timeoutMs', 'maxBytes'] as const

function checkLimit(name: string, value: number): void {
  if (!(value >= 0)) throw new RangeError(`Cannot trust published keys with a ${name} of ${value}`)
}

/** The task's result, or an error after so long, whether the task heeds the signal or not. */
async function within<Result>(
  timeoutMs: number,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    const expire = () => {
      const error = new RangeError(`no answer within ${timeoutMs} ms`)
      reject(error)
      controller.abort(error)
    }
    timer = setTimeout(expire, Math.min(timeoutMs, MAX_TIMER_MS))
  })
  const result = task(controller.signal)
  // Where time is up nobody waits for it any more.
  result.catch(() => undefined)
  try {
    return await Promise.race([result, timeout])
  } finally {
    clearTimeout(timer)
  }
}

async function readText(response: Response, maxBytes: number, signal: AbortSignal): Promise<string> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  signal.addEventListener('abort', () => void reader.cancel(signal.reason).catch(() => undefined))
  let text = ''
  let size = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length
    if (size > maxBytes) {
      await reader.cancel()
      throw new RangeError(`the answer is longer than ${maxBytes} bytes`)
    }
    text += decoder.decode(part.value, { stream: true })
  }
  return text + decoder.decode()
}

function checkedUrl(jwksUrl: string | URL): URL {
  const url = new URL(jwksUrl)
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)) return url
  throw new TypeError(`Cannot trust the keys of "${url.href}": it is neither https nor on this machine`)
}

function unavailable(url: URL, cause: unknown): SealError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new SealError(`Cannot fetch the keys of "${url.href}": ${why}`, { code: 'KEYS_UNAVAILABLE', cause })
}
