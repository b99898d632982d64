/** An answer of `/v1` whose provider speaks the client's dialect: the provider's own bytes, edited where a mark goes in. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SealMode } from '../config/read-config.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { keyDigest } from '../http/access.ts'
import { logFailure } from '../http/log-failure.ts'
import type { ModelRoute } from '../models/model-route.ts'
import type { SealRequest } from '../sealing/sealing.ts'
import { ChatRelay } from '../upstream/chat-relay.ts'
import { requestHeaders } from '../upstream/headers.ts'
import type { RelayDialect } from '../wire/relay-dialect.ts'
import { type AnswerBody, bodyFor } from './read-answer-body.ts'
import { requireRoom } from './run-stream.ts'

/** A request that is passed on, and how its answer comes back. */
export interface RelayedExchange {
  readonly context: GatewayContext
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly body: AnswerBody
  readonly mode: SealMode
  readonly route: ModelRoute
  readonly dialect: RelayDialect
  /** The provider's address for it. */
  readonly url: string
  /** With which key the provider is asked. */
  readonly authorization: Readonly<Record<string, string>>
  readonly seal: Pick<SealRequest, 'route' | 'format'>
  /** How many choices are asked for; default 1. */
  readonly choices?: number
}

/** Relays it; throws where there is no room. */
export function relayAnswer(exchange: RelayedExchange): void {
  const { context, request, reply, body, mode, route, dialect, choices = 1 } = exchange
  requireRoom(context, request.headers)
  const { config, sealing, streams, metrics } = context
  const { provider, model } = route
  const { ingredients, isStreaming } = body
  const asked = { ...exchange.seal, ingredients, provider, model }
  const seals = mode === 'off' ? [] : Array.from({ length: choices }, () => sealing.open({ ...asked, mode }))
  const streamIds = seals.map(seal => seal.streamId).join(', ')
  const observer = metrics.relay({ provider, model, isStreaming, headers: request.headers })
  reply.hijack()
  new ChatRelay(reply.raw, {
    dialect,
    request: {
      provider,
      url: new URL(exchange.url),
      method: 'POST',
      headers: {
        ...requestHeaders(request.headers),
        ...observer.headers,
        ...exchange.authorization,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
      },
      body: bodyFor(body, model),
    },
    isStreaming,
    seals,
    choices,
    patience: config,
    maxEventBytes: config.maxEventBytes,
    heartbeatMs: config.heartbeatMs,
    headers: streamIds === '' ? {} : { 'streamseal-stream-id': streamIds },
    streams: streams.forKey(keyDigest(request.headers)),
    onFailure: error => logFailure(request.log, error, { provider, model }),
    observer,
  })
}
