/** Other people's clients on real sockets: `eventsource`, `curl --no-buffer`, `fetch`. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EventSource } from 'eventsource'
import { afterEach, describe, expect, test } from 'vitest'
import type { Model, Part } from '../contract.ts'
import { demo } from '../demo.ts'
import { generate } from '../generate.ts'
import { ndjsonResponse, writeNdjson } from '../ndjson.ts'
import type { Run } from '../run/run.ts'
import { sleep } from '../sleep.ts'
import { sseResponse, writeSse } from '../sse.ts'
import { scriptedModel } from '../testing/scripted-model.ts'
import { writeText } from '../text.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

async function serve(
  route: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer((request, response) => void route(request, response))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Says a word, and the rest when it is let go. */
function holding(): { model: Model; letGo: () => void } {
  let letGo = (): void => undefined
  const released = new Promise<void>(resolve => {
    letGo = resolve
  })
  const model = scriptedModel([
    { type: 'start', provider: 'scripted', model: 'm' },
    { type: 'text-start', id: 't' },
    { type: 'text-delta', id: 't', delta: 'Grüße 👩‍👩‍👧' },
    () => released,
    { type: 'text-delta', id: 't', delta: ' and the rest' },
    { type: 'text-end', id: 't' },
    { type: 'finish', reason: 'stop' },
  ])
  return { model, letGo: () => letGo() }
}

async function* brokenAfter(
  parts: AsyncIterable<Part>,
  cursor: number,
  response: ServerResponse,
): AsyncGenerator<Part> {
  for await (const part of parts) {
    yield part
    if (part.cursor < cursor) continue
    // What has been written is to leave first.
    await sleep(20)
    response.destroy()
    return
  }
}

describe('the `eventsource` package', () => {
  test('comes back after each break with the last id, and reads every frame once', async () => {
    const words = Array.from({ length: 40 }, (_, index) => `word-${index} `).join('')
    const run = generate(demo({ text: words, tokensPerSecond: 500, firstTokenMs: 0 }), { prompt: 'x' })
    const asked: (string | undefined)[] = []
    const url = await serve((request, response) => {
      const lastEventId = request.headers['last-event-id']
      asked.push(lastEventId === undefined ? undefined : String(lastEventId))
      const after = Number(asked.at(-1)?.split(':')[1] ?? 0)
      // The first three connections break, each ten parts further on.
      const parts = asked.length <= 3 ? brokenAfter(run.parts, after + 10, response) : run.parts
      return writeSse({ id: run.id, parts }, response, { after, retryMs: 10 })
    })
    const source = new EventSource(url)
    const contents: string[] = []
    let final: { final_response?: string } = {}
    await new Promise<void>(resolve => {
      source.onmessage = ({ data }) => {
        const frame = JSON.parse(data)
        if (frame.is_final) {
          final = frame.metadata
          source.close()
          resolve()
          return
        }
        contents.push(frame.content)
      }
    })
    expect(contents.join('')).toBe((await run.result()).text)
    expect(final.final_response).toBe(contents.join(''))
    expect(asked).toHaveLength(4)
    expect(asked.at(-1)).toMatch(new RegExp(`^${run.id}:\\d+$`))
  })
})

describe('curl --no-buffer', () => {
  function curl(...args: string[]): { child: ChildProcessWithoutNullStreams; output: () => string } {
    const child = spawn('curl', ['--silent', '--no-buffer', ...args])
    cleanups.push(() => child.kill())
    let output = ''
    child.stdout.on('data', piece => {
      output += piece
    })
    return { child, output: () => output }
  }

  test.each([
    ['events', writeSse],
    ['text', writeText],
    ['lines', writeNdjson],
  ])('prints %s as they come, before the answer has ended', async (_, write) => {
    const { model, letGo } = holding()
    const url = await serve((_request, response) => write(generate(model, { prompt: 'x' }), response))
    const { child, output } = curl(url)
    await expect.poll(output, { timeout: 20_000 }).toContain('Grüße 👩‍👩‍👧')
    expect(output()).not.toContain('and the rest')
    letGo()
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
    expect(output()).toContain(' and the rest')
  })

  test('fails where the text was cut, because a clean end would say that it is whole', async () => {
    const failing = scriptedModel([
      { type: 'start', provider: 'scripted', model: 'm' },
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'Half' },
    ])
    const url = await serve((_request, response) => writeText(generate(failing, { prompt: 'x' }), response))
    const { child, output } = curl('--get', '--data-urlencode', 'user_input=Hello there', url)
    const [code] = await once(child, 'close')
    expect([output(), code]).toEqual(['Half', 18])
  })

  test('sees a heartbeat before the model has said anything', async () => {
    const silent = scriptedModel([() => new Promise(() => undefined)])
    const runs: Run[] = []
    const url = await serve((_request, response) => {
      const run = generate(silent, { prompt: 'x' })
      runs.push(run)
      return writeSse(run, response, { heartbeatMs: 10 })
    })
    const { child, output } = curl(url)
    await expect.poll(output, { timeout: 20_000 }).toMatch(/^: streamseal\n\n(: hb\n\n)+$/)
    child.kill()
    expect((await runs[0]?.result())?.finishReason).toBe('aborted')
  })
})

test.each([
  ['events', sseResponse],
  ['lines', ndjsonResponse],
])(
  'a Web response of %s gives each frame as it is pulled, and a reader who leaves cancels the run',
  async (_, respond) => {
    const { model } = holding()
    const run = generate(model, { prompt: 'x' })
    const reader = respond(run).body?.getReader()
    let text = ''
    while (!text.includes('Grüße')) text += new TextDecoder().decode((await reader?.read())?.value)
    await reader?.cancel()
    expect((await run.result()).finishReason).toBe('aborted')
  },
)
