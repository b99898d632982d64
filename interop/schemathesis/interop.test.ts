/** schemathesis over a real gateway with the built-in model: no status 5xx, and nothing that the document does not say. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Gateway, readConfig, startGateway } from 'streamseal'
import { afterAll, beforeAll, expect, test } from 'vitest'

const here = fileURLToPath(new URL('.', import.meta.url))
const bin = fileURLToPath(new URL('../../.cache/interop-schemathesis/venv/bin/', import.meta.url))
const [, pinned] = /^schemathesis==(.+)$/m.exec(readFileSync(join(here, 'requirements.txt'), 'utf8')) ?? []

/** How many requests are made up for each route: `STREAMSEAL_SCHEMATHESIS_EXAMPLES` asks for more, for longer. */
const examples = process.env.STREAMSEAL_SCHEMATHESIS_EXAMPLES ?? '8'

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
  'use_after_free',
  'ensure_resource_availability',
]

const dataDirectory = mkdtempSync(join(tmpdir(), 'streamseal-schemathesis-'))
let gateway: Gateway
beforeAll(async () => {
  gateway = await startGateway(
    readConfig({
      PORT: '0',
      STREAMSEAL_DATA_DIR: dataDirectory,
      STREAMSEAL_API_KEY: 'right',
      STREAMSEAL_LOG_LEVEL: 'silent',
      STREAMSEAL_SHUTDOWN_GRACE_MS: '200',
      STREAMSEAL_DEMO_TOKENS_PER_SECOND: '1000000',
      OLLAMA_HOST: 'http://127.0.0.1:9',
    }),
  )
}, 60_000)
afterAll(async () => {
  await gateway?.stop()
  rmSync(dataDirectory, { recursive: true, force: true })
})

function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    const options = {
      cwd: dataDirectory,
      timeout: 500_000,
      maxBuffer: 1 << 26,
      env: { PATH: process.env.PATH, SCHEMATHESIS_HOOKS: join(here, 'hooks.py') },
    }
    execFile(join(bin, 'schemathesis'), args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr })
    })
  })
}

test('the tool is the pinned one', async () => {
  expect((await run(['--version'])).output).toContain(pinned)
})

test('schemathesis finds no 5xx and nothing that the document does not say', async () => {
  const { code, output } = await run([
    'run',
    `${gateway.url}/openapi.json`,
    '--header=Authorization: Bearer right',
    `--checks=${checks.join(',')}`,
    '--phases=examples,coverage,fuzzing,stateful',
    `--max-examples=${examples}`,
    '--seed=1',
    '--request-timeout=30',
    '--suppress-health-check=all',
    '--warnings=off',
    '--continue-on-failure',
    '--no-color',
  ])
  expect(code, output.slice(-20_000)).toBe(0)
  expect(output).toMatch(/No issues found|generated|passed/)
}, 550_000)
