/** The HTTP server: Fastify with the gateway's errors, guard and limits, before any route. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { requireKey } from './access.ts'
import { allowOrigin, preflightHeaders } from './cors.ts'
import { errorShapeOf } from './error-shape.ts'
import { GatewayError, toFailure } from './gateway-error.ts'
import { createGuard, type Guard } from './guard.ts'
import { logFailure } from './log-failure.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Shows what anyone may see and spends nothing: pages, keys, health. */
    isPublic?: boolean
    /** Needs no API key, even where one is set. */
    isOpen?: boolean
  }
}

/** Makes the server; the caller adds routes and listens. */
export function createServer(
  context: Pick<GatewayContext, 'config'>,
  isDraining: () => boolean,
): FastifyInstance {
  const { config } = context
  const app = Fastify({
    logger: { level: config.logLevel, serializers: { req: withoutQuery } },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.maxBodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: config.keepAliveMs,
    http: {
      // Node wants the wait for the headers to be no longer than that for the whole.
      headersTimeout: Math.min(config.headersTimeoutMs, config.requestTimeoutMs),
      // How often Node looks for connections that are late.
      connectionsCheckingInterval: Math.min(5000, config.headersTimeoutMs),
    },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  })
  // JSON is what every route reads; a form or a text is what another site's page can send unasked.
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler((error, request, reply) => {
    sendError(inOurWords(error, request, config), request, reply)
  })
  app.setNotFoundHandler((request, reply) => sendError(notFound(app, request), request, reply))
  app.server.maxConnections = config.maxConnections
  app.addHook('onRequest', firstCheck(config, createGuard(config), isDraining))
  return app
}

/** Sends a failure in the shape of its route. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = toFailure(error)
  if (failure.status >= 500) logFailure(request.log, error)
  const { status, body } = errorShapeOf(request.url)(failure)
  return reply
    .code(status)
    .headers(failure.headers)
    .header('x-content-type-options', 'nosniff')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body))
}

/** Fastify's own refusals say neither what was to be done nor what came. */
function inOurWords(
  error: unknown,
  { headers }: FastifyRequest,
  { maxBodyBytes }: GatewayContext['config'],
): unknown {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown }
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new GatewayError(`Cannot read the body: ${typeWords(headers['content-type'])}`, {
        code: 'UNSUPPORTED_MEDIA_TYPE',
      })
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new GatewayError(
        `Cannot read the body: it is longer than ${maxBodyBytes} bytes (STREAMSEAL_MAX_BODY_BYTES)`,
        { code: 'BODY_TOO_LARGE' },
      )
    case 'FST_ERR_VALIDATION':
      return new GatewayError(`Cannot read the request: ${String(message)}`, { code: 'INVALID_REQUEST' })
    default:
      return error
  }
}

function typeWords(type: string | undefined): string {
  const given = type === undefined ? 'it has no content type' : `its content type is "${clip(type)}"`
  return `${given}; send "application/json"`
}

function firstCheck(config: GatewayContext['config'], guard: Guard, isDraining: () => boolean) {
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const { headers, method } = request
    const { isPublic = false, isOpen = isPublic } = request.routeOptions.config
    reply.raw.setHeader('x-content-type-options', 'nosniff')
    allowOrigin(headers.origin, config.corsOrigins, reply.raw)
    try {
      guard({ method, headers, isPublic, hosts: request.raw.headersDistinct.host?.length ?? 0 })
      if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
        reply.code(204).headers(preflightHeaders(headers)).send()
        return
      }
      if (isDraining() && !isPublic) throw shuttingDown()
      // Before the body: what it is matters to no route, and Fastify would ask some methods for its type first.
      // A target such as `*` is no path (RFC 9112 §3.2.4), though the router takes it for the first page.
      if (request.is404 || request.url === '*') throw notFound(request.server, request)
      if (config.apiKey !== undefined && !isOpen) requireKey(headers, config.keys)
      done()
    } catch (error) {
      done(error as Error)
    }
  }
}

function shuttingDown(): GatewayError {
  return new GatewayError('Cannot take another request: the gateway is shutting down', {
    code: 'SHUTTING_DOWN',
  })
}

const methods = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'] as const

function notFound(app: FastifyInstance, { method, url }: FastifyRequest): GatewayError {
  const path = pathOf(url)
  const allowed = methods.filter(candidate => app.findRoute({ method: candidate, url: path }) !== null)
  if (allowed.length === 0) {
    return new GatewayError(`Cannot find the route "${method} ${clip(path)}"`, { code: 'ROUTE_NOT_FOUND' })
  }
  return new GatewayError(`Cannot ${method} "${path}": it takes ${allowed.join(' and ')}`, {
    code: 'METHOD_NOT_ALLOWED',
    headers: { allow: allowed.join(', ') },
  })
}

/** A request for the log, without its query: a prompt may stand there. */
function withoutQuery({ method, url }: { method: string; url: string }): Record<string, unknown> {
  return { method, path: pathOf(url) }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
