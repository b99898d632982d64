import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { generate } from './generate.ts'
import { withTelemetry } from './opentelemetry.ts'
import { prometheusMeter } from './prometheus.ts'
import { StreamError } from './stream-error.ts'
import { modelSuite, scriptedModel } from './testing.ts'

modelSuite(
  'withTelemetry on Prometheus',
  () => withTelemetry(scriptedModel('Hello'), { meter: prometheusMeter(new Registry()) }),
  { test },
)

const labels =
  'gen_ai_operation_name="chat",gen_ai_provider_name="scripted",gen_ai_request_model="script",gen_ai_response_model="script"'

test("the registry has the conventions' metrics under Prometheus names, with their buckets", async () => {
  const registry = new Registry()
  const model = withTelemetry(scriptedModel('Hello big world'), { meter: prometheusMeter(registry) })
  await generate(model, { prompt: 'a secret' }).result()
  const text = await registry.metrics()
  for (const line of [
    `gen_ai_client_operation_duration_seconds_count{${labels}} 1`,
    `gen_ai_client_operation_time_to_first_chunk_seconds_count{${labels}} 1`,
    `gen_ai_client_operation_time_per_output_chunk_seconds_count{${labels}} 2`,
    `gen_ai_client_token_usage_sum{${labels},gen_ai_token_type="output"} 3`,
    `gen_ai_client_token_usage_bucket{le="67108864",${labels},gen_ai_token_type="input"} 1`,
    `gen_ai_client_operation_duration_seconds_bucket{le="81.92",${labels}} 1`,
    '# TYPE gen_ai_client_operation_duration_seconds histogram',
  ])
    expect(text).toContain(line)
  expect(text).not.toContain('secret')
})

test('a failure is labelled with its code, and several models share one registry', async () => {
  const registry = new Registry()
  const fails = scriptedModel([() => Promise.reject(new StreamError('no', { code: 'OVERLOADED' }))])
  for (const model of [scriptedModel('Hello'), scriptedModel('Hello'), fails]) {
    const observed = withTelemetry(model, { meter: prometheusMeter(registry) })
    await generate(observed, { prompt: 'x', retry: false })
      .result()
      .catch(() => undefined)
  }
  const text = await registry.metrics()
  expect(text).toContain(`gen_ai_client_operation_duration_seconds_count{${labels}} 2`)
  expect(text).toMatch(/duration_seconds_count\{[^}]*error_type="OVERLOADED"\} 1/)
})
