import { expect, test } from 'vitest'
import { anthropic } from '../anthropic.ts'
import { azureOpenAI } from '../azure-openai.ts'
import type { Model } from '../contract.ts'
import { type GenerateOptions, generate } from '../generate.ts'
import { google } from '../google.ts'
import { openai } from '../openai.ts'
import { openAICompatible } from '../openai-compatible.ts'
import type { StreamError } from '../stream-error.ts'
import { type ProviderServer, sampleStream, serveProvider } from '../testing.ts'

async function failureOf(model: Model, options: Partial<GenerateOptions> = {}): Promise<StreamError> {
  const run = generate(model, { prompt: 'x', retry: { retries: 5, baseDelayMs: 1e6 }, ...options })
  return run.result().then(
    () => expect.unreachable('the request was sent'),
    (error: StreamError) => error,
  )
}

/** All that a log may show of an error. */
function shown(error: unknown): string {
  return error instanceof Error ? `${error.message} ${error.stack} ${shown(error.cause)}` : String(error)
}

const models: Record<string, (baseUrl: string, apiKey: string) => Model> = {
  anthropic: (baseUrl, apiKey) => anthropic('m', { baseUrl, apiKey }),
  google: (baseUrl, apiKey) => google('m', { baseUrl, apiKey }),
  azure: (endpoint, apiKey) => azureOpenAI('m', { endpoint, apiKey }),
  openai: (baseUrl, apiKey) => openai('m', { baseUrl, apiKey }),
  responses: (baseUrl, apiKey) => openai('m', { baseUrl, apiKey, api: 'responses' }),
  compatible: (baseUrl, apiKey) => openAICompatible('m', { baseUrl, apiKey }),
}

async function unasked(check: (server: ProviderServer) => Promise<void>): Promise<void> {
  const server = await serveProvider(() => ({ body: sampleStream('compatible') }))
  try {
    await check(server)
    expect(server.connections).toBe(0)
  } finally {
    await server.close()
  }
}

test.each(Object.entries(models))(
  '%s: a key that HTTP cannot carry fails at once, and is shown nowhere',
  (_, toModel) =>
    unasked(async ({ url }) => {
      for (const apiKey of ['sk-secret…', 'sk-secret\nX-Other: 1', 'сек-secret', 'sk-“secret”']) {
        const error = await failureOf(toModel(url, apiKey))
        expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED', retryable: false })
        expect(error.message).toMatch(/^Cannot ask ".+": its API key holds a character .+ set the key again/)
        expect(shown(error)).not.toMatch(/secret|сек/)
      }
    }),
)

test('a header that HTTP cannot carry is named, and its value is not', () =>
  unasked(async ({ url }) => {
    const error = await failureOf(openAICompatible('m', { baseUrl: url }), { headers: { 'x-user': 'Жанна' } })
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', retryable: false })
    expect(error.message).toContain('"x-user"')
    expect(shown(error)).not.toContain('Жанна')
  }))

test.each(['localhost:8000/v1', '/v1', 'ftp://models.example/v1', '', 'http://me:secret@127.0.0.1:9/v1'])(
  'the base URL "%s" is asked about once, and not quoted',
  async baseUrl => {
    const error = await failureOf(openAICompatible('m', { baseUrl }))
    expect(error).toMatchObject({ code: 'PROVIDER_PROTOCOL', retryable: false })
    expect(error.message).toMatch(/^Cannot ask "openai-compatible": its base URL .+; (set|send) /)
    expect(shown(error)).not.toContain('secret')
  },
)

test('a request that is no JSON is not sent, and not sent again', () =>
  unasked(async ({ url }) => {
    const error = await failureOf(openAICompatible('m', { baseUrl: url }), { providerOptions: { seed: 1n } })
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', retryable: false })
  }))

test('an address of any kind reaches a fetch of the caller’s own', async () => {
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = async input => {
    asked.push(String(input))
    return new Response(sampleStream('compatible'), { headers: { 'content-type': 'text/event-stream' } })
  }
  await generate(openAICompatible('m', { baseUrl: '/models', fetch }), { prompt: 'x' }).result()
  expect(asked).toEqual(['/models/chat/completions'])
})
