/** Passes one request to a provider of the same dialect and its answer back, byte for byte and unsealed. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { keyDigest } from '../http/access.ts'
import { type ErrorShape, openAIShape } from '../http/error-shape.ts'
import { logFailure } from '../http/log-failure.ts'
import { queryOf } from '../http/query-of.ts'
import { ByteRelay } from '../upstream/byte-relay.ts'
import { requestHeaders } from '../upstream/headers.ts'
import { requireRoom } from './run-stream.ts'

/** What is passed on. */
export interface PassedBody {
  readonly provider: string
  /** The provider's address for it, without the query, which is the client's. */
  readonly url: string
  /** With which key the provider is asked. */
  readonly authorization: Readonly<Record<string, string>>
  readonly body: string
  /** In which shape a failure is told; default: OpenAI's. */
  readonly shape?: ErrorShape
}

/** Passes it; throws where there is no room. */
export function passBody(
  context: GatewayContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { provider, url, authorization, body, shape = openAIShape }: PassedBody,
): void {
  requireRoom(context, request.headers)
  reply.hijack()
  new ByteRelay(reply.raw, {
    request: {
      provider,
      url: new URL(url + queryOf(request.url)),
      method: 'POST',
      headers: {
        ...requestHeaders(request.headers),
        ...authorization,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
      },
      body,
    },
    patience: context.config,
    streams: context.streams.forKey(keyDigest(request.headers)),
    shape,
    onFailure: error => logFailure(request.log, error, { provider }),
  })
}
