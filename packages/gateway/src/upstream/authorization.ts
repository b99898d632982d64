/** With which key a provider is asked: the environment's, else the client's own. The gateway's own key never leaves it. */
import type { IncomingHttpHeaders } from 'node:http'
import type { OpenAIUpstream } from '../models/model-route.ts'

/** The `authorization` header for `upstream`, or none. */
export function upstreamAuthorization(
  { apiKey }: OpenAIUpstream,
  headers: IncomingHttpHeaders,
  gatewayKey: string | undefined,
): { authorization?: string } {
  if (apiKey !== undefined) return { authorization: `Bearer ${apiKey}` }
  // Where the gateway has a key of its own, `Authorization` is how a client shows it.
  if (gatewayKey !== undefined || headers.authorization === undefined) return {}
  return { authorization: headers.authorization }
}
