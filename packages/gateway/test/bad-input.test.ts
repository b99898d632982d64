import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ STREAMSEAL_MAX_BODY_BYTES: '4096' })
})
afterAll(() => gateway.remove())

interface Refusal {
  status: number
  body: {
    error: { code: string; message: string; type?: string; param?: string | null; retryable?: boolean }
  }
  headers: Headers
}

async function ask(path: string, init: RequestInit = {}): Promise<Refusal> {
  const response = await fetch(`${gateway.url}${path}`, init)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  return {
    status: response.status,
    body: (await response.json()) as Refusal['body'],
    headers: response.headers,
  }
}

const postJson = (path: string, body: string, headers: Record<string, string> = {}): Promise<Refusal> =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

/** A request over a bare socket, for headers that `fetch` does not let through. */
function raw(request: string): Promise<{ status: number; text: string }> {
  const { port } = new URL(gateway.url)
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request))
    socket.on('data', data => {
      text += data.toString('utf8')
    })
    socket.on('end', () => resolve({ status: Number(text.slice(9, 12)), text }))
    socket.on('error', reject)
  })
}

const user = { role: 'user', content: 'Hi' }

describe("/v1/chat/completions refuses in OpenAI's shape", () => {
  test.each<[string, string, string | null]>([
    ['an empty body', '', null],
    ['what is not JSON', '{"model":', null],
    ['an array', '[]', null],
    ['null', 'null', null],
    ['a missing model', JSON.stringify({ messages: [user] }), 'model'],
    ['a model that is a number', JSON.stringify({ model: 4, messages: [user] }), 'model'],
    ['a model name without end', JSON.stringify({ model: 'x'.repeat(300), messages: [user] }), 'model'],
    ['missing messages', JSON.stringify({ model: 'demo' }), 'messages'],
    ['no messages', JSON.stringify({ model: 'demo', messages: [] }), 'messages'],
    ['a stream that is a text', JSON.stringify({ model: 'demo', messages: [user], stream: 'yes' }), 'stream'],
    ['n of zero', JSON.stringify({ model: 'demo', messages: [user], n: 0 }), 'n'],
  ])('%s: 400', async (_what, body, param) => {
    const refusal = await postJson('/v1/chat/completions', body)
    expect(refusal.status).toBe(400)
    expect(refusal.body.error).toMatchObject({
      type: 'invalid_request_error',
      code: 'invalid_request',
      param,
    })
    expect(refusal.body.error.message).toMatch(/^Cannot /)
  })

  test('a message of an unknown role: 400 that names it', async () => {
    const body = JSON.stringify({ model: 'demo', messages: [{ role: 'wizard', content: 'Hi' }] })
    const refusal = await postJson('/v1/chat/completions', body)
    expect(refusal.status).toBe(400)
    expect(refusal.body.error.message).toMatch(/messages\[0\]\.role is "wizard"/)
  })

  test('an unknown model: 404', async () => {
    const refusal = await postJson(
      '/v1/chat/completions',
      JSON.stringify({ model: 'gpt-99', messages: [user] }),
    )
    expect(refusal.status).toBe(404)
    expect(refusal.body.error).toMatchObject({ code: 'model_not_found', param: 'model', message: /"gpt-99"/ })
  })

  test('a body over the limit: 413', async () => {
    const body = JSON.stringify({ model: 'demo', messages: [{ role: 'user', content: 'x'.repeat(5000) }] })
    expect(await postJson('/v1/chat/completions', body)).toMatchObject({
      status: 413,
      body: { error: { code: 'body_too_large', type: 'invalid_request_error' } },
    })
  })

  test('another type: 415; none: 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const refusal = await ask('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': type },
        body: 'x',
      })
      expect(refusal).toMatchObject({ status: 415, body: { error: { code: 'unsupported_media_type' } } })
    }
  })

  test('another method: 405 that says which; an unknown route: 404', async () => {
    const refusal = await ask('/v1/chat/completions')
    expect(refusal).toMatchObject({ status: 405, body: { error: { code: 'method_not_allowed' } } })
    expect(refusal.headers.get('allow')).toBe('POST')
    expect(await ask('/v1/nothing')).toMatchObject({ status: 404, body: { error: { code: 'unknown_url' } } })
  })

  test('more choices than the model gives: 400, which names n', async () => {
    const refusal = await postJson(
      '/v1/chat/completions',
      JSON.stringify({ model: 'demo', n: 2, messages: [user] }),
    )
    expect(refusal).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', param: 'n' } } })
  })

  test('a wish for a seal that there is not: 400', async () => {
    const body = JSON.stringify({ model: 'demo', messages: [user] })
    const refusal = await postJson('/v1/chat/completions', body, { 'streamseal-seal': 'wax' })
    expect(refusal).toMatchObject({ status: 400, body: { error: { message: /"wax"/ } } })
  })
})

describe('the other routes refuse with { code, message, retryable }', () => {
  test.each([
    ['/query/stream', ''],
    ['/query/stream', '{'],
    ['/query/stream', '[]'],
    ['/query/stream', '{}'],
    ['/query/stream', '{"query":""}'],
    ['/query/stream', '{"query":7}'],
    ['/query/stream', '{"messages":[]}'],
    ['/query/stream', '{"messages":[{"role":"user"}]}'],
    ['/generate-stream', '{"prompt":{}}'],
    ['/generate-stream', ''],
    ['/verify', '{}'],
    ['/verify', '{"text":1}'],
    ['/strip', '{"text":null}'],
  ])('%s with %j: 400', async (path, body) => {
    const refusal = await postJson(path, body)
    expect(refusal).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_REQUEST', retryable: false } },
    })
  })

  test('413, 415, 405 and 404', async () => {
    expect(await postJson('/verify', JSON.stringify({ text: 'x'.repeat(5000) }))).toMatchObject({
      status: 413,
      body: { error: { code: 'BODY_TOO_LARGE' } },
    })
    const form = { method: 'POST', headers: { 'content-type': 'text/html' }, body: '<p>' }
    expect(await ask('/query/stream', form)).toMatchObject({
      status: 415,
      body: { error: { code: 'UNSUPPORTED_MEDIA_TYPE' } },
    })
    const put = await ask('/query/stream', { method: 'PUT' })
    expect(put).toMatchObject({ status: 405, body: { error: { code: 'METHOD_NOT_ALLOWED' } } })
    expect(put.headers.get('allow')).toBe('GET, POST')
    expect(await ask('/nothing')).toMatchObject({ status: 404, body: { error: { code: 'ROUTE_NOT_FOUND' } } })
    expect(await ask('/%zz')).toMatchObject({ status: 400 })
  })

  test('a refused body says what was to be done, and what came', async () => {
    const post = (type: Record<string, string>): Promise<Refusal> =>
      ask('/query/stream', { method: 'POST', headers: type, body: new Uint8Array([60]) })
    const html = await post({ 'content-type': 'text/html' })
    expect(html.body.error.message).toBe(
      'Cannot read the body: its content type is "text/html"; send "application/json"',
    )
    const none = await post({})
    expect(none).toMatchObject({ status: 415, body: { error: { message: /it has no content type/ } } })
    const long = await postJson('/verify', JSON.stringify({ text: 'x'.repeat(5000) }))
    expect(long.body.error.message).toBe(
      'Cannot read the body: it is longer than 4096 bytes (STREAMSEAL_MAX_BODY_BYTES)',
    )
  })

  test.each(['{}', '{"query":" "}', '{"model":"demo"}'])(
    'a query of %s: one sentence says what is missing',
    async body => {
      const refusal = await postJson('/query/stream', body)
      expect(refusal).toMatchObject({ status: 400, body: { error: { code: 'INVALID_REQUEST' } } })
      expect(refusal.body.error.message).toBe('Cannot answer: the body has neither a "query" nor "messages"')
    },
  )

  test('one of our marks in JSON that is nested without end: 400', async () => {
    const deep = `{"model":"demo","x":"\\udb40\\udd01","messages":${'['.repeat(1500)}${']'.repeat(1500)}}`
    const refusal = await postJson('/v1/chat/completions', deep)
    expect(refusal).toMatchObject({ status: 400, body: { error: { message: /nested more than 500 deep/ } } })
  })

  test('HEAD on an answering route asks no model', async () => {
    const response = await fetch(`${gateway.url}/generate-stream`, { method: 'HEAD' })
    expect(response.status).toBe(405)
  })

  test('an unknown model: 404', async () => {
    const refusal = await postJson('/query/stream', '{"query":"Hi","model":"gpt-99"}')
    expect(refusal).toMatchObject({
      status: 404,
      body: { error: { code: 'MODEL_NOT_FOUND', retryable: false } },
    })
    expect(refusal.body.error.message).toMatch(
      /^Cannot find the model "gpt-99": this gateway serves "demo", .*"demo-code".* \(built in, no AI; set OPENAI_API_KEY or OPENAI_BASE_URL for others\)$/,
    )
  })

  test('/seal needs a key, even on loopback', async () => {
    const refusal = await postJson('/seal', '{"text":"Hi","model":"m"}')
    expect(refusal).toMatchObject({ status: 401, body: { error: { code: 'AUTHENTICATION_FAILED' } } })
  })

  test('what is no HTTP is refused, and the gateway lives on', async () => {
    expect((await raw('NONSENSE\r\n\r\n')).status).toBe(400)
    const big = `GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'x'.repeat(40_000)}\r\n\r\n`
    expect((await raw(big)).status).toBe(431)
    const deep = await postJson('/verify', `{"text":${'['.repeat(2000)}${']'.repeat(2000)}}`)
    expect(deep.status).toBe(400)
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
  })
})

describe("strangers' web pages", () => {
  const get = (path: string, headers: string): Promise<{ status: number; text: string }> =>
    raw(`GET ${path} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)

  test.each([
    ['a host of DNS rebinding', '/generate-stream', 'Host: evil.example\r\n', 'HOST_NOT_ALLOWED'],
    ['no host', '/generate-stream', 'Host: \r\n', 'HOST_NOT_ALLOWED'],
    ['a foreign host on a page', '/', 'Host: evil.example\r\n', 'HOST_NOT_ALLOWED'],
    [
      'a foreign origin',
      '/generate-stream',
      'Host: localhost\r\nOrigin: https://evil.example\r\n',
      'ORIGIN_NOT_ALLOWED',
    ],
    ['the null origin', '/generate-stream', 'Host: localhost\r\nOrigin: null\r\n', 'ORIGIN_NOT_ALLOWED'],
    [
      'another port',
      '/generate-stream',
      'Host: localhost:1\r\nOrigin: http://localhost:2\r\n',
      'ORIGIN_NOT_ALLOWED',
    ],
    [
      'an image',
      '/generate-stream',
      'Host: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n',
      'ORIGIN_NOT_ALLOWED',
    ],
    [
      'a link',
      '/query/stream?query=x',
      'Host: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n',
      'ORIGIN_NOT_ALLOWED',
    ],
    [
      'a referrer',
      '/generate-stream',
      'Host: localhost\r\nReferer: https://evil.example/\r\n',
      'ORIGIN_NOT_ALLOWED',
    ],
  ])('%s: 403, and no model is asked', async (_what, path, headers, code) => {
    const { status, text } = await get(path, headers)
    expect(status).toBe(403)
    expect(text).toContain(code)
    expect(text.toLowerCase()).not.toContain('access-control-allow-origin')
  })

  test('a cross-site POST of a simple type: 403 before its body is read', async () => {
    const refusal = await ask('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'text/plain', origin: 'https://evil.example' },
      body: '{}',
    })
    expect(refusal).toMatchObject({ status: 403, body: { error: { type: 'permission_error' } } })
  })

  test('a link to a page is followed', async () => {
    const { status } = await get('/healthz', 'Host: localhost\r\nSec-Fetch-Site: cross-site\r\n')
    expect(status).toBe(200)
  })

  test('configured origins are answered, preflight included, and others are not', async () => {
    const open = await startTestGateway({ STREAMSEAL_CORS_ORIGINS: 'https://app.example.com' })
    const preflight = await fetch(`${open.url}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type')
    const answer = await fetch(`${open.url}/generate-stream`, {
      headers: { origin: 'https://app.example.com' },
    })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/streamseal-stream-id/)
    await answer.text()
    const other = await fetch(`${open.url}/generate-stream`, { headers: { origin: 'https://evil.example' } })
    expect(other.status).toBe(403)
    await open.remove()
  })
})

describe('with STREAMSEAL_API_KEY', () => {
  let closed: TestGateway
  beforeAll(async () => {
    closed = await startTestGateway({ STREAMSEAL_API_KEY: 'right' })
  })
  afterAll(() => closed.remove())

  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> => {
    const response = await fetch(`${closed.url}${path}`, { headers })
    await response.text()
    return response.status
  }

  test.each(['/v1/models', '/generate-stream', '/query/stream?query=Hi'])('%s needs it', async path => {
    expect(await status(path)).toBe(401)
    expect(await status(path, { authorization: 'Bearer wrong' })).toBe(401)
    expect(await status(path, { authorization: 'Bearer right' })).toBe(200)
    expect(await status(path, { 'x-api-key': 'right' })).toBe(200)
  })

  test('keys, health and verifying need none; sealing a text of your own does', async () => {
    for (const path of ['/.well-known/jwks.json', '/healthz', '/readyz']) expect(await status(path)).toBe(200)
    const post = (path: string, body: object, headers = {}): Promise<Response> =>
      fetch(`${closed.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    const wish = { text: 'The cat sat on the mat.', model: 'hand', provider: 'me', request_id: 'r1' }
    expect((await post('/seal', wish)).status).toBe(401)
    const sealed = (await (await post('/seal', wish, { authorization: 'Bearer right' })).json()) as {
      text: string
    }
    const report = await (await post('/verify', sealed)).json()
    expect(report).toMatchObject({
      status: 'intact',
      seals: [{ claims: { model: 'hand', provider: 'me', custom: { request_id: 'r1' } } }],
    })
  })
})
