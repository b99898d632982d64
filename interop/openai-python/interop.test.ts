import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { strip, trustList, verify } from '@streamseal/seal'
import { type Gateway, readConfig, startGateway } from 'streamseal'
import { afterAll, beforeAll, expect, test } from 'vitest'

const here = fileURLToPath(new URL('.', import.meta.url))
const python = fileURLToPath(new URL('../../.cache/interop-openai-python/venv/bin/python', import.meta.url))
const [, pinned] = /^openai==(.+)$/m.exec(readFileSync(join(here, 'requirements.txt'), 'utf8')) ?? []

interface Streamed {
  text: string
  arguments: string
  finish: string | null
  usage: { completion_tokens: number } | null
  seal: { stream_id: string; detached?: string } | null
}

interface Failure {
  text: string
  error: string | null
  status?: number | null
  code?: string | null
}

interface Found {
  version: string
  models: string[]
  streamed: Streamed
  asynchronous: Streamed
  helper: { text: string; whole: string }
  whole: Pick<Streamed, 'text' | 'finish' | 'seal'>
  tools: Streamed
  responses: { text: string; types: string[]; whole: string | null; seal: Streamed['seal'] }
  passed: string[]
  busy: Failure
  broken: Failure
  cut: Failure
  left: string
}

const sse = { 'content-type': 'text/event-stream' }
const chunk = (delta: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'gpt-test',
    choices: [{ index: 0, delta, finish_reason }],
  })}\n\n`
const half = chunk({ role: 'assistant', content: 'The tide comes in twice a day. ' })
const call = (more: object): string => chunk({ tool_calls: [{ index: 0, ...more }] })

const prose = 'The tide comes in twice a day. Nobody asks it to, and it never stays for long. '
  .repeat(9)
  .trim()

/** An answer of the Responses API, as OpenAI streams it. */
const responsesEvents: { type: string; [member: string]: unknown }[] = (() => {
  const part = { type: 'output_text', text: prose, annotations: [], logprobs: [] }
  const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] }
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1_760_000_000,
    model: 'gpt-test',
    status: 'in_progress',
    output: [] as object[],
    tools: [],
    parallel_tool_calls: true,
    tool_choice: 'auto',
  }
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  const opened = { output_index: 0, item: { ...item, status: 'in_progress', content: [] } }
  return [
    { type: 'response.created', response },
    { type: 'response.output_item.added', ...opened },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...(prose.match(/.{1,40}/gs) ?? []).map(delta => ({
      type: 'response.output_text.delta',
      ...at,
      delta,
      logprobs: [],
    })),
    { type: 'response.output_text.done', ...at, text: prose, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { ...response, status: 'completed', output: [item] } },
  ]
})()
const usage = { prompt_tokens: 9, completion_tokens: 150, total_tokens: 159 }
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'gpt-test',
  choices: [{ index: 0, message: { role: 'assistant', content: prose }, finish_reason: 'stop' }],
  usage,
}

const endless = new Set<ServerResponse>()
const answers: Record<string, (response: ServerResponse) => void> = {
  'gpt-test': response => {
    response.write(chunk({ role: 'assistant', content: '' }))
    for (const content of prose.match(/\s?\S+/g) ?? []) response.write(chunk({ content }))
    response.write(chunk({}, 'stop'))
    const { id, created, model } = completion
    const last = { id, object: 'chat.completion.chunk', created, model, choices: [], usage }
    response.end(`data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`)
  },
  'gpt-tools': response => {
    response.write(call({ id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }))
    response.write(call({ function: { arguments: '{"at":' } }))
    response.write(call({ function: { arguments: '1}' } }))
    response.end(`${chunk({}, 'tool_calls')}data: [DONE]\n\n`)
  },
  'gpt-broken': response => {
    response.end(
      `${half}data: {"error":{"message":"It broke","type":"server_error","code":"server_error"}}\n\n`,
    )
  },
  'gpt-cut': response => {
    response.write(half, () => response.destroy())
  },
  'gpt-endless': response => {
    endless.add(response)
    response.on('close', () => endless.delete(response))
    const timer = setInterval(() => response.write(half), 20)
    response.on('close', () => clearInterval(timer))
  },
}

/** OpenAI, as far as these cases need it. */
const upstream = createServer(async (request, response) => {
  let body = ''
  for await (const piece of request) body += piece
  const { model = '', stream } = JSON.parse(body || '{}') as { model?: string; stream?: boolean }
  if (request.url === '/v1/models') {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end('{"object":"list","data":[{"id":"gpt-test","object":"model","created":1,"owned_by":"me"}]}')
  } else if (model === 'gpt-busy') {
    response.writeHead(429, { 'content-type': 'application/json' })
    response.end(
      '{"error":{"message":"Slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}',
    )
  } else if (request.url === '/v1/responses') {
    response.writeHead(200, sse)
    for (const [number, event] of responsesEvents.entries()) {
      const said = { ...event, sequence_number: number }
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(said)}\n\n`)
    }
    response.end()
  } else if (stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion))
  } else {
    response.writeHead(200, sse)
    answers[model]?.(response)
  }
})

const dataDirectory = mkdtempSync(join(tmpdir(), 'streamseal-python-'))
let gateway: Gateway
let found: Found

beforeAll(async () => {
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  gateway = await startGateway(
    readConfig({
      PORT: '0',
      STREAMSEAL_DATA_DIR: dataDirectory,
      STREAMSEAL_LOG_LEVEL: 'silent',
      STREAMSEAL_SHUTDOWN_GRACE_MS: '200',
      OLLAMA_HOST: 'http://127.0.0.1:9',
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
      OPENAI_API_KEY: 'upstream',
    }),
  )
  const { stdout } = await promisify(execFile)(python, [join(here, 'client.py')], {
    env: { PATH: process.env.PATH, STREAMSEAL_BASE_URL: `${gateway.url}/v1` },
    timeout: 30_000,
  })
  found = JSON.parse(stdout) as Found
}, 60_000)

afterAll(async () => {
  await gateway?.stop()
  upstream.closeAllConnections()
  upstream.close()
  rmSync(dataDirectory, { recursive: true, force: true })
})

async function status(text: string, seal: Streamed['seal']): Promise<string> {
  const keys = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: JsonWebKey[] }
  const detached = seal?.detached === undefined ? {} : { detached: seal.detached }
  return (await verify(text, { trust: trustList(...keys.keys), ...detached })).status
}

test('the client is the pinned one, and sees the models', () => {
  expect(found.version).toBe(pinned)
  expect(found.models).toContain('gpt-test')
})

test.each(['streamed', 'asynchronous'] as const)(
  '%s: text, usage and finish come, sealed and intact',
  async kind => {
    const { text, finish, usage, seal } = found[kind]
    expect(finish).toBe('stop')
    expect(usage?.completion_tokens).toBe(150)
    expect(strip(text)).toBe(prose)
    expect(await status(text, seal)).toBe('intact')
  },
)

test("the client's own accumulator is content with the stream", () => {
  expect(found.helper.text).toBe(found.helper.whole)
  expect(strip(found.helper.text)).toBe(prose)
})

test('an answer that is not streamed is sealed too', async () => {
  expect(found.whole.finish).toBe('stop')
  expect(await status(found.whole.text, found.whole.seal)).toBe('intact')
})

test('tool calls stream through untouched', () => {
  expect(found.tools).toMatchObject({ arguments: '{"at":1}', finish: 'tool_calls' })
})

test('the Responses API streams a sealed answer, which its last event repeats', async () => {
  const { text, types, whole, seal } = found.responses
  expect(types.at(-1)).toBe('response.completed')
  expect(strip(text)).toBe(prose)
  expect(whole).toBe(text)
  expect(await status(text, seal)).toBe('intact')
})

test('with the seal off, the Responses API passes to the provider', () => {
  expect(found.passed).toEqual(responsesEvents.map(({ type }) => type))
})

test('the example gets a sealed answer with its base URL changed, and verifies it', async () => {
  const example = fileURLToPath(new URL('../../examples/clients/openai_client.py', import.meta.url))
  const { stdout } = await promisify(execFile)(python, [example], {
    env: {
      PATH: process.env.PATH,
      STREAMSEAL_BASE_URL: `${gateway.url}/v1`,
      STREAMSEAL_MODEL: 'gpt-test',
    },
    timeout: 30_000,
  })
  expect(stdout).toMatch(/\n\nintact: stream [0-9a-f]{16}, issued by http:\/\/localhost:\d+\n$/)
})

test("a refusal before the first token is the client's own error", () => {
  expect(found.busy).toEqual({ text: '', error: 'RateLimitError', status: 429, code: 'rate_limit_exceeded' })
})

test.each(['broken', 'cut'] as const)('a stream that is %s raises an error, after what had come', kind => {
  const { text, error } = found[kind]
  expect(strip(text)).toBe('The tide comes in twice a day. ')
  expect(error).toBe('APIError')
})

test('a reader that leaves ends the provider’s stream', async () => {
  expect(strip(found.left)).toBe('The tide comes in twice a day. ')
  for (let tries = 0; endless.size > 0 && tries < 100; tries++)
    await new Promise(resolve => setTimeout(resolve, 10))
  expect(endless.size).toBe(0)
})
