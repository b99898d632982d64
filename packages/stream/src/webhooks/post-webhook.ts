/**
 * One attempt: a POST that follows no redirect, reads no more of the answer than it must, ends in time, and reaches no
 * private, loopback or link-local address, whatever its name resolves to.
 */
import type { Agent, IncomingMessage, RequestOptions } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent'

/** Addresses that may be reached besides public ones: single addresses, or ranges as in `10.0.0.0/8`. */
export interface AddressPolicy {
  /** Whether private, loopback and link-local addresses may be reached at all. */
  allowPrivateAddresses: boolean
  allowedAddresses: readonly string[]
}

/** What an attempt came to. */
export type Attempt =
  | { status: number; retryAfterMs?: number }
  /** No answer; `refused` where the address may not be reached, so that trying again is of no use. */
  | { error: string; refused?: true }

/** Makes one attempt; never rejects. */
export type PostWebhook = (
  url: string,
  options: { headers: Readonly<Record<string, string>>; body: string; timeoutMs: number },
) => Promise<Attempt>

/** Something that posts, with connections of its own, kept alive between attempts. */
export interface Poster {
  post: PostWebhook
  /** Closes the connections. */
  close(): void
}

/** A poster that reaches what `policy` allows. */
export function createPoster({ allowPrivateAddresses, allowedAddresses }: AddressPolicy): Poster {
  const options = {
    keepAlive: true,
    maxSockets: 16,
    allowPrivateIPAddress: allowPrivateAddresses,
    allowMetaIPAddress: false,
    allowIPAddressList: [...allowedAddresses],
  }
  // Where single addresses are allowed, plain http is for those: what a public receiver is told goes over https.
  const denyIPAddressList = allowPrivateAddresses ? [] : ['0.0.0.0/0', '::/0']
  const agents = {
    http: new RequestFilteringHttpAgent({ ...options, denyIPAddressList }),
    https: new RequestFilteringHttpsAgent(options),
  }
  return {
    post: (url, { headers, body, timeoutMs }) => {
      const isSecure = url.startsWith('https:')
      const sent = { method: 'POST', headers, agent: isSecure ? agents.https : agents.http }
      return attempt({ url, isSecure, sent, body, timeoutMs })
    },
    close: () => {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

interface Exchange {
  url: string
  isSecure: boolean
  sent: RequestOptions & { agent: Agent }
  body: string
  timeoutMs: number
}

/** Bytes of an answer's body that are read, so that its connection can be used again; beyond, it is closed. */
const readBytes = 16 * 1024

function attempt({ url, isSecure, sent, body, timeoutMs }: Exchange): Promise<Attempt> {
  return new Promise(resolve => {
    // One limit for the whole exchange: a receiver that answers byte by byte must not hold a sender.
    const limit = AbortSignal.timeout(timeoutMs)
    const options = { ...sent, signal: limit }
    let answer: Attempt | undefined
    const request = (isSecure ? httpsRequest : httpRequest)(url, options, response => {
      const told = answered(response)
      answer = told
      drain(response, () => resolve(told))
    })
    request.on('error', error => resolve(answer ?? failed(error, limit, timeoutMs)))
    request.end(body)
  })
}

/** Reads a little of the body and calls once, also where the answer breaks off: its head has said all that matters. */
function drain(response: IncomingMessage, done: () => void): void {
  let length = 0
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > readBytes) response.destroy()
  })
  response.once('error', () => undefined)
  response.once('close', done)
}

function answered({ statusCode = 0, headers }: IncomingMessage): Attempt {
  const retryAfterMs = toRetryAfterMs(headers['retry-after'])
  return retryAfterMs === undefined ? { status: statusCode } : { status: statusCode, retryAfterMs }
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function toRetryAfterMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const waitMs = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined
}

function failed(error: Error, limit: AbortSignal, timeoutMs: number): Attempt {
  if (/ is not allowed\. Because/.test(error.message))
    return { error: 'its address may not be reached', refused: true }
  if (limit.aborted) return { error: `no answer within ${timeoutMs} ms` }
  return { error: (error as NodeJS.ErrnoException).code ?? error.message }
}
