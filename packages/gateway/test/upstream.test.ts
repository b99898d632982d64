import { connect, type Socket } from 'node:net'
import { strip } from '@streamseal/seal'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import {
  type Answer,
  chunkEvent,
  type FakeOpenAI,
  sendEvents,
  sendJson,
  startFakeOpenAI,
  textEvents,
} from './fake-openai.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const prose =
  'The cat sat on the mat. It was warm there, and nobody came by for a long while. Später kam der Hund, und es wurde laut. '.repeat(
    8,
  )
const messages = [{ role: 'user' as const, content: 'Hello' }]

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Setup {
  upstream: FakeOpenAI
  gateway: TestGateway
  client: OpenAI
}

async function setUp(answer: Answer, env: Record<string, string> = {}): Promise<Setup> {
  const upstream = await startFakeOpenAI(answer)
  cleanups.push(() => upstream.close())
  const gateway = await startTestGateway({ OPENAI_BASE_URL: upstream.baseUrl, ...env })
  cleanups.push(() => gateway.remove())
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-client', maxRetries: 0 })
  return { upstream, gateway, client }
}

async function verify(
  gateway: TestGateway,
  body: object,
): Promise<{ status: string; seals: Record<string, unknown>[] }> {
  const response = await fetch(`${gateway.url}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.json() as Promise<{ status: string; seals: Record<string, unknown>[] }>
}

/** How long it took, in milliseconds, not counting what this process spent waiting for a processor. */
async function waitUntil(isSo: () => boolean, withinMs: number): Promise<number> {
  const pollMs = 2
  let took = 0
  for (let last = performance.now(); !isSo() && took < withinMs; ) {
    await new Promise(resolve => setTimeout(resolve, pollMs))
    const now = performance.now()
    took += Math.min(now - last, 2 * pollMs)
    last = now
  }
  return took
}

describe('the openai client on an OpenAI-compatible upstream', () => {
  test('streams: sealed, intact, and stripped it is what the provider sent', async () => {
    const { client, gateway, upstream } = await setUp(response => sendEvents(response, textEvents(prose)))
    const { data: stream, response } = await client.chat.completions
      .create({ model: 'any-model', messages, stream: true, stream_options: { include_usage: true } })
      .withResponse()
    let text = ''
    let last: unknown
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      last = chunk
    }
    expect(strip(text)).toBe(prose)
    expect(text).not.toBe(prose)
    expect(last).toMatchObject({
      usage: { total_tokens: 12 },
      streamseal: { stream_id: response.headers.get('streamseal-stream-id') },
    })
    expect(response.headers.get('x-request-id')).toBe('req_1')
    const report = await verify(gateway, { text })
    expect(report.status).toBe('intact')
    expect(report.seals[0]?.claims).toMatchObject({
      provider: 'openai-compatible',
      model: 'gpt-4o-mini-2024-07-18',
    })
    expect(JSON.parse(upstream.seen[0]!.body)).toMatchObject({ model: 'any-model', stream: true })
  })

  test('answers in one piece: sealed, everything else as the provider wrote it', async () => {
    const completion = {
      id: 'chatcmpl-9',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4o-mini',
      choices: [
        { index: 0, message: { role: 'assistant', content: prose, annotations: [] }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, odd: 1 },
    }
    const { client, gateway } = await setUp(response => sendJson(response, 200, completion))
    const { data, response } = await client.chat.completions.create({ model: 'm', messages }).withResponse()
    const text = data.choices[0]?.message.content ?? ''
    expect(strip(text)).toBe(prose)
    expect(data).toMatchObject({
      ...completion,
      choices: [{ ...completion.choices[0], message: { role: 'assistant', content: text, annotations: [] } }],
      streamseal: { stream_id: response.headers.get('streamseal-stream-id') },
    })
    expect((await verify(gateway, { text })).status).toBe('intact')
  })

  test('tool calls arrive whole and unsealed', async () => {
    const piece = (text: string): string =>
      chunkEvent({
        delta: { tool_calls: [{ index: 0, function: { arguments: text } }] },
        finish_reason: null,
      })
    const first = { index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }
    const { client } = await setUp(response =>
      sendEvents(response, [
        chunkEvent({ delta: { role: 'assistant', content: null, tool_calls: [first] }, finish_reason: null }),
        piece('{"city":'),
        piece('"Zürich and the rest of a long, long sentence. Indeed."}'),
        chunkEvent({ delta: {}, finish_reason: 'tool_calls' }),
        'data: [DONE]\n\n',
      ]),
    )
    const runner = client.chat.completions.stream({ model: 'm', messages })
    const message = await runner.finalMessage()
    const [call] = message.tool_calls ?? []
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({
      city: 'Zürich and the rest of a long, long sentence. Indeed.',
    })
  })

  test.each(['/v1/chat/completions', '/v1/embeddings'])(
    'a provider that quotes the key it was sent shows it to no client: %s',
    async path => {
      const { gateway } = await setUp(
        (response, { headers }) => sendJson(response, 401, { error: { message: headers.authorization } }),
        { OPENAI_API_KEY: 'sk-operators-own' },
      )
      const response = await fetch(gateway.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', messages, input: 'x', stream: true }),
      })
      expect(response.status).toBe(401)
      expect(await response.text()).toBe('{"error":{"message":"Bearer ****************"}}')
    },
  )

  test("a refusal of the provider arrives with its status, body and limits, for the client's own retries", async () => {
    const { client } = await setUp(response => {
      response.setHeader('retry-after', '7')
      sendJson(response, 429, {
        error: { message: 'Slow down', type: 'rate_limit', param: null, code: 'slow' },
      })
    })
    const asked = client.chat.completions.create({ model: 'm', messages, stream: true })
    const error: unknown = await asked.then(undefined, thrown => thrown)
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    expect(error).toMatchObject({ status: 429, code: 'slow' })
    expect((error as { headers: Headers }).headers.get('retry-after')).toBe('7')
  })

  test('a page of HTML that some proxy sends instead becomes a JSON error', async () => {
    const { client } = await setUp(response => {
      response.writeHead(502, { 'content-type': 'text/html' })
      response.end('<h1>Bad gateway</h1>')
    })
    const asked = client.chat.completions.create({ model: 'm', messages })
    await expect(asked).rejects.toMatchObject({ status: 502, code: 'provider_error' })
  })

  test.each([true, false])(
    'an answer of code alone, pasted, is found by its text (streamed: %s)',
    async stream => {
      const code = '```ts\nconst answer = 42\nconsole.log(answer)\n```'
      const { gateway } = await setUp(response => {
        if (stream) sendEvents(response, textEvents(code))
        else
          sendJson(response, 200, {
            model: 'm',
            choices: [{ index: 0, message: { content: code }, finish_reason: 'stop' }],
          })
      })
      const post = (path: string, body: object): Promise<Response> =>
        fetch(`${gateway.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      await (await post('/v1/chat/completions', { model: 'm', messages, stream })).text()
      const report = await (await post('/verify', { text: `${code}\n` })).json()
      expect(report).toMatchObject({
        seals: [{ signature: 'valid', signer: 'trusted', content: expect.any(String) }],
      })
      const other = await (await post('/verify', { text: code.replace('42', '43') })).json()
      expect(other).toMatchObject({ status: 'unsealed', seals: [] })
    },
  )

  test('Streamseal-Seal: off passes every byte as it came', async () => {
    const events = textEvents(prose)
    const { gateway } = await setUp(response => sendEvents(response, events))
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'streamseal-seal': 'off' },
      body: JSON.stringify({ model: 'm', messages, stream: true }),
    })
    expect(await response.text()).toBe(events.join(''))
    expect(response.headers.get('streamseal-stream-id')).toBeNull()
  })
})

describe('what goes to the upstream', () => {
  const ok: Answer = response => sendEvents(response, textEvents('Fine.'))

  test("the body passes as it came, with the client's own key where the environment has none", async () => {
    const { gateway, upstream } = await setUp(ok)
    const body =
      '{ "model":"m", "messages":[{"role":"user","content":"Hi"}],"stream":true, "seed": 12345678901234567890 }'
    await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-client' },
      body,
    }).then(response => response.text())
    expect(upstream.seen[0]).toMatchObject({ body, path: '/v1/chat/completions' })
    expect(upstream.seen[0]?.headers.authorization).toBe('Bearer sk-client')
  })

  test("the environment's key replaces the client's", async () => {
    const { client, upstream } = await setUp(ok, { OPENAI_API_KEY: 'sk-env' })
    await client.chat.completions.stream({ model: 'm', messages }).done()
    expect(upstream.seen[0]?.headers.authorization).toBe('Bearer sk-env')
  })

  test.each([
    ['/v1/chat/completions', { model: 'm', messages, stream: true }],
    ['/v1/embeddings', { model: 'm', input: 'x' }],
    ['/query/stream', { query: 'Hello', model: 'm' }],
    ['/generate-stream', { prompt: 'Hello', model: 'm' }],
  ])("the gateway's own key never leaves it: %s", async (path, body) => {
    const { gateway, upstream } = await setUp(ok, { STREAMSEAL_API_KEY: 'gateway-secret' })
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer gateway-secret' },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(200)
    await response.text()
    expect(upstream.seen).toHaveLength(1)
    expect(JSON.stringify(upstream.seen)).not.toContain('gateway-secret')
  })

  test('a request that may have been taken is not sent twice, though its connection was a kept one', async () => {
    const used = new Set<unknown>()
    const { client, upstream } = await setUp((response, { body }) => {
      const isFresh = !used.has(response.socket)
      used.add(response.socket)
      if (!body.includes('"second"')) sendEvents(response, textEvents('Fine.'))
      else if (!isFresh) setTimeout(() => response.socket?.resetAndDestroy(), 1200)
    })
    const ask = (content: string): Promise<unknown> =>
      client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content }] }).done()
    await ask('first')
    await expect(ask('second')).rejects.toMatchObject({ status: 502, code: 'provider_unavailable' })
    expect(upstream.seen).toHaveLength(2)
  })

  test('a kept connection that closes just as it is used again is replaced, and the client never knows', async () => {
    const { client, upstream } = await setUp((response, { body }) => {
      const isFresh = !used.has(response.socket)
      used.add(response.socket)
      if (body.includes('"second"') && !isFresh) response.socket?.resetAndDestroy()
      else sendEvents(response, textEvents('Fine.'))
    })
    const used = new Set<unknown>()
    for (const content of ['first', 'second']) {
      const runner = client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content }] })
      expect(strip((await runner.finalContent()) ?? '')).toBe('Fine.')
    }
    expect(upstream.seen).toHaveLength(3)
  })

  test('where every kept connection has closed, a new one is made and the client never knows', async () => {
    const used = new Set<unknown>()
    const { client } = await setUp((response, { body }) => {
      const isFresh = !used.has(response.socket)
      used.add(response.socket)
      // Together, so that several connections are kept.
      if (!isFresh) response.socket?.resetAndDestroy()
      else setTimeout(() => sendEvents(response, textEvents('Fine.')), body.includes('"first"') ? 50 : 0)
    })
    const ask = (content: string): Promise<string | null> =>
      client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content }] }).finalContent()
    await Promise.all(Array.from({ length: 5 }, () => ask('first')))
    expect(strip((await ask('second')) ?? '')).toBe('Fine.')
  })

  test('a page that passes through is text, and never HTML', async () => {
    const { gateway } = await setUp(response => {
      response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'a=b' })
      response.end('<script>alert(1)</script>')
    })
    const response = await fetch(`${gateway.url}/v1/whatever`)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('set-cookie')).toBeNull()
  })

  test('our own marks are taken out of prompts, and named as ingredients of the answer', async () => {
    const { client, gateway, upstream } = await setUp(response => sendEvents(response, textEvents(prose)))
    const ask = async (content: string): Promise<string> => {
      const stream = await client.chat.completions.create({
        model: 'm',
        messages: [{ role: 'user', content }],
        stream: true,
      })
      let text = ''
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
      return text
    }
    const first = await ask('Hello')
    const second = await ask(`Shorten this: ${first}`)
    expect(JSON.parse(upstream.seen[1]!.body).messages[0].content).toBe(`Shorten this: ${prose}`)
    const before = await verify(gateway, { text: first })
    const after = await verify(gateway, { text: second })
    expect(after.seals[0]?.claims).toMatchObject({ ingredients: [{ streamId: before.seals[0]?.streamId }] })
  })

  test('other /v1 routes pass through, methods and query included', async () => {
    const { client, upstream } = await setUp((response, { path }) =>
      sendJson(response, 200, { path, data: [{ embedding: [1] }] }),
    )
    await client.embeddings.create({ model: 'e', input: 'text', encoding_format: 'float' })
    await client.files.list({ limit: 3 })
    await client.files.delete('file-1')
    expect(upstream.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/embeddings',
      'GET /v1/files?limit=3',
      'DELETE /v1/files/file-1',
    ])
  })

  test.each(['/v1/../admin', '/v1/%2e%2e/admin', '/v1/x/../../admin'])(
    'the path %s does not climb out of /v1 with the key in hand',
    async path => {
      const { gateway, upstream } = await setUp(response => sendJson(response, 200, {}))
      const answer = await rawRequest(
        gateway,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1.1 404/)
      expect(upstream.seen).toEqual([])
    },
  )

  test('lists what the upstream lists', async () => {
    const { client } = await setUp(response =>
      sendJson(response, 200, { object: 'list', data: [{ id: 'one' }, { id: 'two' }] }),
    )
    const models = await client.models.list()
    expect(models.data.map(model => model.id)).toEqual(['one', 'two'])
  })

  test('a route that names no model takes STREAMSEAL_MODEL, or the first that the upstream lists', async () => {
    const answer: Answer = (response, { path }) =>
      path === '/v1/models'
        ? sendJson(response, 200, { data: [{ id: 'listed-first' }, { id: 'second' }] })
        : sendEvents(response, textEvents('Fine.'))
    for (const [env, expected] of [
      [{}, 'listed-first'],
      [{ STREAMSEAL_MODEL: 'chosen' }, 'chosen'],
    ] as const) {
      const { gateway, upstream } = await setUp(answer, env)
      const response = await fetch(`${gateway.url}/generate-stream?prompt=Hi`)
      expect(strip(await response.text())).toBe('Fine.')
      expect(JSON.parse(upstream.seen.at(-1)!.body).model).toBe(expected)
    }
  })
})

describe('a client that goes away', () => {
  const endless: Answer = response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const timer = setInterval(
      () => response.write(chunkEvent({ delta: { content: 'word ' }, finish_reason: null })),
      5,
    )
    response.on('close', () => clearInterval(timer))
  }

  test.each([
    ['/v1/chat/completions', { model: 'm', messages, stream: true }],
    ['/generate-stream', { prompt: 'Hello', model: 'm' }],
  ])('stops the upstream of %s within 100 ms', async (path, body) => {
    const { gateway, upstream } = await setUp(endless)
    const sockets = await Promise.all(Array.from({ length: 10 }, () => startAnswer(gateway, path, body)))
    await waitUntil(() => upstream.open.size === 10, 2000)
    expect(upstream.open.size).toBe(10)
    for (const socket of sockets) socket.destroy()
    const took = await waitUntil(() => upstream.open.size === 0, 1000)
    expect(upstream.open.size).toBe(0)
    expect(took).toBeLessThan(100)
  })

  test('stops an upstream that has not answered yet', async () => {
    const { gateway, upstream } = await setUp(() => undefined)
    const socket = await startAnswer(gateway, '/v1/chat/completions', { model: 'm', messages })
    await waitUntil(() => upstream.open.size === 1, 2000)
    socket.destroy()
    await waitUntil(() => upstream.open.size === 0, 100)
    expect(upstream.open.size).toBe(0)
  })

  const contentOf = (path: string, frame: string): string => {
    const { choices, content } = JSON.parse(frame) as {
      choices?: { delta: { content?: string } }[]
      content?: string
    }
    return path === '/query/stream' ? (content ?? '') : (choices?.[0]?.delta.content ?? '')
  }

  /** Reads `count` frames with text and leaves; returns all that came. */
  async function readAndLeave(
    gateway: TestGateway,
    path: string,
    body: object,
    count: number,
  ): Promise<string> {
    const leaving = new AbortController()
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: leaving.signal,
    })
    expect(response.headers.get('streamseal-stream-id')).toMatch(/^[0-9a-f]{16}$/)
    const decoder = new TextDecoder()
    let all = ''
    let text = ''
    for await (const bytes of response.body!) {
      all += decoder.decode(bytes, { stream: true })
      const frames = all.split('\n\n').slice(0, -1)
      const deltas = frames
        .flatMap(frame => frame.split('\n').filter(line => line.startsWith('data: ')))
        .map(line => contentOf(path, line.slice(6)))
      text = deltas.join('')
      if (deltas.filter(delta => delta !== '').length >= count) break
    }
    leaving.abort()
    return text
  }

  const asked = [
    ['/v1/chat/completions', { model: 'm', messages, stream: true }],
    ['/query/stream', { query: 'Hello', model: 'm' }],
  ] as const

  test.each(asked.slice(0, 1))(
    'and has all that was sent verifies it as aborted, by its marks alone: %s',
    async (path, body) => {
      const pieces = prose.match(/[\s\S]{1,40}/g) ?? []
      const { gateway } = await setUp(response => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (const content of pieces) response.write(chunkEvent({ delta: { content }, finish_reason: null }))
      })
      const text = await readAndLeave(gateway, path, body, pieces.length)
      expect(strip(text)).toBe(prose)
      const deadline = performance.now() + 2000
      let report = await verify(gateway, { text })
      while (report.seals[0]?.ending !== 'aborted' && performance.now() < deadline)
        report = await verify(gateway, { text })
      expect(report).toMatchObject({ status: 'intact', seals: [{ ending: 'aborted', signer: 'trusted' }] })
    },
  )

  test.each(asked)(
    'while more was on its way has an excerpt of it, never "intact" or "altered": %s',
    async (path, body) => {
      const { gateway } = await setUp(endless)
      const text = await readAndLeave(gateway, path, body, 400)
      await new Promise(resolve => setTimeout(resolve, 200))
      const shorter = text.slice(0, text.length - 50)
      const report = await verify(gateway, { text: shorter })
      expect(['truncated', 'excerpt']).toContain(report.status)
      expect(report.seals[0]).toMatchObject({ signature: 'valid', signer: 'trusted' })
    },
  )
})

describe('an upstream that fails', () => {
  const begin = textEvents(prose).slice(0, 20)
  const beginThen =
    (then: (response: Parameters<Answer>[0]) => void): Answer =>
    response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const event of begin) response.write(event)
      setTimeout(() => then(response), 30)
    }
  const faults: [string, Answer, Record<string, string>, RegExp][] = [
    ['is cut', beginThen(response => response.socket?.destroy()), {}, /cut/],
    ['is reset', beginThen(response => response.socket?.resetAndDestroy()), {}, /cut/],
    ['ends too early', beginThen(response => response.end()), {}, /before the answer was complete/],
    [
      'is cut inside an event',
      beginThen(response => response.end('data: {"choi')),
      {},
      /before the answer was complete/,
    ],
    ['sends garbage', beginThen(response => response.end('data: <html>\n\n')), {}, /no JSON object/],
    [
      'sends an error event',
      beginThen(response => response.end('data: {"error":{"message":"no capacity"}}\n\n')),
      {},
      /no capacity/,
    ],
    [
      'stalls',
      beginThen(() => undefined),
      { STREAMSEAL_BETWEEN_TOKENS_TIMEOUT_MS: '150' },
      /did not come within 150 ms/,
    ],
    ['takes too long', beginThen(() => undefined), { STREAMSEAL_TOTAL_TIMEOUT_MS: '200' }, /within 200 ms/],
    [
      'sends an event without end',
      beginThen(response => response.write(`data: ${'x'.repeat(5000)}`)),
      { STREAMSEAL_MAX_EVENT_BYTES: '4096' },
      /longer than 4096 bytes/,
    ],
  ]

  test.each(faults)(
    'and %s is an error to the openai client, never a clean end',
    async (_how, answer, env, message) => {
      const { client } = await setUp(answer, env)
      const stream = await client.chat.completions.create({ model: 'm', messages, stream: true })
      let text = ''
      const reading = (async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
      })()
      await expect(reading).rejects.toThrow(message)
      expect(prose.startsWith(strip(text))).toBe(true)
      expect(text.length).toBeGreaterThan(50)
    },
  )

  test.each(faults)('and %s is an error frame of /query/stream', async (_how, answer, env) => {
    const { gateway } = await setUp(answer, env)
    const response = await fetch(`${gateway.url}/query/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'Hi', model: 'm' }),
    })
    const frames = (await response.text()).split('\n').filter(line => line.startsWith('data: '))
    expect(JSON.parse(frames.at(-1)!.slice(6))).toMatchObject({ is_final: true, error: expect.any(String) })
  })

  test('and is cut breaks the connection of /generate-stream', async () => {
    const { gateway } = await setUp(beginThen(response => response.socket?.destroy()))
    const response = await fetch(`${gateway.url}/generate-stream?prompt=Hi&model=m`)
    await expect(response.text()).rejects.toThrow()
  })

  test('and refuses is a status on /generate-stream, and an error frame on /query/stream', async () => {
    const { gateway } = await setUp(response =>
      sendJson(response, 400, { error: { message: 'No such voice' } }),
    )
    const text = await fetch(`${gateway.url}/generate-stream?prompt=Hi&model=m`)
    expect(text.status).toBe(400)
    expect(await text.json()).toMatchObject({ error: { code: 'INVALID_REQUEST', message: /No such voice/ } })
    const events = await fetch(`${gateway.url}/query/stream?query=Hi&model=m`)
    expect(await events.text()).toMatch(/"is_final":true,"error":".*No such voice/)
  })

  test('and never answers is a 504', async () => {
    const { client } = await setUp(() => undefined, { STREAMSEAL_FIRST_TOKEN_TIMEOUT_MS: '150' })
    const asked = client.chat.completions.create({ model: 'm', messages, stream: true })
    await expect(asked).rejects.toMatchObject({ status: 504, code: 'timeout_first_token' })
  })

  test('and cannot be reached is a 502 that says where', async () => {
    const { client, upstream } = await setUp(() => undefined)
    await upstream.close()
    const asked = client.chat.completions.create({ model: 'm', messages, stream: true })
    await expect(asked).rejects.toMatchObject({
      status: 502,
      code: 'provider_unavailable',
      message: /127\.0\.0\.1/,
    })
  })

  test('and cuts a body that is not streamed is a 502', async () => {
    const { client } = await setUp(response => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      response.write('{"id":')
      setTimeout(() => response.socket?.destroy(), 20)
    })
    const asked = client.chat.completions.create({ model: 'm', messages })
    await expect(asked).rejects.toMatchObject({ status: 502, code: 'stream_incomplete' })
  })
})

describe('limits', () => {
  test('one answer more than STREAMSEAL_MAX_STREAMS is a 503 that asks to come again', async () => {
    const { client, upstream } = await setUp(() => undefined, { STREAMSEAL_MAX_STREAMS: '1' })
    const first = client.chat.completions.create({ model: 'm', messages }).catch(() => undefined)
    await waitUntil(() => upstream.open.size === 1, 2000)
    const second = client.chat.completions.create({ model: 'm', messages })
    await expect(second).rejects.toMatchObject({ status: 503, code: 'overloaded' })
    await upstream.close()
    await first
  })

  test('a silent stream carries comments, which clients pass over', async () => {
    const { gateway } = await setUp(
      response => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        const events = textEvents('Fine.')
        response.write(events[0])
        setTimeout(() => response.end(events.slice(1).join('')), 500)
      },
      { STREAMSEAL_HEARTBEAT_MS: '100' },
    )
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages, stream: true }),
    })
    expect(await response.text()).toMatch(/\n\n: keep-alive\n\n/)
  })

  test('a client that does not read holds the provider back, not our memory', async () => {
    let written = 0
    const { gateway } = await setUp(response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const big = chunkEvent({ delta: { content: 'x'.repeat(60_000) }, finish_reason: null })
      const pump = (): void => {
        while (!response.destroyed && written < 200_000_000) {
          written += big.length
          if (!response.write(big)) return void response.once('drain', pump)
        }
      }
      pump()
    })
    const socket = await startAnswer(
      gateway,
      '/v1/chat/completions',
      { model: 'm', messages, stream: true },
      false,
    )
    await new Promise(resolve => setTimeout(resolve, 700))
    expect(written).toBeLessThan(60_000_000)
    socket.destroy()
  })
})

/** Sends a request over a bare socket and resolves once it is written. */
function startAnswer(gateway: TestGateway, path: string, body: object, reads = true): Promise<Socket> {
  const json = JSON.stringify(body)
  const { port } = new URL(gateway.url)
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n`
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(head + json, () => resolve(socket)))
    socket.on('error', reject)
    if (reads) socket.resume()
  })
}

function rawRequest(gateway: TestGateway, request: string): Promise<string> {
  const { port } = new URL(gateway.url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request))
    socket.on('data', data => {
      answer += data.toString('latin1')
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}
