/** Answers that no provider should give. The gateway stays up, tells the client, and ends no text as if it were whole. */
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { strip } from '@streamseal/seal'
import { afterEach, describe, expect, test } from 'vitest'
import { callUpstream } from '../src/upstream/upstream-call.ts'
import { type Answer, chunkEvent, type FakeOpenAI, sendRaw, startFakeOpenAI } from './fake-openai.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const messages = [{ role: 'user', content: 'Hello' }]

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function setUp(
  answer: Answer,
  env: Record<string, string> = {},
): Promise<{ gateway: TestGateway; upstream: FakeOpenAI }> {
  const upstream = await startFakeOpenAI(answer)
  cleanups.push(() => upstream.close())
  const gateway = await startTestGateway({ OPENAI_BASE_URL: upstream.baseUrl, ...env })
  cleanups.push(() => gateway.remove())
  return { gateway, upstream }
}

/** What a client gets; fails where it gets nothing for two seconds. */
async function ask(
  { url }: TestGateway,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'm', messages, ...body }),
    signal: AbortSignal.timeout(2000),
    redirect: 'manual',
  })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

const raw =
  (bytes: string): Answer =>
  response =>
    sendRaw(response, bytes)

const isUp = async ({ url }: TestGateway): Promise<boolean> => (await fetch(`${url}/healthz`)).ok

describe('a status that is none', () => {
  const heads: [string, string][] = [
    ['099', 'HTTP/1.1 099 X\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'],
    ['099 of a page', 'HTTP/1.1 099 X\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\n{}'],
    ['999', 'HTTP/1.1 999 X\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'],
    ['101', 'HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'],
    ['101 without upgrade', 'HTTP/1.1 101 X\r\ncontent-length: 0\r\n\r\n'],
  ]
  test.each(heads)('%s is a 502, on every route, and the gateway lives on', async (_status, bytes) => {
    const { gateway } = await setUp(raw(bytes))
    const passed = await fetch(`${gateway.url}/v1/embeddings`, { signal: AbortSignal.timeout(2000) })
    expect(passed.status).toBe(502)
    expect(await passed.json()).toMatchObject({ error: { code: 'provider_protocol' } })
    for (const stream of [true, false]) {
      const { status, text } = await ask(gateway, { stream })
      expect(status).toBe(502)
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'provider_protocol' } })
    }
    expect(await isUp(gateway)).toBe(true)
  })
})

test('a key that no header can hold is an answer, not a silence', async () => {
  const { upstream, gateway } = await setUp(() => undefined)
  const failure = await new Promise(resolve => {
    const call = callUpstream(
      {
        provider: 'p',
        url: new URL(upstream.baseUrl),
        method: 'POST',
        headers: { authorization: 'Bearer ключ' },
      },
      { onConnect: () => undefined, onResponse: () => undefined, onFailure: resolve },
    )
    expect(call.destroy).toBeTypeOf('function')
  })
  expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
  expect(String(failure)).not.toContain('ключ')
  expect(await isUp(gateway)).toBe(true)
})

describe('good events and bad ones in one read', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n'
  const good = ['One. ', 'Two. '].map(content => chunkEvent({ delta: { content }, finish_reason: null }))
  test.each([
    ['an error event', 'data: {"error":{"message":"boom"}}\n\n', /boom/],
    ['garbage', 'data: {garbage\n\n', /no JSON object/],
    ['an event that is too long', `data: ${'x'.repeat(5000)}\n\n`, /longer than 4096 bytes/],
  ])('%s: the good ones arrive first, and their seal verifies', async (_what, last, message) => {
    const { gateway } = await setUp(raw(head + good.join('') + last), { STREAMSEAL_MAX_EVENT_BYTES: '4096' })
    const { text } = await ask(gateway, { stream: true })
    const events = text.split('\n\n').filter(event => event.startsWith('data: '))
    expect(events.at(-1)).toMatch(message)
    const chunks = events.slice(0, -1).map(event => JSON.parse(event.slice(6)))
    const received = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
    const { detached } = chunks.at(-1).streamseal
    expect(strip(received)).toBe('One. Two. ')
    const response = await fetch(`${gateway.url}/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: received, detached }),
    })
    expect(await response.json()).toMatchObject({ seals: [{ ending: 'failed', content: 'intact' }] })
  })
})

const completion = (choices: object[]): string =>
  JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices })
const whole =
  (body: string | Buffer, head = ''): Answer =>
  response => {
    const start = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close'
    response.socket?.write(`${start}\r\ncontent-length: ${body.length}\r\n${head}\r\n`)
    response.socket?.end(body)
  }

describe('odd choices', () => {
  test('a finish reason that is a name of Object.prototype is a complete answer', async () => {
    for (const reason of ['constructor', '__proto__', 'toString']) {
      const message = { role: 'assistant', content: 'Hello there.' }
      const { gateway } = await setUp(whole(completion([{ index: 0, message, finish_reason: reason }])))
      expect((await ask(gateway, {})).status).toBe(200)
    }
  })

  test('choices that all say index 0 are sealed each by itself', async () => {
    const choices = ['First answer.', 'Second answer.'].map(content => ({
      index: 0,
      message: { role: 'assistant', content },
      finish_reason: 'stop',
    }))
    const { gateway } = await setUp(whole(completion(choices)))
    const { status, text } = await ask(gateway, { n: 2 })
    expect(status).toBe(200)
    const answer = JSON.parse(text)
    expect(answer.choices.map((choice: (typeof choices)[0]) => strip(choice.message.content))).toEqual([
      'First answer.',
      'Second answer.',
    ])
    expect(
      new Set(answer.streamseal.choices.map((field: { stream_id: string }) => field.stream_id)).size,
    ).toBe(2)
  })
})

describe('redirects and codings', () => {
  const location = 'http://169.254.169.254/latest'
  const redirect: Answer = response => {
    response.writeHead(302, { location, 'content-type': 'application/json' })
    response.end('{}')
  }

  test('a redirect is not followed: 502 for a completion, and passed on elsewhere', async () => {
    const { gateway, upstream } = await setUp(redirect)
    for (const stream of [true, false]) {
      const { status, text } = await ask(gateway, { stream })
      expect(status).toBe(502)
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'provider_protocol', message: /302/ } })
    }
    const passed = await fetch(`${gateway.url}/v1/files/1/content`, { redirect: 'manual' })
    expect([passed.status, passed.headers.get('location')]).toEqual([302, location])
    expect(upstream.seen).toHaveLength(3)
  })

  test('a body that is compressed unasked is refused where we read it, and named where it passes', async () => {
    const list = '{"object":"list","data":[]}'
    const { gateway } = await setUp(whole(gzipSync(list), 'content-encoding: gzip\r\n'))
    const passed = await fetch(`${gateway.url}/v1/files`)
    expect(await passed.text()).toBe(list)
    for (const stream of [true, false]) {
      const { status, text } = await ask(gateway, { stream })
      expect(status).toBe(502)
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'provider_protocol', message: /compressed/ } })
    }
  })

  test('a part of a file passes as a part', async () => {
    const { gateway, upstream } = await setUp(response => {
      response.writeHead(206, { 'content-range': 'bytes 0-1/9', 'content-type': 'text/plain' })
      response.end('ab')
    })
    const passed = await fetch(`${gateway.url}/v1/files/1/content`, { headers: { range: 'bytes=0-1' } })
    expect(passed.headers.get('content-range')).toBe('bytes 0-1/9')
    expect(upstream.seen[0]?.headers.range).toBe('bytes=0-1')
  })
})

describe('an answer in one piece that stalls', () => {
  test.each<[string, Answer, Record<string, string>, string]>([
    [
      'before its head',
      () => undefined,
      { STREAMSEAL_WHOLE_ANSWER_TIMEOUT_MS: '200' },
      'timeout_first_token',
    ],
    [
      'inside',
      response => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
        response.write('{"id":1')
      },
      { STREAMSEAL_BETWEEN_TOKENS_TIMEOUT_MS: '200' },
      'timeout_between_tokens',
    ],
  ])('%s is a 504', async (_where, answer, env, code) => {
    const { gateway, upstream } = await setUp(answer, env)
    const { status, text } = await ask(gateway, { stream: false })
    expect(status).toBe(504)
    expect(JSON.parse(text)).toMatchObject({ error: { code } })
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(upstream.open.size).toBe(0)
  })
})

describe('a client that never reads', () => {
  const event = chunkEvent({ delta: { content: 'word '.repeat(4000) }, finish_reason: null })
  /** Without an end, as fast as it is taken. */
  const flood: Answer = response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const pump = (): void => {
      while (!response.destroyed) {
        if (!response.write(event)) return void response.once('drain', pump)
      }
    }
    pump()
  }

  /** Resolves with how long the gateway kept the connection, from the moment when it was silent, in milliseconds. */
  function neverRead({ url }: TestGateway, path: string, body: object): Promise<number> {
    const json = JSON.stringify(body)
    const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nstreamseal-seal: off\r\ncontent-length: ${json.length}\r\n\r\n`
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(head + json))
      socket.pause()
      const startedAt = performance.now()
      // What is written to a connection that is gone comes back as an error; nothing else tells a client that does not read.
      const poke = setInterval(() => socket.write('\r\n'), 50)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(poke)
        clearTimeout(patience)
        resolve(performance.now() - startedAt)
      })
      const patience = setTimeout(() => {
        clearInterval(poke)
        socket.destroy()
        reject(new Error('The connection is still there after 5 s'))
      }, 5000)
    })
  }

  test.each([
    ['/v1/chat/completions', { model: 'm', messages, stream: true }],
    ['/v1/embeddings', { model: 'm', input: 'x' }],
    ['/query/stream', { model: 'm', query: 'x' }],
    ['/generate-stream', { model: 'm', prompt: 'x' }],
  ])('is left after STREAMSEAL_BETWEEN_TOKENS_TIMEOUT_MS, its provider too: %s', async (path, body) => {
    const { gateway, upstream } = await setUp(flood, {
      STREAMSEAL_BETWEEN_TOKENS_TIMEOUT_MS: '400',
      STREAMSEAL_MAX_STREAMS: '1',
    })
    expect(await neverRead(gateway, path, body)).toBeLessThan(4000)
    // A run that is kept goes on until its log is full.
    await expect.poll(() => upstream.open.size, { timeout: 10_000 }).toBe(0)
  })

  test('counts as an answer under way even after the provider is done with it', async () => {
    const { gateway, upstream } = await setUp(
      response => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (let count = 0; count < 400; count++) response.write(event)
        response.end('data: [DONE]\n\n')
      },
      { STREAMSEAL_MAX_STREAMS: '1', STREAMSEAL_BETWEEN_TOKENS_TIMEOUT_MS: '1500' },
    )
    const left = neverRead(gateway, '/v1/embeddings', { model: 'm', input: 'x' })
    await new Promise(resolve => setTimeout(resolve, 700))
    expect((await ask(gateway, {})).status).toBe(503)
    await left
    expect(upstream.seen).toHaveLength(1)
  })
})
