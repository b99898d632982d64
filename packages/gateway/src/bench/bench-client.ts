/** Asks one address for streams and counts what comes: raw sockets' worth of work, so that the client is not what is measured. */
import { Agent, request as ask, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as askSecurely, Agent as TlsAgent } from 'node:https'

/** What came of streams that were held. */
export interface Held {
  /** How many of those that were opened first had an event. */
  readonly answering: number
  readonly eventsPerSecond: number
}

/** A client of one address. */
export class BenchClient {
  /** Requests that failed, or were answered with an error. */
  failures = 0
  readonly #url: URL
  readonly #apiKey: string | undefined
  readonly #agent: Agent | TlsAgent
  readonly #send: typeof ask

  constructor({ baseUrl, apiKey }: { readonly baseUrl: string; readonly apiKey?: string }) {
    this.#url = new URL(`${baseUrl}/chat/completions`)
    this.#apiKey = apiKey
    const isSecure = this.#url.protocol === 'https:'
    this.#agent = isSecure ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
    this.#send = isSecure ? askSecurely : ask
  }

  /** Milliseconds until the first bytes of an answer, which is read to its end; `undefined` where there was none. */
  whole(model: string): Promise<number | undefined> {
    return new Promise(resolve => {
      const startedAt = performance.now()
      let firstMs: number | undefined
      this.#open(model, {
        onData(response) {
          firstMs ??= response.statusCode === 200 ? performance.now() - startedAt : undefined
        },
        onEnd: () => resolve(firstMs),
      })
    })
  }

  /** Holds so many streams for so long; one that ends well is followed by another. */
  async hold(model: string, streams: number, forMs: number): Promise<Held> {
    const requests = new Set<ClientRequest>()
    const failedBefore = this.failures
    let events = 0
    let answering = 0
    let isOver = false
    const start = (isFirst: boolean): void => {
      let hasAnswered = false
      const request = this.#open(model, {
        onData(response, chunk) {
          if (isOver || response.statusCode !== 200) return
          if (isFirst && !hasAnswered) answering += 1
          hasAnswered = true
          events += countEvents(chunk)
        },
        onEnd: () => {
          requests.delete(request)
          // One that failed would be asked for ever.
          if (!isOver && hasAnswered && this.failures === failedBefore) start(false)
        },
      })
      requests.add(request)
    }
    const startedAt = performance.now()
    for (let i = 0; i < streams; i += 1) start(true)
    await new Promise(resolve => setTimeout(resolve, forMs))
    isOver = true
    const eventsPerSecond = events / ((performance.now() - startedAt) / 1000)
    await this.#leave(requests)
    return { answering, eventsPerSecond }
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy()
  }

  /** That these clients go is no failure of who is measured. */
  async #leave(requests: ReadonlySet<ClientRequest>): Promise<void> {
    const { failures } = this
    for (const request of requests) request.destroy()
    await new Promise(resolve => setImmediate(resolve))
    this.failures = failures
  }

  #open(
    model: string,
    { onData, onEnd }: { onData: (response: IncomingMessage, chunk: Buffer) => void; onEnd: () => void },
  ): ClientRequest {
    const messages = [{ role: 'user', content: 'Tell me something.' }]
    const body = JSON.stringify({ model, stream: true, messages })
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` }),
    }
    const request = this.#send(this.#url, { method: 'POST', agent: this.#agent, headers }, response => {
      if (response.statusCode !== 200) this.failures += 1
      response.on('data', (chunk: Buffer) => onData(response, chunk))
      response.on('close', onEnd)
    })
    request.on('error', () => {
      this.failures += 1
      onEnd()
    })
    request.end(body)
    return request
  }
}

/** Beginnings of events; one that a read cuts in two inside its first six bytes is missed, one in some ten thousand. */
function countEvents(chunk: Buffer): number {
  let count = 0
  for (let at = chunk.indexOf('data: '); at >= 0; at = chunk.indexOf('data: ', at + 6)) count += 1
  return count
}
