import { afterEach, expect, test, vi } from 'vitest'
import { anthropic } from './anthropic.ts'
import { azureOpenAI } from './azure-openai.ts'
import type { Model } from './contract.ts'
import { generate } from './generate.ts'
import { google } from './google.ts'
import { openai } from './openai.ts'
import { groq, liteLLM, openAICompatible } from './openai-compatible.ts'
import { type RecordingKind, sampleStream, serveProvider } from './testing.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

// What JavaScript's users write: `{ apiKey: config.key }`, set or not.
const unset = { apiKey: undefined } as unknown as { apiKey: string }

test.each<[RecordingKind, string, string, (baseUrl: string) => Model]>([
  ['anthropic', 'ANTHROPIC_API_KEY', 'x-api-key', baseUrl => anthropic('m', { ...unset, baseUrl })],
  ['google', 'GEMINI_API_KEY', 'x-goog-api-key', baseUrl => google('m', { ...unset, baseUrl })],
  ['openai-chat', 'AZURE_OPENAI_API_KEY', 'api-key', endpoint => azureOpenAI('m', { ...unset, endpoint })],
  ['openai-chat', 'OPENAI_API_KEY', 'authorization', baseUrl => openai('m', { ...unset, baseUrl })],
  [
    'openai-responses',
    'OPENAI_API_KEY',
    'authorization',
    baseUrl => openai('m', { ...unset, baseUrl, api: 'responses' }),
  ],
  ['compatible', 'GROQ_API_KEY', 'authorization', baseUrl => groq('m', { ...unset, baseUrl })],
  ['compatible', 'LITELLM_API_KEY', 'authorization', baseUrl => liteLLM({ model: 'm', ...unset, baseUrl })],
])('%s: an undefined key is the one of %s', async (kind, variable, header, toModel) => {
  vi.stubEnv('GOOGLE_GENERATIVE_AI_API_KEY', '')
  vi.stubEnv(variable, 'sk-of-the-environment')
  const server = await serveProvider(() => ({ body: sampleStream(kind) }))
  try {
    await generate(toModel(server.url), { prompt: 'x', retry: false }).result()
    expect(server.requests[0]?.headers[header]).toContain('sk-of-the-environment')
  } finally {
    await server.close()
  }
})

test('an undefined address is the preset’s, or asked for', () => {
  const none = { baseUrl: undefined } as unknown as { baseUrl: string }
  expect(groq('m', none).provider).toBe('groq')
  expect(() => openAICompatible('m', { ...none, provider: 'mine' })).toThrow(
    new TypeError('Cannot reach "mine": give `baseUrl`'),
  )
})
