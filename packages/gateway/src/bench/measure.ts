/** Measures one OpenAI-compatible address from outside: time to the first event, events a second, streams that are held. */
import { Agent, request as ask, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as askSecurely, Agent as TlsAgent } from 'node:https'

/** What is measured. */
export interface Target {
  /** Ends in `/v1`. */
  readonly baseUrl: string
  readonly apiKey?: string
}

/** How much. */
export interface Load {
  /** How many requests, one after the other, the time to the first event is taken from. */
  readonly requests: number
  /** How many streams are held at once. */
  readonly streams: number
  /** For how long, in milliseconds. */
  readonly holdMs: number
  /** The models of the three measurements. */
  readonly models: { readonly first: string; readonly held: string; readonly fast: string }
}

/** Figures of one address; times in milliseconds. */
export interface Figures {
  readonly firstEventMs: { readonly p50: number; readonly p99: number }
  /** Streams that had an event, of those that were opened. */
  readonly held: number
  readonly opened: number
  /** Events a second, of all held streams. */
  readonly heldEventsPerSecond: number
  /** Events a second of a few streams that are sent as fast as they are taken. */
  readonly fastEventsPerSecond: number
  /** Requests that failed, or were answered with an error. */
  readonly failures: number
}

/** How many streams the fastest pace is taken from. */
const fastStreams = 16

/** Measures it. */
export async function measure(target: Target, load: Load): Promise<Figures> {
  const client = createClient(target)
  const waits: number[] = []
  for (let i = 0; i < load.requests; i += 1) {
    const { firstMs } = await client.whole(load.models.first)
    if (firstMs !== undefined) waits.push(firstMs)
  }
  const held = await client.hold(load.models.held, load.streams, load.holdMs)
  const fast = await client.hold(load.models.fast, Math.min(fastStreams, load.streams), load.holdMs)
  client.close()
  waits.sort((a, b) => a - b)
  return {
    firstEventMs: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) },
    held: held.answering,
    opened: load.streams,
    heldEventsPerSecond: held.eventsPerSecond,
    fastEventsPerSecond: fast.eventsPerSecond,
    failures: client.failures,
  }
}

/** The value below which a share of the sorted values lies; NaN of none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

interface Held {
  readonly answering: number
  readonly eventsPerSecond: number
}

interface Client {
  readonly failures: number
  whole(model: string): Promise<{ firstMs: number | undefined }>
  hold(model: string, streams: number, forMs: number): Promise<Held>
  close(): void
}

function createClient({ baseUrl, apiKey }: Target): Client {
  const url = new URL(`${baseUrl}/chat/completions`)
  const isSecure = url.protocol === 'https:'
  const agent = isSecure ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
  const send = isSecure ? askSecurely : ask
  let failures = 0
  const open = (
    model: string,
    onResponse: (response: IncomingMessage) => void,
    onEnd: () => void,
  ): ClientRequest => {
    const body = JSON.stringify({
      model,
      stream: true,
      messages: [{ role: 'user', content: 'Tell me something.' }],
    })
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    }
    const request = send(url, { method: 'POST', agent, headers }, response => {
      if (response.statusCode !== 200) failures += 1
      onResponse(response)
      response.on('close', onEnd)
    })
    request.on('error', () => {
      failures += 1
      onEnd()
    })
    request.end(body)
    return request
  }
  return {
    get failures() {
      return failures
    },
    whole: model =>
      new Promise(resolve => {
        const startedAt = performance.now()
        let firstMs: number | undefined
        open(
          model,
          response =>
            response.on('data', () => {
              firstMs ??= response.statusCode === 200 ? performance.now() - startedAt : undefined
            }),
          () => resolve({ firstMs }),
        )
      }),
    async hold(model, streams, forMs) {
      let events = 0
      let answering = 0
      let isOver = false
      const failed = failures
      const requests = new Set<ClientRequest>()
      const start = (isFirst: boolean): void => {
        let hasAnswered = false
        const request = open(
          model,
          response =>
            response.on('data', (chunk: Buffer) => {
              if (isOver || response.statusCode !== 200) return
              if (isFirst && !hasAnswered) answering += 1
              hasAnswered = true
              events += countEvents(chunk)
            }),
          () => {
            requests.delete(request)
            // A stream that ended well makes room for the next; one that failed would be asked for ever.
            if (!isOver && hasAnswered && failures === failed) start(false)
          },
        )
        requests.add(request)
      }
      const startedAt = performance.now()
      for (let i = 0; i < streams; i += 1) start(true)
      await new Promise(resolve => setTimeout(resolve, forMs))
      isOver = true
      const seconds = (performance.now() - startedAt) / 1000
      const total = events
      // Whoever is measured sees these clients go; that is no failure of its own.
      const before = failures
      for (const request of requests) request.destroy()
      await new Promise(resolve => setImmediate(resolve))
      failures = before
      return { answering, eventsPerSecond: total / seconds }
    },
    close: () => agent.destroy(),
  }
}

/** Beginnings of events; one that a read cuts in two inside its first six bytes is missed, one in some ten thousand. */
function countEvents(chunk: Buffer): number {
  let count = 0
  for (let at = chunk.indexOf('data: '); at >= 0; at = chunk.indexOf('data: ', at + 6)) count += 1
  return count
}
