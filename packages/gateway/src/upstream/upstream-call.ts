/** One request to a provider over `node:http`: raw buffers in callbacks, no promise and no web stream for each chunk. */
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest, Agent as TlsAgent } from 'node:https'
import { StreamError } from '@streamseal/stream'
import { PlainAgent } from './plain-agent.ts'

/** What is asked. */
export interface UpstreamRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body?: string | Buffer
  /** The provider's name in errors. */
  readonly provider: string
}

/** Who is told; after `onFailure` nothing more comes. */
export interface UpstreamListener {
  onConnect(): void
  onResponse(response: IncomingMessage): void
  onFailure(error: StreamError): void
}

/** A request under way. */
export interface UpstreamCall {
  /** Closes the provider's connection at once. */
  destroy(): void
}

// One pool for each scheme: connections are reused, and a stream holds its own as long as it runs.
const agents = {
  'http:': new PlainAgent({ keepAlive: true, maxFreeSockets: 256 }),
  'https:': new TlsAgent({ keepAlive: true, maxFreeSockets: 256 }),
}

/** A connection that was closed already resets within a round trip, or two. */
const staleMs = 1000

/** Sends the request. Never throws: what cannot be sent, or cannot be passed on, is told to the listener. */
export function callUpstream(call: UpstreamRequest, listener: UpstreamListener): UpstreamCall {
  let request: ClientRequest | undefined
  let isDestroyed = false
  let isAnswered = false
  const sentAt = performance.now()
  const tell = (error: StreamError): void => {
    if (!isDestroyed) listener.onFailure(error)
  }
  const fail = (cause: Error): void => tell(unreachable(call, cause))
  const heard: UpstreamListener = {
    onConnect: () => listener.onConnect(),
    onFailure: tell,
    onResponse(response) {
      isAnswered = true
      if (!isDestroyed) hearResponse(response, listener)
    },
  }
  const attempt = (onError: (cause: Error) => void, isSecond = false): void => {
    try {
      request = send(call, heard, onError, isSecond)
    } catch (cause) {
      // Later, because whoever calls does not hold the call yet.
      process.nextTick(fail, cause)
    }
  }
  attempt(error => {
    // A kept connection that the provider has closed resets as soon as it is used again: the request was not taken, so it may
    // be sent once more (RFC 9110 §9.2.2), over a new connection: where one was closed, others in the pool were too. A reset that comes later may be of a request that was taken, and would be paid twice.
    const isPrompt = performance.now() - sentAt < staleMs
    if (!isDestroyed && !isAnswered && isPrompt && isStale(request, error)) attempt(fail, true)
    else fail(error)
  })
  return {
    destroy() {
      isDestroyed = true
      request?.destroy()
    },
  }
}

function send(
  call: UpstreamRequest,
  listener: UpstreamListener,
  onError: (cause: Error) => void,
  isFresh: boolean,
): ClientRequest {
  const secure = call.url.protocol === 'https:'
  const agent = isFresh ? false : agents[secure ? 'https:' : 'http:']
  const options = { method: call.method, headers: call.headers, agent }
  const request = secure ? secureRequest(call.url, options) : plainRequest(call.url, options)
  request.on('socket', socket => {
    if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', () => listener.onConnect())
    else listener.onConnect()
  })
  request.on('response', response => listener.onResponse(response))
  // Without a listener, Node would close the connection and tell nobody.
  request.on('upgrade', (response, socket) => {
    socket.destroy()
    listener.onFailure(unusableStatus(response.statusCode))
  })
  request.on('error', onError)
  request.end(call.body)
  return request
}

/** Hands over a response that can be passed on: HTTP's final statuses are 200 to 599 (RFC 9110 §15). */
function hearResponse(response: IncomingMessage, listener: UpstreamListener): void {
  const status = response.statusCode ?? 0
  if (status < 200 || status > 599) {
    listener.onFailure(unusableStatus(status))
    return
  }
  try {
    listener.onResponse(response)
  } catch (cause) {
    listener.onFailure(
      new StreamError("Cannot pass on the provider's answer", { code: 'PROVIDER_PROTOCOL', cause }),
    )
  }
}

function unusableStatus(status = 0): StreamError {
  return new StreamError(
    `Cannot read the provider's answer: its status is ${status}, not one from 200 to 599`,
    {
      code: 'PROVIDER_PROTOCOL',
    },
  )
}

function isStale(request: ClientRequest | undefined, error: NodeJS.ErrnoException): boolean {
  return request?.reusedSocket === true && error.code === 'ECONNRESET'
}

function unreachable({ provider, url }: UpstreamRequest, cause: Error): StreamError {
  const reason = (cause as NodeJS.ErrnoException).code ?? cause.message
  return new StreamError(`Cannot reach "${provider}" at ${url.origin}: ${reason}`, {
    code: 'PROVIDER_UNAVAILABLE',
    provider,
    cause,
  })
}
