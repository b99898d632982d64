/** With which key a provider is asked: the environment's, else the client's own. The gateway's own key never leaves it. */
import type { IncomingHttpHeaders } from 'node:http'
import type { AnthropicUpstream, OpenAIUpstream } from '../models/model-route.ts'

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

/** The headers with which an Anthropic upstream is asked: the environment's key, else what the client sent, as a key or as a token. */
export function anthropicAuthorization(
  { apiKey }: AnthropicUpstream,
  headers: IncomingHttpHeaders,
  gatewayKey: string | undefined,
): Record<string, string> {
  if (apiKey !== undefined) return { 'x-api-key': apiKey }
  if (gatewayKey !== undefined) return {}
  const { authorization, 'x-api-key': key } = headers
  return {
    ...(typeof key === 'string' ? { 'x-api-key': key } : {}),
    ...(authorization === undefined ? {} : { authorization }),
  }
}
