/** Time-stamping authorities over HTTP (RFC 3161 §3.4). */
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { type Bytes, equalBytes } from './bytes.ts'
import { C2paError } from './c2pa-error.ts'
import { MAX_TOKEN_BYTES, readTimestamp, tokenOf } from './read-timestamp.ts'
import type { TimestampAuthority } from './timestamp-authority.ts'

/** What `httpTimestampAuthority` takes besides the address. */
export interface HttpTimestampOptions {
  /** The longest token to expect, in bytes: room for it is kept in every wrapper. Default 8,192. */
  maxTokenBytes?: number
  /** How long an answer may take, in milliseconds; default 5,000. */
  timeoutMs?: number
  /** Headers to send, such as credentials. */
  headers?: Record<string, string>
  /** Default: the global `fetch`. */
  fetch?: typeof fetch
}

/**
 * A time-stamping authority at an address. `stamp` rejects with `C2paError` (`TIMESTAMP_FAILED`) where there is no answer
 * in time, or one that is not over what was asked; whether to trust the authority is the verifier's affair.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { httpTimestampAuthority } from '@streamseal/c2pa'
 *
 * const authority = httpTimestampAuthority('http://127.0.0.1:9/tsa', { timeoutMs: 1000 })
 * await assert.rejects(authority.stamp(new Uint8Array(32)), { code: 'TIMESTAMP_FAILED' })
 * ```
 */
export function httpTimestampAuthority(url: string, options: HttpTimestampOptions = {}): TimestampAuthority {
  const { maxTokenBytes = 8192, timeoutMs = 5000, headers = {}, fetch: ask = fetch } = options
  const post = async (body: Bytes): Promise<Bytes> => {
    const response = await ask(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/timestamp-query' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`It answered ${response.status}`)
    return readBounded(response)
  }
  const stamp = async (sha256: Bytes): Promise<Bytes> => {
    try {
      const nonce = newNonce()
      const token = tokenOf(await post(request(sha256, nonce)))
      if (!token) throw new Error('It refused')
      await checkToken(token, sha256, nonce)
      return token
    } catch (cause) {
      throw new C2paError(`Cannot get a time-stamp from "${url}"`, { code: 'TIMESTAMP_FAILED', cause })
    }
  }
  return { maxTokenBytes, stamp }
}

/** Eight bytes that are a positive DER integer as they are. */
function newNonce(): Bytes {
  const nonce = crypto.getRandomValues(new Uint8Array(8))
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40
  return nonce
}

/** RFC 3161 §2.4.1: SHA-256, a nonce, and the authority's certificates in the answer. */
function request(sha256: Bytes, nonce: Bytes): Bytes {
  const query = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: '2.16.840.1.101.3.4.2.1' }),
      hashedMessage: new asn1js.OctetString({ valueHex: sha256 }),
    }),
    nonce: new asn1js.Integer({ valueHex: nonce }),
    certReq: true,
  })
  return new Uint8Array(query.toSchema().toBER(false))
}

async function readBounded(response: Response): Promise<Bytes> {
  const reader = response.body?.getReader()
  const bytes = new Uint8Array(MAX_TOKEN_BYTES)
  let length = 0
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    if (length + part.value.length > bytes.length) {
      await reader?.cancel()
      throw new RangeError(`Its answer has more than ${MAX_TOKEN_BYTES} bytes`)
    }
    bytes.set(part.value, length)
    length += part.value.length
  }
  return bytes.slice(0, length)
}

/** RFC 3161 §2.4.2: the answer is to this question. */
async function checkToken(token: Bytes, sha256: Bytes, nonce: Bytes): Promise<void> {
  const timestamp = await readTimestamp(token)
  if (!timestamp) throw new Error('Its token cannot be read, or its signature is wrong')
  const { imprint } = timestamp
  if (imprint.algorithm !== 'sha256' || !equalBytes(imprint.hash, sha256))
    throw new Error('Its token is over something else')
  if (!timestamp.nonce || !equalBytes(timestamp.nonce, nonce))
    throw new Error('Its token answers another request')
}
