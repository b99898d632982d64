/** `GET /metrics`, as Prometheus asks for it. */
import OpenAI from 'openai'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { startFakeProvider } from './fake-providers.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/** A busy machine may take its time. */
const patience = { timeout: 20_000 }

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(env)
  cleanups.push(() => gateway.remove())
  return gateway
}

async function metricsOf({ url }: TestGateway, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  return response.text()
}

function clientOf({ url }: TestGateway): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
}

describe('GET /metrics', () => {
  test('counts what was sealed and refused, and measures the model', async () => {
    const gateway = await start()
    const client = clientOf(gateway)
    await client.responses.create({ model: 'demo', input: 'Hello' })
    await client.responses.create({ model: 'none', input: 'Hello' }).catch(() => undefined)
    await fetch(`${gateway.url}/nowhere`)
    const text = await vi.waitFor(async () => {
      const now = await metricsOf(gateway)
      expect(now).toContain('streamseal_answers_under_way 0\n')
      return now
    }, patience)
    expect(text).toContain('streamseal_answers_sealed_total{ending="complete",route="/v1/responses"} 1\n')
    expect(text).toContain('streamseal_requests_refused_total{status="404"} 2\n')
    expect(text).toMatch(
      /gen_ai_client_operation_duration_seconds_count\{[^}]*gen_ai_request_model="demo"[^}]*\} 1\n/,
    )
  })

  test('counts an answer that is under way, and refusals that a relay sends', async () => {
    const provider = await startFakeProvider(({ path }) => {
      if (path !== '/v1/chat/completions') return { body: '{}', status: 418 }
      return { body: '', fault: { kind: 'silent' } }
    })
    cleanups.push(() => provider.close())
    const gateway = await start({ OPENAI_BASE_URL: `${provider.url}/v1`, OPENAI_API_KEY: 'sk' })
    const leave = new AbortController()
    const asked = clientOf(gateway)
      .chat.completions.create(
        { model: 'm', messages: [{ role: 'user', content: 'x' }] },
        { signal: leave.signal },
      )
      .catch(error => error)
    await vi.waitFor(async () => {
      expect(await metricsOf(gateway)).toContain('streamseal_answers_under_way 1\n')
    }, patience)
    leave.abort()
    expect(await asked).toBeInstanceOf(OpenAI.APIUserAbortError)
    await fetch(`${gateway.url}/v1/embeddings`, { method: 'POST', body: '{}' })
    await vi.waitFor(async () => {
      const text = await metricsOf(gateway)
      expect(text).toContain('streamseal_answers_under_way 0\n')
      expect(text).toContain('streamseal_requests_refused_total{status="418"} 1\n')
    }, patience)
  })

  test('gives no series to the names that strangers ask for', async () => {
    const provider = await startFakeProvider(({ body }) =>
      JSON.stringify(body).includes('"model":"gpt-test"')
        ? { text: 'Hello.' }
        : { body: '{}', status: 404, headers: { 'content-type': 'application/json' } },
    )
    cleanups.push(() => provider.close())
    const gateway = await start({ OPENAI_BASE_URL: `${provider.url}/v1`, OPENAI_API_KEY: 'sk' })
    const client = clientOf(gateway)
    await client.responses.create({ model: 'gpt-test', input: 'x' })
    for (const model of ['stranger-1', 'stranger-2'])
      await client.responses.create({ model, input: 'x' }).catch(() => undefined)
    const text = await metricsOf(gateway)
    expect(text).not.toContain('stranger')
    expect(text).toMatch(/gen_ai_client_operation_duration_seconds_count\{[^}]*model="other"[^}]*\} 2\n/)
    expect(text).toContain('gen_ai_request_model="gpt-test",gen_ai_response_model="gpt-test-1"')
  })

  test('needs the API key where there is one, and is not for pages of other sites', async () => {
    const gateway = await start({ STREAMSEAL_API_KEY: 'right' })
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401)
    const foreign = await fetch(`${gateway.url}/metrics`, {
      headers: { authorization: 'Bearer right', origin: 'https://elsewhere.example' },
    })
    expect(foreign.status).toBe(403)
    await metricsOf(gateway, { authorization: 'Bearer right' })
  })
})
