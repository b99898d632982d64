/** One visit of one reader: over events, lines or a socket, from where it was, until the run's end or until it leaves. */
import { type ClientRequest, request } from 'node:http'
import { WebSocket } from 'ws'

/** What came of it. */
export interface Visit {
  cursor: number
  hasEnded: boolean
  readonly faults: string[]
}

/** Where a visit begins, and how long it lasts at most. */
export interface VisitOptions {
  readonly url: string
  readonly id: string
  readonly after: number
  readonly stayMs: number
}

/** Reads the run's typed parts as lines. */
export function visitByLines({ url, id, after, stayMs }: VisitOptions): Promise<Visit> {
  const visit: Visit = { cursor: after, hasEnded: false, faults: [] }
  return new Promise(resolve => {
    const path = `${url}/runs/${id}/stream?format=ndjson&after=${after}`
    const asking = request(path, { agent: false }, response => {
      // What was read whole, or is no longer kept, is over.
      if (response.statusCode !== 200) visit.hasEnded = true
      let rest = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) take(visit, id, line)
      })
      // The connection is told about by `close`.
      response.on('error', () => undefined)
    })
    leaveAfter(stayMs, () => asking.destroy())
    asking.on('error', () => undefined)
    asking.on('close', () => resolve(visit))
    asking.end()
  })
}

/** Reads them as messages of a socket. */
export function visitBySocket({ url, id, after, stayMs }: VisitOptions): Promise<Visit> {
  const visit: Visit = { cursor: after, hasEnded: false, faults: [] }
  return new Promise(resolve => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/runs/${id}/stream?after=${after}`)
    socket.on('message', data => take(visit, id, String(data)))
    // Refused, or closed by the other side: `close` follows.
    socket.on('error', () => undefined)
    socket.on('close', code => {
      if (code === 1000 || code === 1008) visit.hasEnded = true
      resolve(visit)
    })
    leaveAfter(stayMs, () => socket.terminate())
  })
}

/** Asks for an answer that goes on whoever leaves, and reads it to its end; `onId` is told its run's id. */
export function askAndStay(url: string, question: string, onId: (id: string) => void): Promise<void> {
  return new Promise(resolve => {
    const asking = ask(`${url}/stream?format=ndjson`, { query: question }, id => {
      if (id !== '') onId(id)
    })
    asking.on('close', resolve)
  })
}

/** Asks for an answer that stops when its reader leaves, and leaves. */
export function askAndLeave(url: string, question: string, stayMs: number): Promise<void> {
  return new Promise(resolve => {
    const asking = ask(`${url}/generate-stream`, { prompt: question })
    leaveAfter(stayMs, () => asking.destroy())
    asking.on('close', resolve)
  })
}

/** With a connection of its own, which no pool keeps. */
function ask(url: string, body: object, onId: (id: string) => void = () => undefined): ClientRequest {
  const options = { agent: false, method: 'POST', headers: { 'content-type': 'application/json' } }
  const asking = request(url, options, response => {
    onId(String(response.headers['streamseal-stream-id'] ?? ''))
    response.on('error', () => undefined).resume()
  })
  asking.on('error', () => undefined)
  asking.end(JSON.stringify(body))
  return asking
}

/** The gateway's figures for Prometheus. */
export function readMetrics(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request(`${url}/metrics`, { agent: false }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
    asking.on('error', reject)
    asking.end()
  })
}

function leaveAfter(stayMs: number, leave: () => void): void {
  setTimeout(leave, stayMs)
}

function take(visit: Visit, id: string, message: string): void {
  if (message === '') return
  const { cursor, type } = JSON.parse(message) as { cursor?: number; type: string }
  if (cursor === undefined || (cursor === 0 && type === 'error')) return
  if (cursor !== visit.cursor + 1) visit.faults.push(`${id}: part ${cursor} came after part ${visit.cursor}`)
  visit.cursor = cursor
  visit.hasEnded ||= type === 'finish' || type === 'error'
}
