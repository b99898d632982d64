import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError } from './config-error.ts'
import { loadConfig } from './load-config.ts'
import { options } from './options.ts'
import { readConfig } from './read-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'streamseal-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function fileOf(content: unknown): string {
  files += 1
  const path = join(folder, `${files}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

test('every variable that is read has a row in the table of settings', () => {
  const read = new Set<string>()
  const env = new Proxy<Record<string, string>>(
    {},
    {
      get(_target, name) {
        read.add(String(name))
        return undefined
      },
    },
  )
  readConfig(env)
  const known = new Set(options.map(({ variable }) => variable))
  const others = [...read].filter(
    name => !known.has(name) && !name.startsWith('OTEL_') && name !== 'NODE_ENV',
  )
  expect(others).toEqual([])
  expect([...known].filter(name => !read.has(name))).toEqual([])
})

describe('loadConfig()', () => {
  test('a flag goes before the environment, that before the file, that before the default', () => {
    const layer = fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined })
    fc.assert(
      fc.property(layer, layer, layer, (flag, variable, inFile) => {
        const file = fileOf(inFile === undefined ? {} : { port: inFile })
        const env = variable === undefined ? {} : { PORT: String(variable) }
        const flags = flag === undefined ? {} : { PORT: String(flag) }
        expect(loadConfig(env, { flags, file }).port).toBe(flag ?? variable ?? inFile ?? 8787)
      }),
      { numRuns: 30 },
    )
  })

  test('reads every part of a file', () => {
    const file = fileOf({
      $schema: './config.schema.json',
      host: '127.0.0.2',
      corsOrigins: ['https://a.example', 'http://localhost:3000'],
      seal: 'light',
      c2pa: { development: true },
      webhooks: {
        includeText: false,
        receivers: [{ url: 'https://example.com/hook', secret: { env: 'HOOK' } }],
      },
      limits: { maxStreams: 7 },
      providers: [
        {
          name: 'groq',
          baseUrl: 'https://api.groq.com/openai/v1/',
          apiKey: { env: 'GROQ' },
          models: ['llama-*'],
        },
        { name: 'house', baseUrl: 'http://127.0.0.1:1/v1' },
      ],
      models: { fast: { to: 'groq/llama-3', seal: 'off' } },
      keys: [{ name: 'web', key: { env: 'WEB' }, seal: 'full' }],
    })
    const config = loadConfig({ STREAMSEAL_CONFIG: file, GROQ: 'gsk', WEB: 'w', HOOK: 'whsec_x' })
    expect(config).toMatchObject({
      host: '127.0.0.2',
      corsOrigins: ['https://a.example', 'http://localhost:3000'],
      seal: 'light',
      c2pa: { allowDevelopment: true, mode: 'stored' },
      webhooks: { includeText: false },
      receivers: [{ url: 'https://example.com/hook', secret: 'whsec_x' }],
      maxStreams: 7,
      providers: [
        {
          name: 'groq',
          dialect: 'openai',
          baseUrl: 'https://api.groq.com/openai/v1',
          apiKey: 'gsk',
          models: ['llama-*'],
        },
        { name: 'house', dialect: 'openai', baseUrl: 'http://127.0.0.1:1/v1', models: [] },
      ],
      models: { fast: { to: 'groq/llama-3', seal: 'off' } },
      apiKey: 'w',
      keys: [{ name: 'web', key: 'w', seal: 'full' }],
    })
  })

  test('paths in a file are meant from its folder', () => {
    expect(loadConfig({}, { file: fileOf({ dataDirectory: 'data' }) }).dataDirectory).toBe(
      join(folder, 'data'),
    )
  })

  test.each([
    ['{"port": 80,\n "host" }', /is not JSON/],
    [{ prot: 80 }, /"prot" in ".*json": there is no such setting; known are .*port/],
    [{ limits: { maxStreams: 0 } }, /"limits\.maxStreams"=0 in ".*json": it must be >= 1/],
    [{ port: '80' }, /"port"="80" in ".*": it must be integer/],
    [{ seal: 'heavy' }, /"seal"="heavy" in ".*": it must be one of full, light, off/],
    [{ providers: [{ name: 'a b', baseUrl: 'http://x/v1' }] }, /"providers\[0\]\.name"="a b"/],
    [
      { providers: [{ name: 'openai', baseUrl: 'http://x/v1' }] },
      /providers\[0\]\.name="openai": that name is taken/,
    ],
    [{ providers: [{ name: 'a', baseUrl: 'ftp://x' }] }, /providers\[0\]\.baseUrl="ftp:\/\/x"/],
    [{ apiKey: { env: 'NOWHERE' } }, /"apiKey" in ".*": the environment has no variable "NOWHERE"/],
    [{ host: '0.0.0.0' }, /HOST="0\.0\.0\.0" without STREAMSEAL_API_KEY.*\("host" in ".*json"\)/],
    [
      {
        keys: [
          { name: 'a', key: 'k' },
          { name: 'a', key: 'l' },
        ],
      },
      /the key "a" of keys/,
    ],
    ['[]', /the whole file/],
  ])('refuses %j and says where', (content, message) => {
    const load = () => loadConfig({}, { file: fileOf(content) })
    expect(load).toThrow(ConfigError)
    expect(load).toThrow(message)
  })

  test('says which flag it was', () => {
    expect(() => loadConfig({}, { flags: { PORT: 'http' } })).toThrow(/PORT="http".*\(--port\)/)
  })

  test.each([
    [{ apiKey: 'ключ-hunter2' }],
    [{ apiKey: 7, note: 'hunter2' }],
    [{ keys: [{ name: 'a', key: ['hunter2'] }] }],
    [{ redisUrl: 'http://:hunter2@host' }],
    [{ openai: { baseUrl: 'https://api.example/v1?key=hunter2' } }],
    [{ providers: [{ name: 'a', baseUrl: 'https://api.example/v1#hunter2' }] }],
    [{ openai: 'hunter2' }],
    [{ keys: ['hunter2'] }],
    [{ keys: { name: 'a', key: 'hunter2' } }],
    [[{ apiKey: 'hunter2' }]],
    ['{"apiKey": "hunter2'],
  ])('never quotes a secret of %j', content => {
    const load = () => loadConfig({}, { file: fileOf(content) })
    expect(load).toThrow(ConfigError)
    expect(load).toThrow(/^(?![\s\S]*hunter2)/)
  })

  test('no file is looked for where none is named', () => {
    fileOf({ port: 1 })
    expect(loadConfig({}).port).toBe(8787)
  })
})
