import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { strip } from '@streamseal/seal'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { startFakeOpenAI } from './fake-openai.ts'
import { startFakeProvider } from './fake-providers.ts'
import { startTestGateway } from './start-test-gateway.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const examples = fileURLToPath(new URL('../../../examples/clients/', import.meta.url))

describe('the client examples', () => {
  test.each(['openai.mjs', 'openai-responses.mjs', 'anthropic.mjs', 'langchain.mjs', 'ai-sdk.mjs'])(
    '%s gets a sealed answer with its base URL changed, and verifies it',
    async name => {
      const gateway = await startTestGateway()
      cleanups.push(() => gateway.remove())
      const { stdout } = await promisify(execFile)(process.execPath, [`${examples}${name}`], {
        env: {
          PATH: process.env.PATH,
          STREAMSEAL_BASE_URL: `${gateway.url}/v1`,
          STREAMSEAL_URL: gateway.url,
        },
      })
      expect(stdout).toMatch(/\n\nintact: stream [0-9a-f]{16}, issued by http:\/\/localhost:\d+\n$/)
    },
    60_000,
  )
})

describe('a client example on a model of either maker', () => {
  test.each([
    ['openai.mjs', 'claude-test'],
    ['openai-responses.mjs', 'claude-test'],
    ['openai-responses.mjs', 'gpt-test'],
    ['anthropic.mjs', 'gpt-test'],
    ['anthropic.mjs', 'claude-test'],
  ])(
    '%s asks %s, and its sealed answer verifies',
    async (name, model) => {
      const provider = await startFakeProvider(() => ({
        text: 'The tide comes in. Nobody asks it to. '.repeat(12),
      }))
      cleanups.push(() => provider.close())
      const gateway = await startTestGateway({
        ANTHROPIC_BASE_URL: provider.url,
        ANTHROPIC_API_KEY: 'sk-ant',
        OPENAI_BASE_URL: `${provider.url}/v1`,
        OPENAI_API_KEY: 'sk-openai',
      })
      cleanups.push(() => gateway.remove())
      const env = {
        PATH: process.env.PATH,
        STREAMSEAL_BASE_URL: `${gateway.url}/v1`,
        STREAMSEAL_URL: gateway.url,
        STREAMSEAL_MODEL: model,
      }
      const { stdout } = await promisify(execFile)(process.execPath, [`${examples}${name}`], { env })
      expect(stdout).toMatch(/\n\nintact: stream [0-9a-f]{16}, issued by http:\/\/localhost:\d+\n$/)
      const asked = provider.requests.at(-1)
      expect(asked?.path).toMatch(model === 'claude-test' ? /^\/v1\/messages/ : /^\/v1\/(?:responses|chat)/)
    },
    60_000,
  )
})

describe('an OpenAI client on an Anthropic model', () => {
  const prose = 'The tide comes in twice a day. Nobody asks it to, and it never stays for long. '.repeat(12)
  const events = (text: string): string =>
    [
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'claude-test-1',
          content: [],
          usage: { input_tokens: 4, output_tokens: 1 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      ...(text.match(/[\s\S]{1,11}/g) ?? []).map(piece => ({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: piece },
      })),
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'max_tokens', stop_sequence: null },
        usage: { output_tokens: 40 },
      },
      { type: 'message_stop' },
    ]
      .map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('')

  test('streams a sealed answer with usage, and the provider gets its own dialect and key', async () => {
    const upstream = await startFakeOpenAI(response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(events(prose))
    })
    cleanups.push(() => upstream.close())
    const gateway = await startTestGateway({
      ANTHROPIC_BASE_URL: upstream.baseUrl.replace(/\/v1$/, ''),
      ANTHROPIC_API_KEY: 'sk-ant',
    })
    cleanups.push(() => gateway.remove())
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
    const stream = await client.chat.completions.create({
      model: 'claude-test',
      messages: [{ role: 'user', content: 'Tides?' }],
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    const finishes: unknown[] = []
    let last: unknown
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      finishes.push(chunk.choices[0]?.finish_reason)
      last = chunk
    }
    expect(strip(text)).toBe(prose)
    expect(text).not.toBe(prose)
    expect(finishes).toContain('length')
    expect(last).toMatchObject({
      usage: { completion_tokens: 40 },
      streamseal: { stream_id: expect.any(String) },
    })
    expect(upstream.seen[0]).toMatchObject({ path: '/v1/messages', headers: { 'x-api-key': 'sk-ant' } })
    const report = await fetch(`${gateway.url}/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    }).then(response => response.json())
    expect(report).toMatchObject({
      status: 'intact',
      seals: [{ ending: 'length-limited', claims: { provider: 'anthropic', model: 'claude-test-1' } }],
    })
  })

  test('is told of a refusal with the status that the provider meant', async () => {
    const upstream = await startFakeOpenAI(response => {
      response.writeHead(401, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          type: 'error',
          error: { type: 'authentication_error', message: 'invalid x-api-key' },
        }),
      )
    })
    cleanups.push(() => upstream.close())
    const gateway = await startTestGateway({
      ANTHROPIC_BASE_URL: upstream.baseUrl,
      ANTHROPIC_API_KEY: 'sk-wrong',
    })
    cleanups.push(() => gateway.remove())
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
    const ask = (stream: boolean): Promise<unknown> =>
      client.chat.completions.create({
        model: 'claude-test',
        messages: [{ role: 'user', content: 'Hi' }],
        stream,
      })
    await expect(ask(false)).rejects.toMatchObject({ status: 401 })
    await expect(ask(true)).rejects.toMatchObject({ status: 401 })
  })
})
