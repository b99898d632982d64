/** Every other `/v1/*`: passed to the OpenAI upstream as it is, where there is one. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { keyDigest } from '../http/access.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { logFailure } from '../http/log-failure.ts'
import type { OpenAIUpstream } from '../models/model-route.ts'
import { upstreamAuthorization } from '../upstream/authorization.ts'
import { ByteRelay } from '../upstream/byte-relay.ts'
import { byteHeaders, requestHeaders } from '../upstream/headers.ts'
import type { UpstreamRequest } from '../upstream/upstream-call.ts'
import { requireRoom } from './run-stream.ts'

/** Adds the routes; without an upstream they stay unknown. */
export function addPassThrough(app: FastifyInstance, context: GatewayContext): void {
  const upstream = context.models.passThrough
  if (upstream === undefined) return
  app.register((scope, _options, done) => {
    // Bodies of any type, files among them, pass as bytes.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
    scope.route({
      method: ['GET', 'POST', 'DELETE', 'PUT', 'PATCH'],
      url: '/v1/*',
      handler: (request, reply) => pass(context, upstream, request, reply),
    })
    done()
  })
}

function pass(
  context: GatewayContext,
  upstream: OpenAIUpstream,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  requireRoom(context, request.headers)
  const call: UpstreamRequest = {
    provider: upstream.provider,
    url: urlFor(upstream, request.url),
    method: request.method,
    headers: {
      ...requestHeaders(request.headers),
      ...byteHeaders(request.headers),
      ...upstreamAuthorization(upstream, request.headers, context.config.apiKey),
      'accept-encoding': 'identity',
    },
    ...(Buffer.isBuffer(request.body) ? { body: request.body } : {}),
  }
  reply.hijack()
  new ByteRelay(reply.raw, {
    request: call,
    patience: context.config,
    streams: context.streams.forKey(keyDigest(request.headers)),
    onFailure: error => logFailure(request.log, error, { provider: upstream.provider }),
  })
}

/** The upstream's address for a path below `/v1`; a path that climbs out of it is refused, because the key goes with it. */
function urlFor({ baseUrl }: OpenAIUpstream, path: string): URL {
  const url = new URL(baseUrl + path.slice('/v1'.length))
  if (url.href.startsWith(`${baseUrl}/`)) return url
  throw new GatewayError('Cannot pass on the path: it leads out of "/v1"', { code: 'ROUTE_NOT_FOUND' })
}
