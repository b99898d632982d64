/** A provider to measure against: OpenAI's dialect, where the model's name, `m-<chunks>-<milliseconds>`, says how many chunks come and how far apart. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** Longer streams are cut to this. */
const maxChunks = 1_000_000

/** Starts it; resolves with its port. */
export function startBenchUpstream(): Promise<{ server: Server; port: number }> {
  return listenOnLoopback(
    createServer((request, response) => {
      if (request.method !== 'POST') return void sendModels(response)
      readModel(request).then(
        model => stream(response, model),
        () => response.destroy(),
      )
    }),
  )
}

function sendModels(response: ServerResponse): void {
  const data = [{ id: 'm-20-10', object: 'model', created: 0, owned_by: 'bench' }]
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ object: 'list', data }))
}

async function readModel(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { model } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { model?: unknown }
  return String(model)
}

function stream(response: ServerResponse, model: string): void {
  const [, count = '20', delayMs = '10'] = /^m-(\d+)-(\d+)$/.exec(model) ?? []
  const chunks = Math.min(Number(count), maxChunks)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(eventOf({ role: 'assistant', content: '' }))
  const last = `${eventOf({}, 'stop')}data: [DONE]\n\n`
  if (Number(delayMs) === 0) pour(response, chunks, last)
  else drip(response, { chunks, delayMs: Number(delayMs), last })
}

/** One chunk at a time. */
function drip(
  response: ServerResponse,
  { chunks, delayMs, last }: { chunks: number; delayMs: number; last: string },
): void {
  let sent = 0
  const timer = setInterval(() => {
    sent += 1
    if (sent <= chunks) response.write(word)
    else response.end(last)
  }, delayMs)
  response.on('close', () => clearInterval(timer))
}

/** As fast as they are taken: one chunk a turn, and none while the reader is behind. */
function pour(response: ServerResponse, chunks: number, last: string): void {
  let sent = 0
  const next = (): void => {
    if (response.destroyed) return
    sent += 1
    if (sent > chunks) response.end(last)
    else if (response.write(word)) setImmediate(next)
    else response.once('drain', next)
  }
  next()
}

function eventOf(delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }]
  return `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model: 'bench', choices })}\n\n`
}

const word = eventOf({ content: ' word.' })
