/** C2PA in a running gateway: answers signed on every route, and what `POST /verify` says of them. */
import { on, once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import {
  type C2paReport,
  createC2paSigner,
  createDevelopmentChain,
  signText,
  stripText,
} from '@streamseal/c2pa'
import { type Report, strip } from '@streamseal/seal'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type ChainFiles, chainFilesIn, writeDevelopmentChain } from '../src/c2pa/development-files.ts'
import { readConfig } from '../src/config/read-config.ts'
import { startGateway } from '../src/start-gateway.ts'
import { startLines } from '../src/start-lines.ts'
import { type Answer, sendEvents, sendJson, startFakeOpenAI, textEvents } from './fake-openai.ts'
import { startFakeProvider } from './fake-providers.ts'
import { type Authority, hasOpenssl, startAuthority } from './start-authority.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const prose =
  'The cat sat on the mat. It was warm there, and nobody came by for a long while. Später kam der Hund, und es wurde laut. '
    .repeat(8)
    .trim()
const code = '```ts\nexport const answer = 42\n```'
const messages = [{ role: 'user' as const, content: 'Hello' }]

let folder: string
let files: ChainFiles
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'streamseal-c2pa-'))
  files = await writeDevelopmentChain(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

type Env = Record<string, string>
const configured = (): Env => ({
  STREAMSEAL_C2PA_CERT: files.certificatePath,
  STREAMSEAL_C2PA_KEY: files.keyPath,
  STREAMSEAL_C2PA_TRUST: files.trustPath,
  STREAMSEAL_C2PA_DEVELOPMENT: '1',
})

async function startGatewayWith(env: Env): Promise<TestGateway> {
  const gateway = await startTestGateway(env)
  cleanups.push(() => gateway.remove())
  return gateway
}

async function startRelay(answer: Answer, env: Env): Promise<{ gateway: TestGateway; client: OpenAI }> {
  const upstream = await startFakeOpenAI(answer)
  cleanups.push(() => upstream.close())
  const gateway = await startGatewayWith({ OPENAI_BASE_URL: upstream.baseUrl, ...env })
  return { gateway, client: new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-client', maxRetries: 0 }) }
}

const post = (gateway: TestGateway, path: string, body: object, headers: Env = {}): Promise<Response> =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

type Verdict = Report & { c2pa: Omit<C2paReport, 'text'> }

async function verify(gateway: TestGateway, text: string, more: object = {}): Promise<Verdict> {
  const response = await post(gateway, '/verify', { text, ...more })
  expect(response.status).toBe(200)
  return (await response.json()) as Verdict
}

async function stream(client: OpenAI, model = 'gpt-5-mini'): Promise<string> {
  let text = ''
  for await (const chunk of await client.chat.completions.create({ model, messages, stream: true }))
    text += chunk.choices[0]?.delta.content ?? ''
  return text
}

/** What a model answers on every route, by route. */
async function answersOf(gateway: TestGateway, model: string): Promise<Record<string, string>> {
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
  const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: 'none', maxRetries: 0 })
  const frames = await (await post(gateway, '/query/stream', { query: 'Hello', model })).text()
  const ofQuery = frames
    .split('\n')
    .filter(line => line.startsWith('data: '))
    .map(line => (JSON.parse(line.slice(6)) as { content: string }).content)
    .join('')
  const response = await openai.responses.create({ model, input: 'Hello' })
  let deltas = ''
  for await (const event of await openai.responses.create({ model, input: 'Hello', stream: true }))
    if (event.type === 'response.output_text.delta') deltas += event.delta
  const message = anthropic.messages.stream({ model, max_tokens: 1000, messages })
  return {
    '/v1/chat/completions': await stream(openai, model),
    '/generate-stream': await (await post(gateway, '/generate-stream', { prompt: 'Hello', model })).text(),
    '/query/stream': ofQuery,
    '/query/ws': await ofSocket(gateway, model),
    '/v1/responses': response.output_text,
    '/v1/responses, streamed': deltas,
    '/v1/messages': await message.finalText(),
  }
}

async function ofSocket(gateway: TestGateway, model: string): Promise<string> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/query/ws`)
  cleanups.push(async () => socket.terminate())
  await once(socket, 'open')
  socket.send(JSON.stringify({ query: 'Hello', model }))
  for await (const [data] of on(socket, 'message')) {
    const said = JSON.parse(String(data)) as { type: string; content: string }
    if (said.type === 'complete') return said.content
  }
  throw new Error('The socket was closed before the answer was complete')
}

describe('stored', () => {
  test('a streamed answer carries nothing more, and its manifest is found by its text', async () => {
    const { gateway, client } = await startRelay(r => sendEvents(r, textEvents(prose)), configured())
    const text = await stream(client)
    expect(stripText(text)).toBe(text)
    expect(strip(text)).toBe(prose)
    const { status, c2pa } = await verify(gateway, text)
    expect(status).toBe('intact')
    expect(c2pa).toMatchObject({ state: 'trusted', foundIn: 'store', content: 'intact' })
    expect(c2pa.manifest?.models).toEqual(['gpt-4o-mini-2024-07-18'])
    expect(c2pa.manifest?.actions).toMatchObject([
      { action: 'c2pa.created', digitalSourceType: 'trainedAlgorithmicMedia' },
    ])
    expect(c2pa).not.toHaveProperty('text')
  })

  test('an altered answer is found by its marks, and C2PA says that it was altered', async () => {
    const { gateway, client } = await startRelay(r => sendEvents(r, textEvents(prose)), configured())
    const { status, seals, c2pa } = await verify(gateway, (await stream(client)).replace('cat', 'dog'))
    expect(status).toBe('altered')
    expect(c2pa).toMatchObject({ state: 'invalid', foundIn: 'store', content: 'altered' })
    expect(c2pa.failure.map(each => each.code)).toContain('assertion.dataHash.mismatch')
    expect(c2pa.unverified?.streamIds).toEqual([seals[0]?.streamId])
  })

  test('an answer in one piece, and each of several choices, have theirs', async () => {
    const contents = [prose, `${prose} Or so they say.`]
    const choices = contents.map((content, index) => ({
      index,
      message: { role: 'assistant', content },
      finish_reason: 'stop',
    }))
    const body = { id: 'c1', object: 'chat.completion', model: 'gpt-4o-mini', choices }
    const { gateway, client } = await startRelay(r => sendJson(r, 200, body), configured())
    const answer = await client.chat.completions.create({ model: 'gpt-5-mini', messages, n: 2 })
    for (const { message } of answer.choices) {
      const { c2pa } = await verify(gateway, message.content ?? '')
      expect(c2pa).toMatchObject({ state: 'trusted', manifest: { models: ['gpt-4o-mini'] } })
    }
  })

  test('every route of the built-in model has its answers signed, as written by people', async () => {
    const gateway = await startGatewayWith(configured())
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
    const frames = await (await post(gateway, '/query/stream', { query: 'Hello' })).text()
    const ofQuery = frames
      .split('\n')
      .filter(line => line.startsWith('data: '))
      .map(line => (JSON.parse(line.slice(6)) as { content: string }).content)
      .join('')
    const whole = await client.chat.completions.create({ model: 'demo', messages })
    const answers = {
      '/v1/chat/completions': await stream(client, 'demo'),
      'the same in one piece': whole.choices[0]?.message.content ?? '',
      '/generate-stream': await (await post(gateway, '/generate-stream', { prompt: 'Hello' })).text(),
      '/query/stream': ofQuery,
    }
    for (const [route, text] of Object.entries(answers)) {
      const { status, c2pa } = await verify(gateway, text)
      expect(status, route).toBe('intact')
      expect(c2pa, route).toMatchObject({ state: 'trusted', foundIn: 'store', content: 'intact' })
      expect(c2pa.manifest?.actions[0]?.digitalSourceType, route).toBe('digitalCreation')
    }
  })

  test('manifests outlive the gateway that made them', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'streamseal-kept-'))
    cleanups.push(async () => rmSync(dataDirectory, { recursive: true, force: true }))
    const env = { ...configured(), STREAMSEAL_DATA_DIR: dataDirectory, STREAMSEAL_API_KEY: 'secret' }
    const first = await startTestGateway(env)
    const sealed = await post(first, '/seal', { text: code, model: 'm' }, { authorization: 'Bearer secret' })
    const { text } = (await sealed.json()) as { text: string }
    await first.stop()
    const second = await startTestGateway(env)
    cleanups.push(() => second.stop())
    expect((await verify(second, text)).c2pa).toMatchObject({ state: 'trusted', foundIn: 'store' })
  })
})

describe('embedded', () => {
  const embedded = (): Env => ({ ...configured(), STREAMSEAL_C2PA: 'embedded' })

  test('a streamed answer ends in our closing and then the wrapper, and both verify', async () => {
    const { gateway, client } = await startRelay(r => sendEvents(r, textEvents(prose)), embedded())
    const text = await stream(client)
    expect(text.length).toBeGreaterThan(stripText(text).length)
    expect(text.startsWith(stripText(text))).toBe(true)
    const { status, c2pa } = await verify(gateway, text)
    expect(status).toBe('intact')
    expect(c2pa).toMatchObject({ state: 'trusted', foundIn: 'wrapper', content: 'intact' })
    const altered = await verify(gateway, text.replace('cat', 'dog'))
    expect(altered.status).toBe('altered')
    expect(altered.c2pa).toMatchObject({ state: 'invalid', content: 'altered' })
  })

  test('POST /seal returns the text with both', async () => {
    const gateway = await startGatewayWith({ ...embedded(), STREAMSEAL_API_KEY: 'secret' })
    const sealed = await post(
      gateway,
      '/seal',
      { text: prose, model: 'm' },
      { authorization: 'Bearer secret' },
    )
    const { text } = (await sealed.json()) as { text: string }
    const { status, c2pa } = await verify(gateway, text)
    expect(status).toBe('intact')
    expect(c2pa).toMatchObject({ state: 'trusted', foundIn: 'wrapper' })
  })

  test('every route of the built-in model ends its answers with the wrapper', async () => {
    const gateway = await startGatewayWith(embedded())
    const answers = await answersOf(gateway, 'demo')
    expect(Object.keys(answers)).toHaveLength(7)
    for (const [route, text] of Object.entries(answers)) {
      expect(text.startsWith(stripText(text)) && stripText(text) !== text, route).toBe(true)
      const { status, c2pa } = await verify(gateway, text)
      expect(status, route).toBe('intact')
      expect(c2pa, route).toMatchObject({ state: 'trusted', foundIn: 'wrapper', content: 'intact' })
      expect(c2pa.manifest, route).toMatchObject({ models: ['demo'] })
    }
  })

  test.each([
    ['claude-test', 'auto', 'claude-test-1'],
    ['gpt-test', 'native', 'gpt-test-1'],
    ['gpt-test', 'chat', 'gpt-test-1'],
  ])('so does every route of %s (%s)', async (model, api, named) => {
    const provider = await startFakeProvider(() => ({ text: prose }))
    cleanups.push(() => provider.close())
    const gateway = await startGatewayWith({
      ANTHROPIC_BASE_URL: provider.url,
      ANTHROPIC_API_KEY: 'sk-ant',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      OPENAI_API_KEY: 'sk-openai',
      STREAMSEAL_RESPONSES: api,
      ...embedded(),
    })
    for (const [route, text] of Object.entries(await answersOf(gateway, model))) {
      expect(strip(stripText(text)), route).toBe(prose)
      const { status, c2pa } = await verify(gateway, text)
      expect(status, route).toBe('intact')
      expect(c2pa, route).toMatchObject({ state: 'trusted', foundIn: 'wrapper', content: 'intact' })
      expect(c2pa.manifest?.models, route).toEqual([named])
    }
  })

  test('what stands beside the text, or is JSON, is not touched: its manifest is kept', async () => {
    const gateway = await startGatewayWith(embedded())
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
    const format = { type: 'json_object' as const }
    const answer = await client.chat.completions.create({ model: 'demo', messages, response_format: format })
    const json = answer.choices[0]?.message.content ?? ''
    expect(JSON.parse(json)).toHaveProperty('model')
    expect((await verify(gateway, json)).c2pa).toMatchObject({ state: 'trusted', foundIn: 'store' })
  })

  test('a signer that fails costs an answer of a run nothing but its manifest', async () => {
    const gateway = await startGatewayWith({ ...embedded(), STREAMSEAL_MAX_EVENT_BYTES: '2048' })
    const text = await (await post(gateway, '/generate-stream', { prompt: 'Hello' })).text()
    expect(text.length).toBeGreaterThan(2048)
    const { status, c2pa } = await verify(gateway, text)
    expect(status).toBe('intact')
    expect(c2pa.state).toBe('unmarked')
  })

  test('a wrapper that comes back in a conversation is not sent to the model', async () => {
    const upstream = await startFakeOpenAI(r => sendEvents(r, textEvents(prose)))
    cleanups.push(() => upstream.close())
    const gateway = await startGatewayWith({ OPENAI_BASE_URL: upstream.baseUrl, ...embedded() })
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-client', maxRetries: 0 })
    const first = await stream(client)
    await client.chat.completions.create({
      model: 'gpt-5-mini',
      messages: [...messages, { role: 'assistant', content: first }, ...messages],
      stream: true,
    })
    expect(JSON.parse(upstream.seen[1]?.body ?? '')).toMatchObject({
      messages: [messages[0], { role: 'assistant', content: prose }, messages[0]],
    })
  })

  test('a text that ends in code is not touched: its manifest is kept', async () => {
    const { gateway, client } = await startRelay(r => sendEvents(r, textEvents(code)), embedded())
    const text = await stream(client)
    expect(text).toBe(code)
    expect((await verify(gateway, text)).c2pa).toMatchObject({ state: 'trusted', foundIn: 'store' })
  })
})

describe('POST /verify', () => {
  test('says that a text carries nothing, and shows others’ manifests without believing them', async () => {
    const gateway = await startGatewayWith({})
    expect((await verify(gateway, prose)).c2pa).toMatchObject({ state: 'unmarked', failure: [] })
    const { privateKey, chain } = await createDevelopmentChain()
    const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
    const { text } = await signText(prose, { signer, claims: { model: 'theirs' } })
    const { status, c2pa } = await verify(gateway, text)
    expect(status).toBe('unsealed')
    expect(c2pa).toMatchObject({ state: 'valid', content: 'intact', manifest: { models: ['theirs'] } })
  })
})

describe.skipIf(!hasOpenssl)(hasOpenssl ? 'time-stamps' : 'time-stamps, skipped: no openssl', () => {
  let authority: Authority
  beforeAll(async () => {
    authority = await startAuthority()
  })
  afterAll(() => authority.close())
  const stamped = (): Env => ({
    ...configured(),
    STREAMSEAL_C2PA_TSA: authority.url,
    STREAMSEAL_C2PA_TSA_PRIVATE: 'on',
    STREAMSEAL_C2PA_TSA_TRUST: authority.rootPath,
  })

  test.each(['stored', 'embedded'])('%s: an authority states when an answer was signed', async mode => {
    const gateway = await startGatewayWith({ ...stamped(), STREAMSEAL_C2PA: mode })
    const text = await (await post(gateway, '/generate-stream', { prompt: 'Hello' })).text()
    const { status, c2pa } = await verify(gateway, text)
    expect(status).toBe('intact')
    expect(c2pa).toMatchObject({ state: 'trusted', signer: { timestamp: { trusted: true } } })
  })

  test.each([
    ['cannot be reached', { STREAMSEAL_C2PA_TSA: 'http://127.0.0.1:9/' }],
    ['has a private address', { STREAMSEAL_C2PA_TSA_PRIVATE: 'off' }],
  ])('an authority that %s costs an answer its time-stamp and no more', async (_why, env) => {
    const gateway = await startGatewayWith({ ...stamped(), STREAMSEAL_C2PA: 'embedded', ...env })
    const text = await (await post(gateway, '/generate-stream', { prompt: 'Hello' })).text()
    const { status, c2pa } = await verify(gateway, text)
    expect(status).toBe('intact')
    expect(c2pa).toMatchObject({ state: 'trusted', foundIn: 'wrapper' })
    expect(c2pa.signer?.timestamp).toBeUndefined()
  })
})

describe('what goes wrong', () => {
  test('an answer that is too long to be signed arrives whole and sealed', async () => {
    const long = `${prose}\n\n`.repeat(20).trim()
    const { gateway, client } = await startRelay(r => sendEvents(r, textEvents(long, 400)), {
      ...configured(),
      STREAMSEAL_MAX_EVENT_BYTES: '2048',
    })
    const text = await stream(client)
    expect(strip(text)).toBe(long)
    const { status, c2pa } = await verify(gateway, text)
    expect(status).toBe('intact')
    expect(c2pa.state).toBe('unmarked')
  })

  test('an answer that carries another’s wrapper already arrives as it is', async () => {
    const { privateKey, chain } = await createDevelopmentChain()
    const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
    const theirs = (await signText(prose, { signer, claims: {} })).text
    const { client } = await startRelay(r => sendEvents(r, textEvents(theirs, 10_000)), {
      ...configured(),
      STREAMSEAL_C2PA: 'embedded',
    })
    expect(stripText(strip(await stream(client)))).toBe(prose)
  })

  test.each([
    ['STREAMSEAL_C2PA_CERT', { STREAMSEAL_C2PA_CERT: '/no/such.pem', STREAMSEAL_C2PA_KEY: '/no/such.pem' }],
    ['STREAMSEAL_C2PA_TRUST', { STREAMSEAL_C2PA_TRUST: '/no/such.pem' }],
  ])('a file that %s names and nobody can read stops the start', async (variable, env) => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'streamseal-broken-'))
    cleanups.push(async () => rmSync(dataDirectory, { recursive: true, force: true }))
    const config = readConfig({ PORT: '0', STREAMSEAL_DATA_DIR: dataDirectory, ...env })
    await expect(startGateway(config)).rejects.toMatchObject({ code: 'INVALID_CONFIG', variable })
  })

  test('certificates for development sign only where that is said', async () => {
    const env = { ...configured(), STREAMSEAL_C2PA_DEVELOPMENT: '0' }
    await expect(startTestGateway(env)).rejects.toThrow(/development certificate/)
  })
})

test('a gateway for development makes its own chain once, says so, and trusts it', async () => {
  const env = { STREAMSEAL_C2PA_DEVELOPMENT: '1', STREAMSEAL_API_KEY: 'secret' }
  const gateway = await startGatewayWith(env)
  expect(startLines(gateway, readConfig(env)).join('\n')).toContain(
    'manifests are stored, with certificates for DEVELOPMENT ONLY',
  )
  const { keyPath } = chainFilesIn(join(gateway.dataDirectory, 'c2pa'))
  expect(statSync(keyPath).mode & 0o777).toBe(0o600)
  const sealed = await post(gateway, '/seal', { text: prose, model: 'm' }, { authorization: 'Bearer secret' })
  const { c2pa } = await verify(gateway, ((await sealed.json()) as { text: string }).text)
  expect(c2pa).toMatchObject({ state: 'trusted', signer: { development: true } })
})

test('a gateway without certificates signs nothing', async () => {
  const gateway = await startGatewayWith({ STREAMSEAL_API_KEY: 'secret' })
  const sealed = await post(gateway, '/seal', { text: prose, model: 'm' }, { authorization: 'Bearer secret' })
  const { text } = (await sealed.json()) as { text: string }
  expect((await verify(gateway, text)).c2pa.state).toBe('unmarked')
  expect(existsSync(join(gateway.dataDirectory, 'c2pa'))).toBe(false)
})
