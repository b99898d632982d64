/** What is logged at its most talkative: every route, well and ill, with secrets and prompts in every place; then the log is searched. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startFakeProvider } from './fake-providers.ts'
import { buildMain, type Ended, type Running, removeData, start } from './run-streamseal.ts'

/** Each stands somewhere that a careless log would print. */
const words = {
  clientKey: 'sk-client-hunter2-a',
  providerKey: 'sk-provider-hunter2-b',
  prompt: 'hunter2-c the prompt of somebody',
  answer: 'hunter2-d the answer to somebody. It goes on for a while, so that it has several pieces.',
  refusal: 'hunter2-e what a provider quotes of a prompt',
  query: 'hunter2-f-in-a-query',
  path: 'hunter2-g-in-a-path',
  header: 'hunter2-h-in-a-header',
  webhookSecret: `whsec_${Buffer.from('hunter2-i-hunter2-i-hunter2').toString('base64')}`,
}

let main: string
let gateway: Running
let url: string
let provider: Awaited<ReturnType<typeof startFakeProvider>>
let ended: Ended | undefined

beforeAll(async () => {
  main = await buildMain()
  provider = await startFakeProvider(({ body }) => {
    const asked = JSON.stringify(body)
    if (asked.includes('gpt-refused'))
      return {
        status: 400,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ error: { message: words.refusal } }),
      }
    if (asked.includes('gpt-page'))
      return { status: 500, headers: { 'content-type': 'text/html' }, body: `<p>${words.refusal}</p>` }
    if (asked.includes('gpt-garbage')) return { body: `data: ${words.refusal}\n\n` }
    if (asked.includes('gpt-inside'))
      return { body: `data: ${JSON.stringify({ error: { message: words.refusal } })}\n\n` }
    if (asked.includes('gpt-cut'))
      return {
        body: `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: words.answer } }] })}\n\n`,
      }
    return { text: words.answer }
  })
  gateway = start(main, ['serve'], {
    PORT: '0',
    STREAMSEAL_LOG_LEVEL: 'trace',
    STREAMSEAL_API_KEY: words.clientKey,
    STREAMSEAL_SHUTDOWN_GRACE_MS: '200',
    STREAMSEAL_WEBHOOK_PRIVATE: 'on',
    STREAMSEAL_MAX_BODY_BYTES: '20000',
    OPENAI_BASE_URL: `${provider.url}/v1`,
    OPENAI_API_KEY: words.providerKey,
    ANTHROPIC_BASE_URL: provider.url,
    ANTHROPIC_API_KEY: words.providerKey,
  })
  const [, port] = await gateway.waitFor(/listens on http:\/\/localhost:(\d+)[\s\S]*access/)
  url = `http://127.0.0.1:${port}`
}, 60_000)

afterAll(async () => {
  gateway?.child.kill('SIGKILL')
  await provider?.close()
  removeData()
})

const models = [
  'gpt-test',
  'gpt-refused',
  'gpt-page',
  'gpt-garbage',
  'gpt-inside',
  'gpt-cut',
  'claude-test',
  'claude-gpt-refused',
  'claude-gpt-inside',
]

/** Requests of every route; the last ones are ill. */
function requests(): [method: string, path: string, body?: unknown][] {
  const messages = [{ role: 'user', content: words.prompt }]
  return [
    ...models.flatMap((model): [string, string, unknown][] =>
      [true, false].flatMap((stream): [string, string, unknown][] => [
        ['POST', '/v1/chat/completions', { model, stream, messages }],
        ['POST', '/v1/responses', { model, stream, input: words.prompt }],
        ['POST', '/v1/messages', { model, stream, max_tokens: 99, messages }],
      ]),
    ),
    ...models.flatMap((model): [string, string, unknown][] => [
      ['POST', '/query/stream', { query: words.prompt, model }],
      ['POST', '/stream', { messages, model }],
      ['POST', '/generate-stream', { prompt: words.prompt, model, request_id: words.query }],
      [
        'POST',
        '/api/chat',
        {
          id: words.path,
          model,
          messages: [{ role: 'user', parts: [{ type: 'text', text: words.prompt }] }],
        },
      ],
    ]),
    ['POST', '/webhooks', { url: `http://127.0.0.1:9/${words.path}`, secret: words.webhookSecret }],
    ['POST', '/webhooks', { url: words.query }],
    ['GET', '/webhooks'],
    ['DELETE', `/webhooks/${words.path}`],
    ['GET', `/query/stream?query=${words.query}&model=gpt-test`],
    ['GET', `/generate-stream?prompt=${words.query}&model=${words.query}`],
    ['GET', `/runs/${words.path}`],
    ['GET', `/runs/${words.path}/stream?after=${words.query}`],
    ['POST', `/runs/${words.path}/cancel`],
    ['GET', `/api/chat/${words.path}/stream`],
    ['POST', '/verify', { text: words.answer, detached: words.query }],
    ['POST', '/strip', { text: words.answer }],
    ['POST', '/seal', { text: words.answer, model: words.query, request_id: words.query }],
    ['POST', '/v1/embeddings', { model: 'gpt-refused', input: words.prompt }],
    ['POST', '/v1/messages/count_tokens', { model: 'claude-test', messages }],
    ['GET', '/v1/models'],
    ['GET', `/v1/files/${words.path}`],
    ['GET', `/${words.path}?${words.query}`],
    ['PUT', `/verify?${words.query}`],
    ['POST', '/v1/chat/completions', { model: 7, messages: [words.prompt] }],
    ['POST', '/v1/chat/completions', `{"model": "${words.prompt}`],
    ['POST', '/stream', { query: { deep: words.prompt } }],
    ['POST', '/strip', { text: words.prompt.repeat(1000) }],
  ]
}

async function send(
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<void> {
  const response = await fetch(url + path, {
    method,
    signal: AbortSignal.timeout(20_000),
    headers: {
      'content-type': 'application/json',
      'x-custom': words.header,
      cookie: words.header,
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }).catch(() => undefined)
  await response?.text().catch(() => undefined)
}

function socketSays(path: string, message: unknown): Promise<void> {
  return new Promise(resolve => {
    const key = Buffer.from(words.clientKey).toString('base64url')
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, [
      'streamseal',
      `streamseal.key.${key}`,
    ])
    const done = (): void => {
      socket.close()
      resolve()
    }
    socket.onopen = () => socket.send(JSON.stringify(message))
    socket.onerror = () => resolve()
    socket.onmessage = ({ data }) => {
      if (/"(?:complete|error|end)"/.test(String(data))) done()
    }
  })
}

describe('at the level trace', () => {
  test('no route and no fault puts a key, a prompt, an answer or the words of a provider into the log', async () => {
    const right = { authorization: `Bearer ${words.clientKey}` }
    const all = requests()
    for (let i = 0; i < all.length; i += 8) {
      await Promise.all(all.slice(i, i + 8).map(([method, path, body]) => send(method, path, body, right)))
    }
    await Promise.all([
      send('POST', '/strip', { text: words.prompt }, { 'content-type': 'text/plain' }),
      send('GET', '/v1/models', undefined, { authorization: `Bearer ${words.query}` }),
      send('GET', '/v1/models', undefined, { ...right, origin: `https://${words.query}.example` }),
      send('POST', '/stream', { query: words.prompt }, { ...right, 'last-event-id': words.query }),
      send('POST', '/stream', { query: words.prompt }, { ...right, 'streamseal-seal': words.query }),
    ])
    for (const path of ['/query/ws', '/ws', '/chat/ws'])
      for (const model of ['gpt-test', 'gpt-inside'])
        await socketSays(path, { query: words.prompt, message: words.prompt, model })
    gateway.child.kill('SIGTERM')
    ended = await gateway.ended
    expect(ended.code).toBe(0)
    const log = ended.stdout + ended.stderr
    const lines = log.split('\n').filter(line => line.startsWith('{'))
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
    expect(lines.filter(line => line.includes('hunter2'))).toEqual([])
    expect(log).not.toContain('hunter2')
    expect(log).not.toContain(words.webhookSecret)
  }, 120_000)
})
