/** With which key a provider is asked: the environment's, else the client's own. The gateway's own key never leaves it. */
import type { IncomingHttpHeaders } from 'node:http'
import type { OpenAIUpstream } from '../models/model-route.ts'

/** The client's own key for a provider. Where the gateway has a key, `Authorization` holds that one, and there is none. */
export function clientAuthorization(
  { authorization }: IncomingHttpHeaders,
  gatewayKey: string | undefined,
): string | undefined {
  return gatewayKey === undefined ? authorization : undefined
}

/** The `authorization` header for `upstream`, or none. */
export function upstreamAuthorization(
  { apiKey }: OpenAIUpstream,
  headers: IncomingHttpHeaders,
  gatewayKey: string | undefined,
): { authorization?: string } {
  const authorization = apiKey === undefined ? clientAuthorization(headers, gatewayKey) : `Bearer ${apiKey}`
  return authorization === undefined ? {} : { authorization }
}
