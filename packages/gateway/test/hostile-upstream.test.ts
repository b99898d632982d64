/** Answers that no provider should give. The gateway stays up, tells the client, and ends no text as if it were whole. */
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
