/** Runs over real sockets: who leaves may come back, at any cursor, and the model is asked once. */
import { EventSource } from 'eventsource'
import { afterEach, describe, expect, test } from 'vitest'
import { chunkEvent, type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const words = Array.from({ length: 30 }, (_, index) => `word-${index} `)

/** A model that says some words, and the rest when it is let go. */
async function startModel(): Promise<{ fake: FakeOpenAI; letGo: () => void }> {
  let letGo = (): void => undefined
  const released = new Promise<void>(resolve => {
    letGo = resolve
  })
  const fake = await startFakeOpenAI(async response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const say = (content: string) => response.write(chunkEvent({ delta: { content }, finish_reason: null }))
    for (const word of words.slice(0, 10)) say(word)
    await released
    for (const word of words.slice(10)) say(word)
    response.end(`${chunkEvent({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`)
  })
  cleanUps.push(() => fake.close())
  return { fake, letGo: () => letGo() }
}

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(env)
  cleanUps.push(() => gateway.remove())
  return gateway
}

async function startWithModel(
  env: Record<string, string> = {},
): Promise<{ gateway: TestGateway; fake: FakeOpenAI; letGo: () => void }> {
  const { fake, letGo } = await startModel()
  const gateway = await start({ OPENAI_BASE_URL: fake.baseUrl, STREAMSEAL_MODEL: 'm', ...env })
  return { gateway, fake, letGo }
}

interface Frame {
  readonly id: string
  readonly content: string
  readonly metadata: Record<string, unknown>
  readonly is_final: boolean
  readonly error?: string
}

const framesIn = (text: string): Frame[] =>
  text
    .split('\n\n')
    .map(block => block.split('\n'))
    .filter(lines => lines.some(line => line.startsWith('data: ')))
    .map(lines => ({
      ...(JSON.parse(lines.find(line => line.startsWith('data: '))?.slice(6) ?? '{}') as Frame),
      id: lines.find(line => line.startsWith('id: '))?.slice(4) ?? '',
    }))

const textOf = (frames: readonly Frame[]): string => frames.map(({ content }) => content).join('')

/** Reads until the text holds `until`, and leaves. */
async function readUntil(response: Response, until: string): Promise<Frame[]> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (!text.includes(until)) text += decoder.decode((await reader.read()).value, { stream: true })
  await reader.cancel()
  return framesIn(text.slice(0, text.lastIndexOf('\n\n') + 2))
}

const post = (url: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

const json = async (response: Response): Promise<Record<string, unknown>> =>
  (await response.json()) as Record<string, unknown>

async function stateOf(gateway: TestGateway, id: string): Promise<unknown> {
  return (await json(await fetch(`${gateway.url}/runs/${id}`))).state
}

const patience = { timeout: 20_000 }

describe('an event stream', () => {
  test.each([
    ['GET', '/query/stream'],
    ['POST', '/query/stream'],
    ['POST', '/stream'],
  ])('of %s %s goes on after Last-Event-ID, and the model is asked once', async (method, path) => {
    const { gateway, fake, letGo } = await startWithModel()
    const ask = (headers: Record<string, string> = {}): Promise<Response> =>
      method === 'GET'
        ? fetch(`${gateway.url}${path}?query=Hi`, { headers })
        : post(`${gateway.url}${path}`, { query: 'Hi' }, headers)
    const first = await readUntil(await ask(), 'word-9 ')
    letGo()
    const lastId = first[4]?.id ?? ''
    const rest = framesIn(await (await ask({ 'last-event-id': lastId })).text())
    const text = textOf(first.slice(0, 5)) + textOf(rest)
    expect(rest.at(-1)).toMatchObject({ is_final: true, metadata: { final_response: text } })
    const report = await json(await post(`${gateway.url}/verify`, { text }))
    expect(report).toMatchObject({ status: 'intact', text: words.join('') })
    expect(fake.seen.map(({ path: asked }) => asked)).toEqual(['/v1/chat/completions'])
    // What has been read whole is over: 204 tells a browser to stay away.
    const ids = [rest.at(-1)?.id ?? '', lastId.split(':')[0] ?? '']
    for (const id of ids) expect((await ask({ 'last-event-id': id })).status).toBe(204)
    // What ended while its reader was away is read to its end.
    expect(textOf(framesIn(await (await ask({ 'last-event-id': lastId })).text()))).toBe(textOf(rest))
    expect(fake.seen).toHaveLength(1)
  })

  test.each(['none', '0123456789abcdef:3', 'nonsense'])(
    'answers the unknown Last-Event-ID "%s" with 204, and asks no model',
    async id => {
      const { gateway, fake } = await startWithModel()
      const headers = { 'last-event-id': id }
      expect((await fetch(`${gateway.url}/query/stream?query=Hi`, { headers })).status).toBe(204)
      expect((await post(`${gateway.url}/stream`, { query: 'Hi' }, headers)).status).toBe(204)
      expect(fake.seen).toEqual([])
    },
  )

  test('of a bare EventSource is one error frame, and the `eventsource` package stays away', async () => {
    const gateway = await start()
    const source = new EventSource(`${gateway.url}/query/stream`)
    const seen: Frame[] = []
    source.onmessage = ({ data }) => seen.push(JSON.parse(data))
    await expect.poll(() => source.readyState, patience).toBe(source.CLOSED)
    expect(seen).toEqual([{ content: '', metadata: {}, is_final: true, error: 'No query provided' }])
  })

  test('goes on without its reader, to its end; the text stays to be read', async () => {
    const { gateway, letGo } = await startWithModel()
    const response = await post(`${gateway.url}/stream`, { query: 'Hi' })
    const id = response.headers.get('streamseal-stream-id') ?? ''
    await readUntil(response, 'word-3 ')
    expect(await stateOf(gateway, id)).toBe('running')
    letGo()
    await expect.poll(() => stateOf(gateway, id), patience).toBe('complete')
    const run = await json(await fetch(`${gateway.url}/runs/${id}`))
    expect(run).toMatchObject({
      id,
      provider: 'openai-compatible',
      route: '/stream',
      finish_reason: 'stop',
      seal: { stream_id: id },
      metrics: { characters: expect.any(Number) },
    })
    const text = textOf(framesIn(await (await fetch(`${gateway.url}/runs/${id}/stream`)).text()))
    expect(await json(await post(`${gateway.url}/verify`, { text }))).toMatchObject({ status: 'intact' })
  })
})

describe('a run', () => {
  test('is read after any cursor, by header or ?after=, by several readers', async () => {
    const { gateway, letGo } = await startWithModel()
    letGo()
    const whole = framesIn(await (await post(`${gateway.url}/stream`, { query: 'Hi' })).text())
    const [id = '', cursor = ''] = (whole[6]?.id ?? '').split(':')
    const url = `${gateway.url}/runs/${id}/stream`
    const answers = await Promise.all([
      fetch(`${url}?after=${cursor}`),
      fetch(url, { headers: { 'last-event-id': `${id}:${cursor}` } }),
    ])
    for (const answer of answers) {
      expect(framesIn(await answer.text()).map(frame => frame.id)).toEqual(
        whole.slice(7).map(frame => frame.id),
      )
    }
    const end = whole.at(-1)?.id.split(':')[1]
    expect((await fetch(`${url}?after=${end}`)).status).toBe(204)
    expect((await fetch(url, { headers: { 'last-event-id': 'ffffffffffffffff:1' } })).status).toBe(400)
    expect((await fetch(`${url}?after=x`)).status).toBe(400)
  })

  test('is stopped by POST /runs/:id/cancel: its readers are told, the provider is let go, what came verifies', async () => {
    const { gateway, fake } = await startWithModel()
    const response = await post(`${gateway.url}/stream`, { query: 'Hi' })
    const id = response.headers.get('streamseal-stream-id') ?? ''
    const reading = response.text()
    const late = fetch(`${gateway.url}/runs/${id}/stream`)
    expect(await json(await post(`${gateway.url}/runs/${id}/cancel`))).toEqual({ id, cancelled: true })
    const frames = framesIn(await reading)
    expect(frames.at(-1)).toMatchObject({ is_final: true, metadata: { finish_reason: 'aborted' } })
    expect(textOf(framesIn(await (await late).text()))).toBe(textOf(frames))
    await expect.poll(() => fake.open.size, patience).toBe(0)
    expect(await stateOf(gateway, id)).toBe('cancelled')
    expect(await json(await post(`${gateway.url}/runs/${id}/cancel`))).toEqual({ id, cancelled: false })
    const report = await json(await post(`${gateway.url}/verify`, { text: textOf(frames) }))
    expect(report.status).toBe('intact')
  })

  test('that is not sealed has no seal, no header that names one, and is read again all the same', async () => {
    const { gateway, letGo } = await startWithModel()
    letGo()
    const response = await post(`${gateway.url}/stream`, { query: 'Hi', seal: 'off' })
    expect(response.headers.get('streamseal-stream-id')).toBeNull()
    const frames = framesIn(await response.text())
    expect(textOf(frames)).toBe(words.join(''))
    const id = frames[0]?.id.split(':')[0] ?? ''
    const again = await fetch(`${gateway.url}/runs/${id}/stream`)
    expect(again.headers.get('streamseal-stream-id')).toBeNull()
    expect(textOf(framesIn(await again.text()))).toBe(words.join(''))
  })

  test('that is not kept is 404, on every route', async () => {
    const gateway = await start()
    const url = `${gateway.url}/runs/0123456789abcdef`
    for (const response of [await fetch(url), await fetch(`${url}/stream`), await post(`${url}/cancel`)]) {
      expect([response.status, await json(response)]).toMatchObject([
        404,
        { error: { code: 'RUN_NOT_FOUND' } },
      ])
    }
  })

  test('needs the key where there is one', async () => {
    const { gateway, letGo } = await startWithModel({
      STREAMSEAL_API_KEY: 'sk-gateway',
      OPENAI_API_KEY: 'sk-p',
    })
    letGo()
    const headers = { authorization: 'Bearer sk-gateway' }
    const response = await post(`${gateway.url}/stream`, { query: 'Hi' }, headers)
    await response.text()
    const url = `${gateway.url}/runs/${response.headers.get('streamseal-stream-id')}`
    for (const path of [url, `${url}/stream`]) {
      expect((await fetch(path)).status).toBe(401)
      expect((await fetch(path, { headers })).status).toBe(200)
    }
    expect((await post(`${url}/cancel`)).status).toBe(401)
  })

  test('is told as cut where the gateway stops, and is there after the next start', async () => {
    const { fake } = await startModel()
    const env = { OPENAI_BASE_URL: fake.baseUrl, STREAMSEAL_MODEL: 'm' }
    const gateway = await start(env)
    const response = await post(`${gateway.url}/stream`, { query: 'Hi' })
    const id = response.headers.get('streamseal-stream-id') ?? ''
    const reading = response.text()
    await gateway.stop()
    const frames = framesIn(await reading)
    expect(frames.at(-1)).toMatchObject({ is_final: true, metadata: { code: 'SHUTTING_DOWN' } })
    const next = await start({ ...env, STREAMSEAL_DATA_DIR: gateway.dataDirectory })
    expect(await stateOf(next, id)).toBe('failed')
    const again = framesIn(await (await fetch(`${next.url}/runs/${id}/stream`)).text())
    expect(textOf(again)).toBe(textOf(frames))
  })
})

test('one key may have so many answers under way, and one more is told to come back', async () => {
  const { gateway, letGo } = await startWithModel({ STREAMSEAL_MAX_STREAMS_PER_KEY: '1' })
  const mine = { authorization: 'Bearer mine' }
  const ask = (headers: Record<string, string>): Promise<Response> =>
    post(`${gateway.url}/stream`, { query: 'Hi', model: 'm' }, headers)
  const first = await ask(mine)
  const refused = await ask(mine)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  expect(await json(refused)).toMatchObject({ error: { code: 'RATE_LIMITED', retryable: true } })
  const others = await ask({ authorization: 'Bearer theirs' })
  expect(others.status).toBe(200)
  letGo()
  await Promise.all([first.text(), others.text()])
  await expect.poll(async () => (await ask(mine)).status, patience).toBe(200)
})
