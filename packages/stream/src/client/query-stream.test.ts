import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type QueryFrame, type QueryOptions, queryStream } from './query-stream.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/query/stream`
}

const frame = (content: string, isFinal = false, more: object = {}): string =>
  `data: ${JSON.stringify({ content, metadata: {}, is_final: isFinal, ...more })}\n\n`

function begin(response: ServerResponse): ServerResponse {
  return response.writeHead(200, {
    'content-type': 'text/event-stream',
    'streamseal-stream-id': 'stream-1',
  })
}

async function collect(url: string, options: QueryOptions = {}): Promise<QueryFrame[]> {
  const frames: QueryFrame[] = []
  for await (const one of await queryStream('Hello?', { url, ...options })) frames.push(one)
  return frames
}

test('the frames arrive in order, with the stream id, however the bytes are cut', async () => {
  const whole = Buffer.from(`: heartbeat\n\n${frame('Grüße, ')}${frame('世界')}${frame('', true)}`)
  const url = await serve((_request, response) => {
    begin(response)
    for (const byte of whole) response.write(Buffer.of(byte))
    response.end()
  })
  const stream = await queryStream('Hello?', { url })
  expect(stream.streamId).toBe('stream-1')
  const frames: QueryFrame[] = []
  for await (const one of stream) frames.push(one)
  expect(frames.map(one => one.content)).toEqual(['Grüße, ', '世界', ''])
  expect(frames.map(one => one.isFinal)).toEqual([false, false, true])
})

test('query, model and the choice of seal are sent', async () => {
  let seen: unknown
  const url = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen = { body: JSON.parse(body), seal: request.headers['streamseal-seal'], method: request.method }
    begin(response).end(frame('', true))
  })
  await collect(url, { model: 'demo', seal: 'off' })
  expect(seen).toEqual({ body: { query: 'Hello?', model: 'demo' }, seal: 'off', method: 'POST' })
})

test('an error frame throws its message after the text that came before it', async () => {
  const url = await serve((_request, response) => {
    begin(response).end(frame('Half') + frame('', true, { error: 'The provider went away' }))
  })
  const texts: string[] = []
  const reading = (async () => {
    for await (const one of await queryStream('Hello?', { url })) texts.push(one.content)
  })()
  await expect(reading).rejects.toMatchObject({ code: 'PROVIDER_ERROR', message: 'The provider went away' })
  expect(texts).toEqual(['Half'])
})

test('an answer that is cut is never a clean end', async () => {
  const url = await serve((_request, response) => begin(response).end(frame('Half')))
  await expect(collect(url)).rejects.toMatchObject({ code: 'STREAM_INCOMPLETE' })
})

test('a refusal carries the status and the words of the gateway', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(503, { 'content-type': 'application/json' })
    response.end('{"error":{"code":"OVERLOADED","message":"Too many answers at once","retryable":true}}')
  })
  await expect(collect(url)).rejects.toMatchObject({
    code: 'OVERLOADED',
    status: 503,
    retryable: true,
    message: 'Too many answers at once',
  })
})

test('a refusal that is not JSON still says its status', async () => {
  const url = await serve((_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
  await expect(collect(url)).rejects.toMatchObject({ status: 502, message: 'The gateway answered 502' })
})

test('a frame that is not a frame throws PROVIDER_PROTOCOL and quotes it', async () => {
  const url = await serve((_request, response) => begin(response).end('data: {"hello": 1}\n\n'))
  await expect(collect(url)).rejects.toMatchObject({ code: 'PROVIDER_PROTOCOL', message: /hello/ })
})

test('aborting ends the request at the server and throws ABORTED', async () => {
  let closed: () => void = () => undefined
  const gone = new Promise<void>(resolve => {
    closed = resolve
  })
  const url = await serve((_request, response) => {
    response.on('close', closed)
    begin(response).write(frame('Half'))
  })
  const stop = new AbortController()
  const reading = (async () => {
    for await (const _one of await queryStream('Hello?', { url, signal: stop.signal })) stop.abort()
  })()
  await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
  await gone
})

test('leaving the loop early ends the request at the server', async () => {
  let closed: () => void = () => undefined
  const gone = new Promise<void>(resolve => {
    closed = resolve
  })
  const url = await serve((_request, response) => {
    response.on('close', closed)
    begin(response).write(frame('Half'))
  })
  for await (const _one of await queryStream('Hello?', { url })) break
  await gone
})

test('silence is bounded, before the answer and inside it', async () => {
  const silent = await serve(() => undefined)
  await expect(collect(silent, { connectTimeoutMs: 30 })).rejects.toMatchObject({ code: 'TIMEOUT_CONNECT' })
  const stalled = await serve((_request, response) => begin(response).write(frame('Half')))
  await expect(collect(stalled, { idleTimeoutMs: 30 })).rejects.toMatchObject({
    code: 'TIMEOUT_BETWEEN_TOKENS',
  })
})

test('a frame beyond the limit is refused', async () => {
  const url = await serve((_request, response) => begin(response).end(frame('a'.repeat(10_000), true)))
  await expect(collect(url, { maxFrameChars: 1000 })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
})

test('a gateway that cannot be reached is PROVIDER_UNAVAILABLE', async () => {
  const url = await serve(() => undefined)
  const server = servers.pop()
  await new Promise(resolve => server?.close(resolve))
  await expect(collect(url)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
})
