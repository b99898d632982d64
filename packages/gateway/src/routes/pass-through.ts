/** Every other `/v1/*`: passed to the OpenAI upstream as it is, where there is one. */
import type { IncomingMessage } from 'node:http'
import { StreamError } from '@streamseal/stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError, toFailure, toOpenAIErrorBody } from '../http/gateway-error.ts'
import type { LiveStreams } from '../http/live-streams.ts'
import type { OpenAIUpstream } from '../models/model-route.ts'
import { upstreamAuthorization } from '../upstream/authorization.ts'
import { requestHeaders, responseHeaders } from '../upstream/headers.ts'
import { type Patience, Silence } from '../upstream/silence.ts'
import { callUpstream, type UpstreamRequest } from '../upstream/upstream-call.ts'
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
  requireRoom(context)
  const call: UpstreamRequest = {
    provider: upstream.provider,
    url: urlFor(upstream, request.url),
    method: request.method,
    headers: {
      ...requestHeaders(request.headers),
      ...upstreamAuthorization(upstream, request.headers, context.config.apiKey),
      'accept-encoding': 'identity',
    },
    ...(Buffer.isBuffer(request.body) ? { body: request.body } : {}),
  }
  reply.hijack()
  relayBytes(call, request, reply, context)
}

/** The upstream's address for a path below `/v1`; a path that climbs out of it is refused, because the key goes with it. */
function urlFor({ baseUrl }: OpenAIUpstream, path: string): URL {
  const url = new URL(baseUrl + path.slice('/v1'.length))
  if (url.href.startsWith(`${baseUrl}/`)) return url
  throw new GatewayError('Cannot pass on the path: it leads out of "/v1"', { code: 'ROUTE_NOT_FOUND' })
}

function relayBytes(
  call: UpstreamRequest,
  request: FastifyRequest,
  reply: FastifyReply,
  { streams, config }: { streams: LiveStreams; config: Patience },
): void {
  const response = reply.raw
  const silence = new Silence(config, performance.now())
  let isOver = false
  const over = (): boolean => {
    if (isOver) return false
    isOver = true
    leave()
    return true
  }
  const fail = (error: unknown): void => {
    if (!over()) return
    upstream.destroy()
    // Bytes of an unknown kind have no place for an error: a broken connection says that they are not whole.
    if (response.headersSent) response.destroy()
    else sendFailure(error, request, reply)
  }
  const leave = streams.open({
    check(now) {
      const overdue = silence.overdue(now)
      if (overdue !== undefined) fail(overdue)
    },
    stop: () =>
      fail(
        new GatewayError('Cannot finish the answer: the gateway is shutting down', { code: 'SHUTTING_DOWN' }),
      ),
  })
  response.on('close', () => {
    if (over()) upstream.destroy()
  })
  const upstream = callUpstream(call, {
    onConnect: () => silence.enter('first-token', performance.now()),
    onFailure: fail,
    onResponse(source) {
      response.writeHead(source.statusCode ?? 502, safeHeaders(source))
      source.on('data', (chunk: Buffer) => {
        silence.enter('between-tokens', performance.now())
        if (response.write(chunk)) return
        source.pause()
        response.once('drain', () => source.resume())
      })
      source.on('end', () => {
        if (over()) response.end()
      })
      source.on('error', fail)
      source.on('close', () => {
        if (!source.complete) fail(cutOff())
      })
    },
  })
}

/** A provider's page is text here, and never HTML. */
function safeHeaders(source: IncomingMessage): Record<string, string | string[]> {
  const headers = responseHeaders(source.headers)
  const isPage = /html|xml|svg/i.test(String(headers['content-type'] ?? ''))
  return isPage ? { ...headers, 'content-type': 'text/plain; charset=utf-8' } : headers
}

function sendFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const failure = toFailure(error)
  if (failure.status >= 500) request.log.error({ code: failure.code }, 'request failed')
  reply.raw.writeHead(failure.status, {
    ...failure.headers,
    'content-type': 'application/json; charset=utf-8',
  })
  reply.raw.end(JSON.stringify(toOpenAIErrorBody(failure)))
}

function cutOff(): StreamError {
  return new StreamError('Cannot finish the answer: the connection to the provider was cut', {
    code: 'STREAM_INCOMPLETE',
  })
}
