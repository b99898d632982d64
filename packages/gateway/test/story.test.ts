import { statSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { strip } from '@streamseal/seal'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.remove())

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

interface Frame {
  content: string
  metadata: Record<string, unknown>
  is_final: boolean
  error?: string
}

/** Node's own client: `fetch` drops trailers. */
function getWithTrailers(url: string): Promise<{ text: string; trailers: IncomingMessage['trailers'] }> {
  return new Promise((resolve, reject) => {
    get(url, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', piece => {
        text += piece
      })
      response.on('end', () => resolve({ text, trailers: response.trailers }))
    }).on('error', reject)
  })
}

async function framesOf(response: Response): Promise<Frame[]> {
  const lines = (await response.text()).split('\n').filter(line => line.startsWith('data: '))
  return lines.map(line => JSON.parse(line.slice(6)) as Frame)
}

async function verify(
  body: object,
): Promise<{ status: string; seals: { claims?: Record<string, unknown> }[] }> {
  const response = await post('/verify', body)
  expect(response.status).toBe(200)
  return response.json() as Promise<{ status: string; seals: { claims?: Record<string, unknown> }[] }>
}

describe('the story on the built-in model', () => {
  test('an answer of /query/stream is sealed, and verifies as intact by its text alone', async () => {
    const response = await post('/query/stream', { query: 'Tell me something.' })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const streamId = response.headers.get('streamseal-stream-id')
    const frames = await framesOf(response)
    const last = frames.at(-1)!
    const text = frames.map(frame => frame.content).join('')
    expect(last).toMatchObject({ content: '', is_final: true, metadata: { final_response: text } })
    expect(last.metadata.stream_id).toBe(streamId)
    expect(strip(text)).not.toBe(text)
    const report = await verify({ text })
    expect(report.status).toBe('intact')
    expect(report.seals[0]?.claims).toMatchObject({
      provider: 'demo',
      model: 'demo',
      issuer: gateway.url.replace('127.0.0.1', 'localhost'),
      digitalSourceType: 'digitalCreation',
      verifyUrl: `${gateway.url.replace('127.0.0.1', 'localhost')}/verify`,
    })
  })

  test('one changed word is found', async () => {
    const frames = await framesOf(await post('/query/stream', { query: 'Tell me something.' }))
    const text = frames.map(frame => frame.content).join('')
    const word = /\p{Lu}\p{Ll}{3,}/u.exec(text)![0]
    expect((await verify({ text: text.replace(word, 'Nevermore') })).status).toBe('altered')
  })

  test.each(['demo-markdown', 'demo-code', 'demo-table', 'demo-japanese', 'demo-arabic'])(
    'an answer of %s verifies as intact, its closing kept by the gateway where it stands beside the text',
    async model => {
      const frames = await framesOf(await post('/query/stream', { query: 'Go on.', model }))
      const text = frames.map(frame => frame.content).join('')
      expect((await verify({ text })).status).toBe('intact')
    },
  )

  test('GET /query/stream answers an EventSource, and tells one that comes back to stay away', async () => {
    const url = `${gateway.url}/query/stream?query=Hello`
    const frames = await framesOf(await fetch(url))
    expect(frames.at(-1)?.is_final).toBe(true)
    const again = await fetch(url, { headers: { 'last-event-id': 'abc:12' } })
    expect(again.status).toBe(204)
  })

  test('GET /query/stream without a query is one error frame', async () => {
    const frames = await framesOf(await fetch(`${gateway.url}/query/stream`))
    expect(frames).toEqual([{ content: '', metadata: {}, is_final: true, error: 'No query provided' }])
  })

  test.each(['off', 'light'])('Streamseal-Seal: %s is obeyed', async mode => {
    const response = await post('/query/stream', { query: 'Hi' }, { 'streamseal-seal': mode })
    const text = (await framesOf(response)).map(frame => frame.content).join('')
    expect((await verify({ text })).status).toBe(mode === 'off' ? 'unsealed' : 'intact')
  })

  test.each([
    ['/query/stream', { query: 'Hi' }],
    ['/generate-stream', { prompt: 'Hi' }],
    ['/v1/chat/completions', { model: 'demo', messages: [{ role: 'user', content: 'Hi' }] }],
    ['/v1/chat/completions', { model: 'demo', stream: true, messages: [{ role: 'user', content: 'Hi' }] }],
  ])('%s names a stream id where the answer is sealed, and none where it is not', async (path, body) => {
    for (const [mode, isNamed] of [
      ['full', true],
      ['off', false],
    ] as const) {
      const response = await post(path, body, { 'streamseal-seal': mode })
      await response.text()
      expect(response.headers.has('streamseal-stream-id')).toBe(isNamed)
    }
  })

  test('/generate-stream is chunked text whose seal names the request', async () => {
    const response = await post('/generate-stream', { prompt: 'Write.', request_id: 'order-7' })
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const text = await response.text()
    const report = await verify({ text })
    expect(report.status).toBe('intact')
    expect(report.seals[0]?.claims).toMatchObject({ custom: { request_id: 'order-7' } })
  })

  test('/generate-stream sends a closing that has no place in the text as a trailer', async () => {
    const trailers: unknown[] = []
    for (const model of ['demo-code', 'demo-table']) {
      const answer = await getWithTrailers(`${gateway.url}/generate-stream?model=${model}&prompt=Go`)
      const detached = answer.trailers['streamseal-detached']
      trailers.push(detached)
      const report = await verify({ text: answer.text, ...(detached === undefined ? {} : { detached }) })
      expect(report.status).toBe('intact')
    }
    expect(trailers).toContainEqual(expect.stringMatching(/^ss1\./))
  })

  test('/generate-stream takes user_input and nothing at all', async () => {
    const long = await fetch(
      `${gateway.url}/generate-stream?user_input=${encodeURIComponent('Schreib bitte etwas.')}`,
    )
    expect(strip(await long.text())).toMatch(/ und /)
    const none = await fetch(`${gateway.url}/generate-stream`)
    expect((await none.text()).length).toBeGreaterThan(100)
  })

  test('/strip takes the marks out', async () => {
    const text = await (await fetch(`${gateway.url}/generate-stream`)).text()
    expect(await (await post('/strip', { text })).json()).toEqual({ text: strip(text) })
  })

  test('keys are made on first start, for their owner alone, and published without their private half', async () => {
    expect(statSync(gateway.keys.path).mode & 0o777).toBe(0o600)
    expect(statSync(gateway.dataDirectory).mode & 0o777).toBe(0o700)
    const response = await fetch(`${gateway.url}/.well-known/jwks.json`)
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] }
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519' })
    expect(keys[0]).not.toHaveProperty('d')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  test('a second start signs with the same key', async () => {
    const first = gateway.keys.signer.keyId
    const second = await startTestGateway({ STREAMSEAL_DATA_DIR: gateway.dataDirectory })
    expect(second.keys.signer.keyId).toBe(first)
    await second.stop()
  })
})

describe('the openai client on the built-in model', () => {
  const client = (): OpenAI => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'Tell me something.' }]

  test('streams a sealed answer', async () => {
    const stream = await client().chat.completions.create({ model: 'demo', messages, stream: true })
    let text = ''
    let last: unknown
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      last = chunk
    }
    expect(last).toMatchObject({ streamseal: { stream_id: expect.stringMatching(/^[0-9a-f]{16}$/) } })
    expect((await verify({ text })).status).toBe('intact')
  })

  test('gets a sealed answer in one piece', async () => {
    const { data, response } = await client()
      .chat.completions.create({ model: 'demo', messages })
      .withResponse()
    const streamId = response.headers.get('streamseal-stream-id')
    expect(data).toMatchObject({ streamseal: { stream_id: streamId } })
    expect((await verify({ text: data.choices[0]?.message.content })).status).toBe('intact')
  })

  test('lists the models and is told of one that nothing serves', async () => {
    const models = await client().models.list()
    expect(models.data.map(model => model.id)).toContain('demo')
    const missing = client().chat.completions.create({ model: 'gpt-99', messages })
    await expect(missing).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
  })

  test('JSON is never sealed inside', async () => {
    const { choices, ...rest } = await client().chat.completions.create({
      model: 'demo',
      messages,
      response_format: { type: 'json_object' },
    })
    const text = choices[0]?.message.content ?? ''
    expect(strip(text)).toBe(text)
    expect(typeof JSON.parse(text)).toBe('object')
    const { detached } = (rest as unknown as { streamseal: { detached: string } }).streamseal
    expect((await verify({ text, detached })).status).toBe('intact')
    // Without what stood beside it: the gateway knows the text.
    expect((await verify({ text: ` ${text}\r\n` })).seals).toMatchObject([
      { coverage: 'whole', claims: { model: 'demo' } },
    ])
    expect((await verify({ text: text.replace(/[a-z]/, 'x') })).status).toBe('unsealed')
  })
})
