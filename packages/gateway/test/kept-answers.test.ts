/** Answers of `/v1` and of `/generate-stream` as runs: which are kept, how they are read again, and that leaving still stops them. */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import {
  type Answer,
  chunkEvent,
  type FakeOpenAI,
  sendEvents,
  startFakeOpenAI,
  textEvents,
} from './fake-openai.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const patience = { timeout: 20_000 }

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(env)
  cleanUps.push(() => gateway.remove())
  return gateway
}

async function startWith(
  answer: Answer,
  env: Record<string, string> = {},
): Promise<{ fake: FakeOpenAI; gateway: TestGateway }> {
  const fake = await startFakeOpenAI(answer)
  cleanUps.push(() => fake.close())
  return { fake, gateway: await start({ OPENAI_BASE_URL: fake.baseUrl, STREAMSEAL_MODEL: 'm', ...env }) }
}

const saying: Answer = response => sendEvents(response, textEvents('Once upon a time there was a sentence.'))
const stalling: Answer = response => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunkEvent({ delta: { content: 'Half a sentence' }, finish_reason: null }))
}

const messages = [{ role: 'user', content: 'Hi' }]
const asks: readonly (readonly [string, Record<string, unknown>])[] = [
  ['/v1/chat/completions', { model: 'demo', messages }],
  ['/v1/responses', { model: 'demo', input: 'Hi' }],
  ['/v1/messages', { model: 'demo', max_tokens: 100, messages }],
]

const post = (
  url: string,
  body: object,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  })

const idOf = (response: Response): string => response.headers.get('streamseal-stream-id') ?? ''

async function runOf(gateway: TestGateway, id: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${gateway.url}/runs/${id}`)).json()) as Record<string, unknown>
}

const textOf = async (gateway: TestGateway, id: string): Promise<string> =>
  (await fetch(`${gateway.url}/runs/${id}/stream?format=text`)).text()

describe.each(asks)('%s', (path, body) => {
  test.each([true, false])('is a run that can be read again (stream: %s)', async stream => {
    const gateway = await start()
    const response = await post(gateway.url + path, { ...body, stream })
    const given = await response.text()
    const id = idOf(response)
    await expect.poll(async () => (await runOf(gateway, id)).state, patience).toBe('complete')
    expect(await runOf(gateway, id)).toMatchObject({ route: path, seal: { stream_id: id } })
    const text = await textOf(gateway, id)
    expect(text.length).toBeGreaterThan(20)
    if (!stream) expect(given).toContain(JSON.stringify(text).slice(1, -1))
  })

  test('is not kept where the request says so', async () => {
    const gateway = await start()
    for (const [headers, more] of [
      [{ 'streamseal-run': 'off' }, {}],
      [{}, { store: false }],
    ] as const) {
      const response = await post(gateway.url + path, { ...body, ...more }, headers)
      expect(response.status).toBe(200)
      await response.text()
      expect(await runOf(gateway, idOf(response))).toMatchObject({ error: { code: 'RUN_NOT_FOUND' } })
    }
    const refused = await post(gateway.url + path, body, { 'streamseal-run': 'wax' })
    expect(refused.status).toBe(400)
  })

  test('is not kept where the gateway keeps none, but for who asks', async () => {
    const gateway = await start({ STREAMSEAL_KEEP_V1: 'off' })
    const [plain, kept] = [
      await post(gateway.url + path, body),
      await post(gateway.url + path, body, { 'streamseal-run': 'keep' }),
    ]
    await Promise.all([plain.text(), kept.text()])
    expect(await runOf(gateway, idOf(plain))).toMatchObject({ error: { code: 'RUN_NOT_FOUND' } })
    expect(await runOf(gateway, idOf(kept))).toMatchObject({ state: 'complete' })
  })

  test.each([true, false])('stops when its reader leaves, the provider too (stream: %s)', async stream => {
    const { fake, gateway } = await startWith(stalling)
    const leaving = new AbortController()
    const headers = { 'streamseal-run': 'keep' }
    const asking = post(gateway.url + path, { ...body, model: 'm', stream }, headers, leaving.signal)
    asking.catch(() => undefined)
    await expect.poll(() => fake.open.size, patience).toBe(1)
    if (stream) await asking
    leaving.abort()
    await expect.poll(() => fake.open.size, patience).toBe(0)
  })
})

describe('/v1/chat/completions of a server of OpenAI’s dialect', () => {
  const path = '/v1/chat/completions'
  const body = { model: 'm', messages, seed: 7, vendor_option: { deep: [1] } }

  test('passes as it comes and is not kept, unless the request or the setting says so', async () => {
    const { fake, gateway } = await startWith(saying)
    const passed = await post(gateway.url + path, { ...body, stream: true })
    expect(await passed.text()).toContain('"system_fingerprint"')
    expect(await runOf(gateway, idOf(passed))).toMatchObject({ error: { code: 'RUN_NOT_FOUND' } })
    const kept = await post(gateway.url + path, { ...body, stream: true }, { 'streamseal-run': 'keep' })
    expect(await kept.text()).toContain('data: [DONE]')
    expect(await runOf(gateway, idOf(kept))).toMatchObject({ state: 'complete', route: path })
    expect(JSON.parse(fake.seen.at(-1)?.body ?? '')).toMatchObject({ seed: 7, vendor_option: { deep: [1] } })
    const always = await startWith(saying, { STREAMSEAL_KEEP_V1: 'on' })
    const response = await post(always.gateway.url + path, { ...body, stream: true })
    await response.text()
    expect(await runOf(always.gateway, idOf(response))).toMatchObject({ state: 'complete' })
  })

  test('passes with several choices or log-probabilities, and who wants those kept is told that they are not', async () => {
    const { gateway } = await startWith(saying, { STREAMSEAL_KEEP_V1: 'on' })
    for (const more of [{ n: 2 }, { logprobs: true }]) {
      const passed = await post(gateway.url + path, { ...body, ...more, stream: true })
      expect(await passed.text()).toContain('"system_fingerprint"')
      const refused = await post(gateway.url + path, { ...body, ...more }, { 'streamseal-run': 'keep' })
      expect([refused.status, await refused.json()]).toMatchObject([
        400,
        { error: { param: Object.keys(more)[0] } },
      ])
    }
  })
})

test('the official clients read a kept answer as any other, and a refusal with its own status', async () => {
  const { gateway } = await startWith(
    (response, request) => {
      if (!request.body.includes('limited')) return saying(response, request)
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '7' })
      response.end('{"error":{"message":"slow down","type":"rate_limit"}}')
    },
    { STREAMSEAL_KEEP_V1: 'on' },
  )
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'x', maxRetries: 0 })
  let text = ''
  const chunks = await openai.chat.completions.create({
    model: 'm',
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  })
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? ''
  expect(text).toContain('sentence')
  const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: 'x', maxRetries: 0 })
  const message = await anthropic.messages.create({
    model: 'm',
    max_tokens: 50,
    messages: [{ role: 'user', content: 'Hi' }],
  })
  expect(JSON.stringify(message.content)).toContain('sentence')
  const limited = openai.responses.create({ model: 'm', input: 'limited' })
  await expect(limited).rejects.toMatchObject({ status: 429, headers: expect.anything() })
  await limited.catch(error => expect(error.headers.get('retry-after')).toBe('7'))
})

describe('/generate-stream', () => {
  test('is a run that can be read again', async () => {
    const { gateway } = await startWith(saying)
    const response = await post(`${gateway.url}/generate-stream`, { prompt: 'Hi', request_id: 'r-1' })
    const text = await response.text()
    const id = idOf(response)
    expect(await runOf(gateway, id)).toMatchObject({ route: '/generate-stream', request_id: 'r-1' })
    expect(await textOf(gateway, id)).toBe(text)
  })

  test('stops when its reader leaves, unless the request says otherwise', async () => {
    const { fake, gateway } = await startWith(stalling)
    for (const [leave, open] of [
      ['cancel', 0],
      ['continue', 1],
    ] as const) {
      const leaving = new AbortController()
      const headers = { 'streamseal-leave': leave }
      const response = await post(`${gateway.url}/generate-stream`, { prompt: 'Hi' }, headers, leaving.signal)
      const id = idOf(response)
      await expect.poll(() => fake.open.size, patience).toBe(1)
      leaving.abort()
      await expect
        .poll(async () => (await runOf(gateway, id)).state, patience)
        .toBe(open === 1 ? 'running' : 'cancelled')
    }
  })
})
