/** Runs in every format, read and resumed by the real client: `streamParts` and `watchAnswer`, over events and sockets that break. */
import { streamParts, watchAnswer } from '@streamseal/stream/client'
import { createSseParser } from '@streamseal/stream/sse'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openCuttingDoor } from './cutting-door.ts'
import { chunkEvent, type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const patience = { timeout: 20_000 }
const words = Array.from({ length: 40 }, (_, index) => `word-${index} `)
const said = words.join('')

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(env)
  cleanUps.push(() => gateway.remove())
  return gateway
}

/** A model that says a word a millisecond, and stops after `count` words until it is let go. */
async function startSpeaking(count = words.length): Promise<{ fake: FakeOpenAI; gateway: TestGateway }> {
  const fake = await startFakeOpenAI(async response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const content of words.slice(0, count)) {
      response.write(chunkEvent({ delta: { content }, finish_reason: null }))
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    if (count === words.length)
      response.end(`${chunkEvent({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`)
  })
  cleanUps.push(() => fake.close())
  return { fake, gateway: await start({ OPENAI_BASE_URL: fake.baseUrl, STREAMSEAL_MODEL: 'm' }) }
}

const verify = async (gateway: TestGateway, text: string): Promise<unknown> => {
  const response = await fetch(`${gateway.url}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  })
  return response.json()
}

const quick = { firstDelayMs: 1, longestDelayMs: 20, WebSocket } as const
const ways = [
  { way: 'events', path: '/stream?format=parts', scheme: 'http' },
  { way: 'a socket', path: '/ws?format=parts', scheme: 'ws' },
]

describe.each(ways)('the client over $way', ({ path, scheme }) => {
  test('reads a run of the gateway, is cut off again and again, and has every part once', async () => {
    const { fake, gateway } = await startSpeaking()
    const door = await openCuttingDoor(gateway.url)
    cleanUps.push(() => door.close())
    door.cuts.push(1500, 900, 2500)
    const stream = streamParts(`${scheme}://${door.host}${path}`, { body: { query: 'Hi' }, ...quick })
    const cursors: number[] = []
    let text = ''
    for await (const part of stream) {
      cursors.push(part.cursor)
      if (part.type === 'text-delta') text += part.delta
    }
    expect(stream.state).toBe('done')
    expect(cursors).toEqual(cursors.map((_, index) => index + 1))
    expect(door.wasCut).toBeGreaterThan(1)
    expect(fake.seen).toHaveLength(1)
    expect(await verify(gateway, text)).toMatchObject({ status: 'intact', text: said })
  })

  test('draws an answer, and stops it', async () => {
    const { fake, gateway } = await startSpeaking(5)
    const url = `${gateway.url.replace('http', scheme)}${path}`
    const answer = watchAnswer(url, { body: { query: 'Hi' }, ...quick })
    await expect.poll(() => answer.snapshot.text, patience).toContain('word-4')
    answer.cancel()
    await answer.ended
    expect(answer.snapshot).toMatchObject({ state: 'cancelled' })
    await expect.poll(() => fake.open.size, patience).toBe(0)
  })

  test('is told why it is refused, and does not ask again', async () => {
    const { gateway } = await startSpeaking()
    const url = `${gateway.url.replace('http', scheme)}${path}`
    const reading = (async () => {
      for await (const _ of streamParts(url, { body: { query: 'Hi', seal: 'wax' }, ...quick }));
    })()
    await expect(reading).rejects.toMatchObject({ code: 'INVALID_REQUEST', retryable: false })
  })

  test('reads a run that is there, after a cursor, and a run that is not', async () => {
    const { gateway } = await startSpeaking()
    const asked = await fetch(`${gateway.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"Hi"}',
    })
    await asked.text()
    const base = `${gateway.url.replace('http', scheme)}/runs`
    const read = async (id: string, after: number): Promise<number[]> => {
      const cursors: number[] = []
      for await (const { cursor } of streamParts(`${base}/${id}/stream?format=parts`, { after, ...quick }))
        cursors.push(cursor)
      return cursors
    }
    const id = asked.headers.get('streamseal-stream-id') ?? ''
    const all = await read(id, 0)
    expect(await read(id, 7)).toEqual(all.slice(7))
    await expect(read('0123456789abcdef', 0)).rejects.toMatchObject({ retryable: false })
  })
})

test('a socket’s answer goes on without its reader where the question says so, and stops where it does not', async () => {
  const { fake, gateway } = await startSpeaking(5)
  const url = `${gateway.url.replace('http', 'ws')}/ws?format=parts`
  for (const [leave, open] of [
    ['continue', 1],
    ['cancel', 1],
    ['0', 1],
  ] as const) {
    const answer = watchAnswer(url, { body: { query: 'Hi', leave }, ...quick })
    await expect.poll(() => answer.snapshot.text, patience).toContain('word-4')
    answer.leave()
    await answer.ended
    await expect.poll(() => fake.open.size, patience).toBe(open)
  }
})

describe('GET /runs/:id/stream', () => {
  async function ask(): Promise<{ gateway: TestGateway; url: string; id: string }> {
    const { gateway } = await startSpeaking()
    const asked = await fetch(`${gateway.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"Hi"}',
    })
    await asked.text()
    const id = asked.headers.get('streamseal-stream-id') ?? ''
    return { gateway, id, url: `${gateway.url}/runs/${id}/stream` }
  }
  const partsIn = (lines: string): { type: string; cursor: number; delta?: string }[] =>
    lines
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
  const dataIn = (events: string): Record<string, unknown>[] =>
    createSseParser()
      .feed(new TextEncoder().encode(events))
      .filter(({ data }) => data !== '[DONE]')
      .map(({ data }) => JSON.parse(data))

  test.each([
    [{ accept: 'application/x-ndjson' }, '', 'application/x-ndjson'],
    [{ accept: 'text/plain' }, '', 'text/plain'],
    [{ accept: 'text/html, */*' }, '', 'text/event-stream'],
    [{ accept: 'text/plain' }, '?format=frames', 'text/event-stream'],
  ] as const)('with %j%s is %s', async (headers, query, type) => {
    const { url } = await ask()
    const response = await fetch(url + query, { headers })
    expect(response.headers.get('content-type')).toContain(type)
    expect((await response.text()).length).toBeGreaterThanOrEqual(said.length)
  })

  test('is the same text in every format', async () => {
    const { gateway, url, id } = await ask()
    const read = async (format: string): Promise<string> => (await fetch(`${url}?format=${format}`)).text()
    const text = await read('text')
    expect(await verify(gateway, text)).toMatchObject({ status: 'intact', text: said })
    const parts = partsIn(await read('ndjson'))
    expect(parts.map(({ delta = '' }) => delta).join('')).toBe(text)
    const events = dataIn(await read('parts'))
    expect(events).toEqual(parts)
    const chat = dataIn(await read('openai'))
    type Chunk = { choices: { delta: { content?: string } }[] }
    expect(chat.map(chunk => (chunk as unknown as Chunk).choices[0]?.delta.content ?? '').join('')).toBe(text)
    for (const format of ['openai-responses', 'anthropic', 'ui-message']) {
      const deltas = dataIn(await read(format)).map(event => {
        const delta = event.delta as string | { text?: string } | undefined
        return typeof delta === 'string' ? delta : (delta?.text ?? '')
      })
      expect(deltas.join(''), format).toBe(text)
    }
    expect(dataIn(await read('frames')).at(-1)?.metadata).toMatchObject({
      final_response: text,
      stream_id: id,
    })
  })

  test('goes on after a cursor in the formats that know where they are, and says so in those that do not', async () => {
    const { url } = await ask()
    const all = partsIn(await (await fetch(`${url}?format=ndjson`)).text())
    const rest = partsIn(await (await fetch(`${url}?format=ndjson&after=9`)).text())
    expect(rest).toEqual(all.slice(9))
    const text = await (await fetch(`${url}?format=text&after=9`)).text()
    expect(text).toBe(rest.map(({ delta = '' }) => delta).join(''))
    for (const format of ['ui-message', 'openai', 'openai-responses', 'anthropic', 'wax']) {
      const response = await fetch(`${url}?format=${format}&after=9`)
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { error: { code: 'INVALID_REQUEST' } },
      ])
    }
  })
})

test.each([
  '/ws?format=wax',
  '/runs/0123456789abcdef/stream?after=x',
  '/runs/0123456789abcdef/stream?format=text',
])('a socket at %s is refused', async path => {
  const gateway = await start()
  const socket = new WebSocket(gateway.url.replace('http', 'ws') + path)
  const status = await new Promise(resolve => {
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      resolve(response.statusCode)
    })
  })
  expect(status).toBe(400)
})
