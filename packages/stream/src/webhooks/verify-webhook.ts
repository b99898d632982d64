/** The receiving half: whether a request is what the sender signed (Standard Webhooks 1.0), and not an old one again. */
import { Webhook } from 'standardwebhooks'
import { WebhookError } from './webhook-error.ts'
import type { WebhookEvent } from './webhook-event.ts'
import { checkSecret } from './webhook-secret.ts'

/** A request as a Fetch server has it, or its head and raw body as any other has them. */
export type WebhookRequest =
  | Request
  | {
      headers: Readonly<Record<string, string | string[] | undefined>>
      /** The body as it was received, not parsed: the signature covers its bytes. */
      body: string | Uint8Array
    }

/** A request that was believed. */
export interface VerifiedWebhook {
  /** The same at every attempt: whoever has seen it has done the work already (`webhook-id`). */
  id: string
  event: WebhookEvent
}

/** Limits of `verifyWebhook`. */
export interface VerifyWebhookOptions {
  /** Bytes of body that are read at most; more is `WEBHOOK_LIMIT_EXCEEDED`. Default 1 MiB. */
  maxBytes?: number
}

/**
 * Returns the event of a signed request; throws `WebhookError` for any other: `WEBHOOK_SIGNATURE_INVALID` where it is not
 * signed with one of the secrets or is more than five minutes old. Give two secrets while one replaces the other.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createWebhookSecret, signWebhook, verifyWebhook } from '@streamseal/stream/webhooks'
 * const secret = createWebhookSecret()
 * const body = JSON.stringify({ type: 'run.started', timestamp: new Date().toISOString(), data: { runId: '7f' } })
 * const headers = signWebhook({ id: 'msg_1', body, secrets: [secret] })
 * const { id, event } = await verifyWebhook(new Request('https://app.example/hooks', { method: 'POST', headers, body }), secret)
 * assert.equal(id, 'msg_1')
 * assert.equal(event.data.runId, '7f')
 * ```
 */
export async function verifyWebhook(
  request: WebhookRequest,
  secret: string | readonly string[],
  { maxBytes = 1024 * 1024 }: VerifyWebhookOptions = {},
): Promise<VerifiedWebhook> {
  const secrets = (typeof secret === 'string' ? [secret] : secret).map(checkSecret)
  const headers = signedHeaders(request)
  const body = await readBody(request, maxBytes)
  checkSignature(secrets, headers, body)
  return { id: headers['webhook-id'], event: toEvent(body) }
}

const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
type SignedHeaders = Record<(typeof names)[number], string>

function signedHeaders({ headers }: WebhookRequest): SignedHeaders {
  const found = names.map(name => {
    const value = headers instanceof Headers ? headers.get(name) : first(headers, name)
    if (!value) throw refused(`it has no header "${name}"`)
    return [name, value]
  })
  return Object.fromEntries(found) as SignedHeaders
}

function first(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  name: string,
): string | undefined {
  const key = Object.keys(headers).find(each => each.toLowerCase() === name)
  const value = key === undefined ? undefined : headers[key]
  return typeof value === 'string' ? value : value?.[0]
}

function checkSignature(secrets: readonly string[], headers: SignedHeaders, body: string): void {
  let reason: unknown
  for (const each of secrets) {
    try {
      new Webhook(each).verify(body, headers, { jsonParse: false })
      return
    } catch (error) {
      reason = error
    }
  }
  throw refused(reason instanceof Error ? reason.message.toLowerCase() : 'no secret was given')
}

const refused = (why: string): WebhookError =>
  new WebhookError(`Cannot believe the webhook: ${why}`, { code: 'WEBHOOK_SIGNATURE_INVALID' })

async function readBody(request: WebhookRequest, maxBytes: number): Promise<string> {
  if (!(request instanceof Request)) {
    const length =
      typeof request.body === 'string' ? new TextEncoder().encode(request.body).length : request.body.length
    if (length > maxBytes) throw tooLarge(maxBytes)
    return typeof request.body === 'string' ? request.body : decode(request.body)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return decode(join(chunks, length))
}

const tooLarge = (maxBytes: number): WebhookError =>
  new WebhookError(`Cannot read the webhook: its body passes maxBytes (${maxBytes})`, {
    code: 'WEBHOOK_LIMIT_EXCEEDED',
  })

// A byte order mark is part of what was signed.
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

function toEvent(body: string): WebhookEvent {
  const value = parse(body)
  if (typeof value === 'object' && value !== null && 'type' in value && 'data' in value)
    return value as WebhookEvent
  throw new WebhookError('Cannot read the webhook: its body is no event with "type" and "data"', {
    code: 'WEBHOOK_BODY_INVALID',
  })
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new WebhookError('Cannot read the webhook: its body is no JSON', {
      code: 'WEBHOOK_BODY_INVALID',
      cause,
    })
  }
}
