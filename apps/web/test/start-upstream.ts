/** An OpenAI-compatible server whose model says what a test wants. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The server's base URL, as `OPENAI_BASE_URL` has it, and how to end it. */
export interface Upstream {
  baseUrl: string
  stop(): Promise<void>
}

/** Starts a server that answers every chat with `answer`, a few characters at a time. */
export async function startUpstream(answer: string): Promise<Upstream> {
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'test-model', object: 'model' }] }))
      return
    }
    response.setHeader('content-type', 'text/event-stream')
    for (const delta of answer.match(/[\s\S]{1,7}/gu) ?? []) response.write(chunk({ content: delta }, null))
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`)
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
