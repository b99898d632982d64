/** An OpenAI-compatible server whose model sends one token at a time, so many a second. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The server's base URL, as `OPENAI_BASE_URL` has it, and how to end it. */
export interface Upstream {
  baseUrl: string
  stop(): Promise<void>
}

/** Starts a server that answers every chat with `tokens`. */
export async function startPacedUpstream(
  tokens: readonly string[],
  tokensPerSecond: number,
): Promise<Upstream> {
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'test-model', object: 'model' }] }))
      return
    }
    response.setHeader('content-type', 'text/event-stream')
    const startMs = performance.now()
    let sent = 0
    const timer = setInterval(() => {
      // A late timer makes up for what it missed, so that the pace holds.
      const due = Math.min(tokens.length, Math.ceil(((performance.now() - startMs) / 1000) * tokensPerSecond))
      for (; sent < due; sent++) response.write(chunk({ content: tokens[sent] ?? '' }, null))
      if (sent < tokens.length) return
      clearInterval(timer)
      response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`)
    }, 1000 / tokensPerSecond)
    response.once('close', () => clearInterval(timer))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    stop: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function chunk(delta: { content?: string }, finishReason: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }]
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', model: 'test-model', choices })}\n\n`
}
