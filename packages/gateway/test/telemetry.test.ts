/** OpenTelemetry, as a collector receives it over a socket. */
import OpenAI from 'openai'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { startFakeProvider } from './fake-providers.ts'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const patience = { timeout: 20_000 }
const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const traceId = '0af7651916cd43dd8448eb211c80319c'
const callerId = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${callerId}-01`
const prompt = 'a prompt that nobody may read'
const answer = 'An answer that nobody may read, in several pieces.'

async function setUp(env: (receiver: OtlpReceiver) => Record<string, string>) {
  const receiver = await startOtlpReceiver()
  cleanups.push(() => receiver.close())
  const seen: Record<string, unknown>[] = []
  const provider = await startFakeProvider(({ headers, body }) => {
    seen.push(headers)
    if (JSON.stringify(body).includes('gpt-broken'))
      return {
        body: '{"error":{"message":"a prompt"}}',
        status: 500,
        headers: { 'content-type': 'application/json' },
      }
    return { text: answer }
  })
  cleanups.push(() => provider.close())
  const gateway = await startTestGateway({
    OPENAI_BASE_URL: `${provider.url}/v1`,
    OPENAI_API_KEY: 'sk-upstream',
    ...env(receiver),
  })
  cleanups.push(() => gateway.remove())
  return { receiver, gateway, seen }
}

const exporting = ({ url }: OtlpReceiver): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_METRIC_EXPORT_INTERVAL: '100',
})

function clientOf({ url }: TestGateway): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0, defaultHeaders: { traceparent } })
}

async function askChat(client: OpenAI, model = 'gpt-test'): Promise<void> {
  const stream = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: prompt }],
    stream: true,
    stream_options: { include_usage: true },
  })
  for await (const _chunk of stream);
}

/** Anthropic's API of a model that speaks OpenAI's dialect: read into parts. */
async function askMessages({ url }: TestGateway): Promise<void> {
  const response = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify({
      model: 'gpt-test',
      max_tokens: 99,
      messages: [{ role: 'user', content: prompt }],
    }),
  })
  expect(response.status).toBe(200)
  await response.text()
}

function byKind(spans: readonly ReceivedSpan[], kind: number): ReceivedSpan[] {
  return spans.filter(span => span.kind === kind)
}

describe('with an OTLP endpoint', () => {
  test.each([
    ['an edited stream', '/v1/chat/completions', (gateway: TestGateway) => askChat(clientOf(gateway))],
    ['an answer in parts', '/v1/messages', askMessages],
  ])(
    '%s is a span of the request and one of the model, in the trace of the caller',
    async (_, route, ask) => {
      const { receiver, gateway, seen } = await setUp(exporting)
      await ask(gateway)
      await gateway.stop()
      const [request, ...otherRequests] = byKind(receiver.spans, 2)
      const [call, ...otherCalls] = byKind(receiver.spans, 3)
      expect([...otherRequests, ...otherCalls]).toEqual([])
      expect(request).toMatchObject({
        name: `POST ${route}`,
        traceId,
        parentId: callerId,
        attributes: { 'http.route': route, 'http.response.status_code': 200 },
      })
      expect(call).toMatchObject({
        name: 'chat gpt-test',
        traceId,
        parentId: request?.spanId,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai-compatible',
          'gen_ai.request.model': 'gpt-test',
          'gen_ai.response.model': 'gpt-test-1',
          'gen_ai.response.id': 'chatcmpl-1',
          'gen_ai.response.finish_reasons': ['stop'],
          'gen_ai.usage.input_tokens': 9,
          'gen_ai.usage.output_tokens': 12,
          'gen_ai.response.time_to_first_chunk': expect.any(Number),
        },
      })
      expect(seen.at(-1)?.traceparent).toBe(`00-${traceId}-${call?.spanId}-01`)
      expect(receiver.bytes.join('')).not.toContain('nobody may read')
    },
  )

  test('an answer of the Responses API in its own dialect is measured as well', async () => {
    const { receiver, gateway } = await setUp(exporting)
    const events = await clientOf(gateway).responses.create({
      model: 'gpt-test',
      input: prompt,
      stream: true,
    })
    for await (const _event of events);
    await gateway.stop()
    const [call, ...others] = byKind(receiver.spans, 3)
    expect(others).toEqual([])
    expect(call).toMatchObject({
      traceId,
      attributes: {
        'gen_ai.request.model': 'gpt-test',
        'gen_ai.usage.output_tokens': 12,
        'gen_ai.response.time_to_first_chunk': expect.any(Number),
      },
    })
  })

  test('the same figures go out as metrics', async () => {
    const { receiver, gateway } = await setUp(exporting)
    await askChat(clientOf(gateway))
    await vi.waitFor(
      () =>
        expect([...receiver.metrics]).toEqual(
          expect.arrayContaining([
            'gen_ai.client.operation.duration',
            'gen_ai.client.token.usage',
            'gen_ai.client.operation.time_to_first_chunk',
            'gen_ai.client.operation.time_per_output_chunk',
          ]),
        ),
      patience,
    )
    expect(receiver.bytes.join('')).toContain('streamseal')
  })

  test('a failure is marked by its code, and not in the words of the provider', async () => {
    const { receiver, gateway } = await setUp(exporting)
    await askChat(clientOf(gateway), 'gpt-broken').catch(() => undefined)
    await gateway.stop()
    const [call] = byKind(receiver.spans, 3)
    expect(call).toMatchObject({ status: 2, attributes: { 'error.type': 'PROVIDER_ERROR' } })
    expect(receiver.bytes.join('')).not.toContain('a prompt')
  })
})

describe('without an OTLP endpoint, or with the SDK switched off', () => {
  test.each([
    ['no variable', () => ({})],
    [
      'OTEL_SDK_DISABLED',
      (receiver: OtlpReceiver) => ({ ...exporting(receiver), OTEL_SDK_DISABLED: 'true' }),
    ],
  ])(
    '%s: nothing is sent, and the trace of the caller goes on to the provider as it came',
    async (_, env) => {
      const { receiver, gateway, seen } = await setUp(env)
      await askChat(clientOf(gateway))
      await askMessages(gateway)
      await gateway.stop()
      expect(receiver.bytes).toEqual([])
      expect(seen.slice(-2).map(headers => headers.traceparent)).toEqual([traceparent, traceparent])
    },
  )
})

test('a relayed answer is measured in /metrics, with its events', async () => {
  const { gateway } = await setUp(() => ({}))
  await askChat(clientOf(gateway))
  await vi.waitFor(async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text()
    expect(text).toContain('streamseal_chunks_relayed_total{provider="openai-compatible"} ')
    for (const [name, more] of [
      ['gen_ai_client_operation_duration_seconds_count', ''],
      ['gen_ai_client_operation_time_to_first_chunk_seconds_count', ''],
      ['gen_ai_client_operation_time_per_output_chunk_seconds_count', ''],
    ])
      expect(text).toMatch(new RegExp(`${name}\\{[^}]*gen_ai_response_model="gpt-test-1"${more}[^}]*\\} 1\n`))
    expect(text).toMatch(/gen_ai_client_token_usage_sum\{[^}]*gen_ai_token_type="output"[^}]*\} 12\n/)
  }, patience)
})
