/** An upstream that fails as each stream's plan says, over real sockets; the name of the model carries the number. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { anthropic, type Dialect, openAI } from './dialects.ts'
import { type Plan, planOf } from './plans.ts'

/** What of a plan's text has left the upstream in whole events. */
export interface Sent {
  readonly text: string
}

/** It. */
export interface Upstream {
  readonly url: string
  /** By the number of the stream; nothing where no text was sent. */
  readonly sent: Map<number, Sent>
  /** Answers that are open. */
  readonly open: Set<ServerResponse>
  closeIdle(): void
  close(): Promise<void>
}

/** Longer than the largest event that the gateway takes. */
const hugeEventLength = 200_000

/** Starts it. */
export async function startUpstream(seed: number): Promise<Upstream> {
  const sent = new Map<number, Sent>()
  const open = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    open.add(response)
    response.on('close', () => open.delete(response))
    response.on('error', () => undefined)
    answer(request, response).catch(() => response.destroy())
  })
  // A gateway's connections stay: what is counted at the end is closed by `closeIdle`.
  server.keepAliveTimeout = 60_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    sent,
    open,
    closeIdle: () => server.closeIdleConnections(),
    close() {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request)
    const dialect = dialects.get(request.url ?? '')
    const number = /storm-(\d+)$/.exec(body.model ?? '')?.[1]
    if (dialect === undefined || number === undefined) return refuse(response, 404)
    const plan = planOf(seed, Number(number))
    if (body.stream === true) await stream(plan, dialect, response, text => sent.set(plan.number, { text }))
    else await sendWhole(plan, dialect, response)
  }
}

const dialects = new Map<string, Dialect>([
  ['/v1/chat/completions', openAI],
  ['/v1/messages', anthropic],
])

/** An event that ends between the two bytes of é. */
const halfCharacter = Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"é').subarray(0, -1)

async function read(request: IncomingMessage): Promise<{ model?: string; stream?: boolean }> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? {} : JSON.parse(text)
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({ error: { message: `refused with ${status}`, type: 'x', param: null, code: null } }),
  )
}

/** Whether the plan's fault comes before an answer has begun; then it is done. */
function failsBefore(plan: Plan, response: ServerResponse): boolean {
  switch (plan.fault) {
    case 'refused':
      response.socket?.resetAndDestroy()
      return true
    case 'cut-head':
      response.socket?.end('HTTP/1.1 200 OK\r\ncontent-type: text/ev'.slice(0, 1 + plan.random(36)))
      return true
    case 'status-429':
      refuse(response, 429)
      return true
    case 'status-500':
      refuse(response, 500)
      return true
    case 'page':
      response.writeHead(502, { 'content-type': 'text/html' })
      response.end('<html><h1>502 Bad Gateway</h1></html>')
      return true
    default:
      return plan.fault === 'stalled-head'
  }
}

async function stream(
  plan: Plan,
  dialect: Dialect,
  response: ServerResponse,
  tell: (text: string) => void,
): Promise<void> {
  if (failsBefore(plan, response)) return
  const { head, pieces, tail, error } = dialect.events(plan)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const whole = [...head, ...pieces, ...tail]
  const at = plan.random(pieces.length)
  const begun = [...head, ...pieces.slice(0, at)]
  const tellEvents = (events: number): void =>
    tell(plan.pieces.slice(0, Math.max(0, events - head.length)).join(''))
  switch (plan.fault) {
    case 'none':
    case 'slow-drip':
      tellEvents(whole.length)
      await write(plan, response, Buffer.from(whole.join('')))
      response.end()
      return
    case 'no-end':
      tellEvents(head.length + pieces.length)
      await write(plan, response, Buffer.from([...head, ...pieces].join('')))
      response.end()
      return
    case 'stalled':
      tellEvents(begun.length)
      await write(plan, response, Buffer.from(begun.join('')))
      return
    case 'garbage':
      tellEvents(begun.length)
      await write(plan, response, Buffer.from(`${begun.join('')}data: {"garbage\n\n`))
      await write(plan, response, Buffer.from(whole.slice(begun.length).join('')))
      response.end()
      return
    case 'huge-event':
      tellEvents(begun.length)
      await write(plan, response, Buffer.from(`${begun.join('')}data: {"x":"`))
      response.write('x'.repeat(hugeEventLength))
      response.end('"}\n\n')
      return
    case 'error-event':
      tellEvents(begun.length)
      await write(plan, response, Buffer.from(begun.join('') + error))
      response.end()
      return
    case 'half-character':
      tellEvents(begun.length)
      await write(plan, response, Buffer.concat([Buffer.from(begun.join('')), halfCharacter]))
      response.end()
      return
    default: {
      // `cut` and `reset`: at any byte that leaves the answer without its end.
      const bytes = Buffer.from(whole.join(''))
      const last = Buffer.byteLength([...head, ...pieces].join(''))
      const cut = plan.random(last)
      tellEvents(wholeEvents(whole, cut))
      await write(plan, response, bytes.subarray(0, cut))
      if (plan.fault === 'reset') response.socket?.resetAndDestroy()
      else response.socket?.end()
    }
  }
}

/** How many of the events are whole in the first `bytes` bytes. */
function wholeEvents(events: readonly string[], bytes: number): number {
  let end = 0
  let count = 0
  for (const event of events) {
    end += Buffer.byteLength(event)
    if (end > bytes) break
    count += 1
  }
  return count
}

async function sendWhole(plan: Plan, dialect: Dialect, response: ServerResponse): Promise<void> {
  if (failsBefore(plan, response)) return
  const body = Buffer.from(dialect.whole(plan))
  response.writeHead(200, { 'content-type': 'application/json' })
  if (plan.fault === 'none' || plan.fault === 'slow-drip') {
    await write(plan, response, body)
    response.end()
    return
  }
  await write(plan, response, body.subarray(0, plan.random(body.length)))
  if (plan.fault === 'garbage' || plan.fault === 'half-character') response.end()
  else if (plan.fault === 'reset') response.socket?.resetAndDestroy()
  else if (plan.fault !== 'stalled') response.socket?.end()
}

/** Writes the bytes cut anywhere; a slow drip rests between the pieces. */
async function write(plan: Plan, response: ServerResponse, bytes: Buffer): Promise<void> {
  const slow = plan.fault === 'slow-drip'
  for (let from = 0; from < bytes.length; ) {
    const to = slow ? from + 40 + plan.random(400) : from + 1 + plan.random(plan.random(2) === 0 ? 50 : 4000)
    response.write(bytes.subarray(from, to))
    from = to
    if (slow) await sleep(plan.random(8))
    else if (plan.random(4) === 0) await new Promise(resolve => setImmediate(resolve))
  }
}
