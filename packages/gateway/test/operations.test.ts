/** The gateway as who runs it sees it: a process with a configuration file, its keys, its probes, its end. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startFakeProvider } from './fake-providers.ts'
import { buildMain, newDataDirectory, type Running, removeData, start } from './run-streamseal.ts'

let main: string
beforeAll(async () => {
  main = await buildMain()
})
afterAll(removeData)

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serve(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ process: Running; url: string }> {
  const running = start(main, ['serve', ...args], env)
  cleanups.push(() => {
    running.child.kill('SIGKILL')
    return running.ended
  })
  const [, port] = await running.waitFor(/listens on http:\/\/localhost:(\d+)[\s\S]*access/)
  return { process: running, url: `http://127.0.0.1:${port}` }
}

function configFile(content: object): string {
  const path = join(newDataDirectory(), 'streamseal.config.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}

const messages = [{ role: 'user', content: 'Hello' }]
const prose = 'The tide comes in twice a day. Nobody asks it to, and it never stays for long.'

test('a file names providers, models and keys, and says how each is sealed', async () => {
  const seen: { path: string; authorization: string | undefined; body: unknown }[] = []
  const provider = await startFakeProvider(({ path, headers, body }) => {
    seen.push({ path, authorization: headers.authorization, body })
    return { text: prose }
  })
  cleanups.push(() => provider.close())
  const { url } = await serve(
    [
      '--config',
      configFile({
        port: 0,
        host: '0.0.0.0',
        providers: [
          { name: 'house', baseUrl: `${provider.url}/v1`, apiKey: { env: 'HOUSE_KEY' }, models: ['tide-*'] },
        ],
        models: { fast: { to: 'house/tide-1' }, 'tide-bare*': { seal: 'off' } },
        keys: [
          { name: 'web', key: 'key-web' },
          { name: 'batch', key: { env: 'BATCH_KEY' }, seal: 'off' },
        ],
      }),
    ],
    { HOUSE_KEY: 'sk-house', BATCH_KEY: 'key-batch' },
  )
  const ask = async (model: string, key: string, headers: Record<string, string> = {}): Promise<Response> => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify({ model, messages, stream: true }),
    })
    await response.text()
    return response
  }
  const isSealed = (response: Response): boolean => response.headers.has('streamseal-stream-id')
  expect((await ask('tide-1', 'key-nobody')).status).toBe(401)
  expect(isSealed(await ask('fast', 'key-web'))).toBe(true)
  expect(seen.at(-1)).toMatchObject({ authorization: 'Bearer sk-house', body: { model: 'tide-1' } })
  expect(isSealed(await ask('tide-bare-1', 'key-web'))).toBe(false)
  expect(isSealed(await ask('house/tide-2', 'key-batch'))).toBe(false)
  expect(isSealed(await ask('house/tide-2', 'key-batch', { 'streamseal-seal': 'full' }))).toBe(true)
  expect((await ask('unknown', 'key-web')).status).toBe(404)
}, 60_000)

test('a flag goes before the environment, and that before the file', async () => {
  const { url } = await serve(
    ['--config', configFile({ limits: { maxBodyBytes: 5000 }, port: 1 }), '--port', '0'],
    {
      STREAMSEAL_MAX_BODY_BYTES: '2000',
      PORT: '2',
    },
  )
  const strip = (length: number): Promise<Response> =>
    fetch(`${url}/strip`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'x'.repeat(length) }),
    })
  expect((await strip(1000)).status).toBe(200)
  expect((await strip(3000)).status).toBe(413)
}, 60_000)

test('what a file gets wrong stops the start with exit code 2, and says where', async () => {
  const path = configFile({ limits: { maxStreams: 'many' } })
  const { code, stderr } = await start(main, ['serve', '--config', path]).ended
  expect(code).toBe(2)
  expect(stderr).toBe(`streamseal: Cannot use "limits.maxStreams"="many" in "${path}": it must be integer\n`)
})

test('serve --help lists every setting, and no flag for a secret', async () => {
  const { code, stdout } = await start(main, ['serve', '--help']).ended
  expect(code).toBe(0)
  for (const word of [
    '--max-streams',
    '--issuer',
    '--c2pa-trust',
    'STREAMSEAL_API_KEY',
    'OPENAI_API_KEY',
    '--config',
  ])
    expect(stdout).toContain(word)
  expect(stdout).not.toMatch(/--(?:openai-|anthropic-)?api-key|--redis-url/)
})

test('while it drains it is alive and not ready, lets an answer finish, and ends with 0', async () => {
  const { process: running, url } = await serve([], { PORT: '0', STREAMSEAL_DEMO_TOKENS_PER_SECOND: '100' })
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({
    status: 'ready',
    draining: false,
    store: true,
  })
  const response = await fetch(`${url}/generate-stream?prompt=Hello`)
  const reading = response.text()
  running.child.kill('SIGTERM')
  await running.waitForError(/finishing running answers/)
  const ready = await fetch(`${url}/readyz`)
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'unready', draining: true, store: true },
  ])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await fetch(`${url}/v1/models`)).status).toBe(503)
  expect((await reading).length).toBeGreaterThan(100)
  expect((await running.ended).code).toBe(0)
}, 60_000)
