/** A server of OpenAI's dialect whose answer the question decides: `<seed> <deltas> <gap in ms> <wait before the first in ms>`. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { deltasOf } from '../runs/talker.ts'

/** The server. */
export interface Upstream {
  /** Ends in `/v1`. */
  readonly baseUrl: string
  /** How often each question was asked. */
  readonly asked: ReadonlyMap<string, number>
  close(): void
}

/** Starts it. */
export async function startUpstream(): Promise<Upstream> {
  const asked = new Map<string, number>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += String(piece)
    const { messages } = JSON.parse(body) as { messages: { content: string }[] }
    const question = messages.at(-1)?.content ?? ''
    asked.set(question, (asked.get(question) ?? 0) + 1)
    const [seed = 0, count = 0, gapMs = 0, waitMs = 0] = question.split(' ').map(Number)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    if (waitMs > 0) await delay(waitMs)
    for (const content of deltasOf(seed, count)) {
      if (response.destroyed) return
      response.write(event({ delta: { content }, finish_reason: null }))
      if (gapMs > 0) await delay(gapMs)
    }
    response.end(`${event({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function event(choice: object): string {
  const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' }
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, ...choice }] })}\n\n`
}
