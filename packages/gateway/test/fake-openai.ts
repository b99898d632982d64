/** A server that speaks OpenAI's dialect, for tests: real sockets, each answer as the test says. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request that it got. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** The server. */
export interface FakeOpenAI {
  /** Ends in `/v1`. */
  readonly baseUrl: string
  readonly seen: SeenRequest[]
  /** Answers that are still open. */
  readonly open: Set<ServerResponse>
  close(): Promise<void>
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void | Promise<void>

/** Starts it; every request gets `answer`. */
export async function startFakeOpenAI(answer: Answer): Promise<FakeOpenAI> {
  const seen: SeenRequest[] = []
  const open = new Set<ServerResponse>()
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') }
      seen.push(request)
      open.add(response)
      response.on('close', () => open.delete(response))
      Promise.resolve(answer(response, request)).catch(() => response.destroy())
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}/v1`, seen, open, close: () => closeServer(server) }
}

/** What every chunk of a stream repeats. */
export const chunkHead = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_732_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  system_fingerprint: 'fp_1',
}

/** One event of a stream. */
export function chunkEvent(choice: object, more: object = {}): string {
  return `data: ${JSON.stringify({ ...chunkHead, choices: [{ index: 0, ...choice }], ...more })}\n\n`
}

/** The events that stream `text` in pieces, with a finish, usage and `[DONE]`. */
export function textEvents(text: string, pieceLength = 7): string[] {
  const pieces = text.match(new RegExp(`[\\s\\S]{1,${pieceLength}}`, 'g')) ?? []
  return [
    chunkEvent({ delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }),
    ...pieces.map(content => chunkEvent({ delta: { content }, logprobs: null, finish_reason: null })),
    chunkEvent({ delta: {}, logprobs: null, finish_reason: 'stop' }),
    `data: ${JSON.stringify({ ...chunkHead, choices: [], usage: { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 } })}\n\n`,
    'data: [DONE]\n\n',
  ]
}

/** Answers with an event stream, one write an event. */
export function sendEvents(response: ServerResponse, events: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'req_1' })
  for (const event of events) response.write(event)
  response.end()
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1' })
  response.end(JSON.stringify(body))
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise(resolve => server.close(() => resolve()))
}

/** Answers with these bytes and nothing else, whatever HTTP thinks of them. */
export function sendRaw(response: ServerResponse, bytes: string): void {
  response.socket?.end(Buffer.from(bytes, 'utf8'))
}
