/** `WS /query/ws`, `WS /ws` and `WS /chat/ws`: sockets that are asked one question after the other; and runs over sockets. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createPartMessages } from '@streamseal/stream/ndjson'
import { serveQueries } from '@streamseal/stream/web-socket'
import type { FastifyInstance } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import type { GatewayContext } from '../gateway-context.ts'
import { requireKey } from '../http/access.ts'
import { GatewayError, toErrorBody, toFailure } from '../http/gateway-error.ts'
import { createGuard } from '../http/guard.ts'
import { logFailure } from '../http/log-failure.ts'
import { shuttingDown } from '../upstream/relay-errors.ts'
import {
  errorPart,
  type RunReading,
  readAfterParameter,
  readSocketFormat,
  type SocketFormat,
  serveRun,
} from './run-socket.ts'
import { createSocketAnswers } from './web-socket-answers.ts'
import { chooseProtocol, withKeyOfProtocol } from './web-socket-key.ts'

/** Which messages each path speaks. */
const protocols: Readonly<Record<string, 'query' | 'chat'>> = {
  '/query/ws': 'query',
  '/ws': 'query',
  '/chat/ws': 'chat',
}

/** What a socket is opened for: questions, or a run that is there. */
type Purpose =
  | { readonly protocol: 'query' | 'chat'; readonly format: SocketFormat; readonly route: string }
  | { readonly reading: RunReading }

/** "Going away" (RFC 6455 §7.4.1), and how long clients may take to say goodbye, in milliseconds. */
const goingAway = 1001
const goodbyeMs = 500

/** How long a reader of parts may stay away before its answer stops, in milliseconds. */
const comeBackMs = 30_000

/** Adds the sockets. They are checked as every request is, and closed when the server closes. */
export function addWebSockets(app: FastifyInstance, context: GatewayContext): void {
  const { config } = context
  const guard = createGuard(config)
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: config.maxBodyBytes,
    handleProtocols: chooseProtocol,
  })
  const admit = (request: IncomingMessage): Purpose => {
    const hosts = request.headersDistinct.host?.length ?? 0
    guard({ method: 'GET', headers: request.headers, isPublic: false, hosts })
    if (context.isDraining) throw shuttingDown()
    const purpose = readPurpose(request)
    if (config.apiKey !== undefined) requireKey(request.headers, config.keys)
    if (server.clients.size >= config.maxSockets) {
      throw new GatewayError(`Cannot open another WebSocket: ${config.maxSockets} are open`, {
        code: 'OVERLOADED',
      })
    }
    return purpose
  }
  app.server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    connection.on('error', () => connection.destroy())
    request.headers = withKeyOfProtocol(request.headers)
    try {
      const purpose = admit(request)
      server.handleUpgrade(request, connection, head, socket => serve(context, socket, { request, purpose }))
    } catch (error) {
      refuse(connection, error)
    }
  })
  app.addHook('preClose', done => closeAll(server, done))
}

function readPurpose({ url = '' }: IncomingMessage): Purpose {
  const [path = '', query] = url.split('?', 2)
  const params = new URLSearchParams(query)
  const protocol = Object.hasOwn(protocols, path) ? protocols[path] : undefined
  if (protocol !== undefined) return { protocol, format: readSocketFormat(params, 'frames'), route: path }
  const [, id] = /^\/runs\/([0-9a-f]{16})\/stream$/.exec(path) ?? []
  if (id !== undefined)
    return { reading: { id, after: readAfterParameter(params), format: readSocketFormat(params, 'parts') } }
  throw new GatewayError(`Cannot open a WebSocket at "${path.slice(0, 100)}"`, { code: 'ROUTE_NOT_FOUND' })
}

interface Opened {
  readonly request: IncomingMessage
  readonly purpose: Purpose
}

function serve(context: GatewayContext, socket: WebSocket, { request, purpose }: Opened): void {
  // `ws` says why it closes a socket (a message too long, a frame that is none); the client is told by the close code.
  socket.on('error', () => undefined)
  if ('reading' in purpose) void serveRun(context, socket, { request, reading: purpose.reading })
  else serveQuestions(context, socket, { request, ...purpose })
}

function serveQuestions(
  context: GatewayContext,
  socket: WebSocket,
  { request, protocol, format, route }: Exclude<Purpose, { reading: unknown }> & Pick<Opened, 'request'>,
): void {
  const { config, log } = context
  // Who reads parts may come back with a cursor, and is given the time to.
  const leave = format === 'parts' ? { graceMs: comeBackMs } : 'cancel'
  const answers = createSocketAnswers(context, { headers: request.headers, route, leave })
  socket.on('close', answers.close)
  closeWhenIdle(socket, config.socketIdleMs, () => answers.isAnswering)
  void serveQueries(socket, {
    protocol,
    ask: answers.ask,
    ...(format === 'parts' ? { frames: run => createPartMessages(run.id), tell: errorPart } : {}),
    maxMessageChars: config.maxBodyBytes,
    heartbeatMs: config.heartbeatMs,
    stallTimeoutMs: config.betweenTokensTimeoutMs,
    describe: wordsOf,
    onError: error => logFailure(log, error),
  })
}

/** What a client is told; nothing of what we did not foresee. */
function wordsOf(error: unknown): string | undefined {
  const { code, message } = toFailure(error)
  return code === 'INTERNAL' ? undefined : message
}

/** Closes a socket whose client has said nothing for `idleMs`, unless it is being answered. */
function closeWhenIdle(socket: WebSocket, idleMs: number, isAnswering: () => boolean): void {
  const timer = setTimeout(() => {
    if (isAnswering() || socket.bufferedAmount > 0) timer.refresh()
    else endSocket(socket, 'Nothing was asked for a while')
  }, idleMs)
  timer.unref()
  socket.on('message', () => timer.refresh())
  socket.on('close', () => clearTimeout(timer))
}

/** Answers an upgrade that is refused, in the words of every other route. */
function refuse(connection: Duplex, error: unknown): void {
  const failure = toFailure(error)
  const body = JSON.stringify(toErrorBody(failure))
  const headers = {
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-content-type-options': 'nosniff',
    ...failure.headers,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  connection.end(`HTTP/1.1 ${failure.status} Refused\r\n${lines.join('')}\r\n${body}`)
}

function closeAll(server: WebSocketServer, done: () => void): void {
  for (const socket of server.clients) endSocket(socket, 'The gateway is shutting down')
  server.close(() => done())
}

/** Says goodbye, and does not wait for one for ever. */
function endSocket(socket: WebSocket, reason: string): void {
  socket.close(goingAway, reason)
  setTimeout(() => socket.terminate(), goodbyeMs).unref()
}
