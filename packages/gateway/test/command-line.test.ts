import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildMain, type Ended, newDataDirectory, type Running, removeData, start } from './run-streamseal.ts'

let main: string
beforeAll(async () => {
  main = await buildMain()
})
afterAll(removeData)

const running: Running[] = []
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
})

function run(args: string[], env: Record<string, string> = {}, input?: string): Promise<Ended> {
  return start(main, args, env, input).ended
}

async function serve(env: Record<string, string>, file = main): Promise<{ process: Running; url: string }> {
  const process = start(file, [], { PORT: '0', ...env })
  running.push(process)
  const [, port] = await process.waitFor(/listens on http:\/\/localhost:(\d+)[\s\S]*access/)
  return { process, url: `http://127.0.0.1:${port}` }
}

const prose = 'The cat sat on the mat. It was warm there, and nobody came by for a long while.'

describe('streamseal serve', () => {
  test('says where to go, which models there are and where the keys are', async () => {
    const data = newDataDirectory()
    const { process, url } = await serve({ STREAMSEAL_DATA_DIR: data })
    const { port } = new URL(url)
    process.child.kill('SIGTERM')
    const { code, stdout } = await process.ended
    expect(code).toBe(0)
    expect(stdout).toContain(`http://localhost:${port}/verify`)
    expect(stdout).toContain(`http://localhost:${port}/v1`)
    expect(stdout).toMatch(/models +demo, the built-in model: it plays back written text and is no AI/)
    const [, path] = /keys +(\S+)/.exec(stdout)!
    expect(path?.startsWith(data)).toBe(true)
    expect(statSync(path!).mode & 0o777).toBe(0o600)
  })

  test('SIGTERM lets a running answer finish, takes no other, and ends', async () => {
    const { process, url } = await serve({ STREAMSEAL_DEMO_TOKENS_PER_SECOND: '400' })
    const response = await fetch(`${url}/query/stream?query=Hello`)
    const reading = response.text()
    await new Promise(resolve => setTimeout(resolve, 200))
    process.child.kill('SIGTERM')
    await new Promise(resolve => setTimeout(resolve, 100))
    const refused = await fetch(`${url}/generate-stream`)
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ error: { code: 'SHUTTING_DOWN', retryable: true } })
    const frames = (await reading).split('\n').filter(line => line.startsWith('data: '))
    expect(JSON.parse(frames.at(-1)!.slice(6))).toMatchObject({
      is_final: true,
      metadata: { finish_reason: 'stop' },
    })
    expect((await process.ended).code).toBe(0)
  })

  test.each([
    ['/query/stream', { query: 'Hello' }],
    ['/v1/chat/completions', { model: 'demo', stream: true, messages: [{ role: 'user', content: 'Hello' }] }],
  ])('SIGTERM tells an answer of %s that outlives the grace period, and ends', async (path, body) => {
    const { process, url } = await serve({
      STREAMSEAL_DEMO_TOKENS_PER_SECOND: '10',
      STREAMSEAL_SHUTDOWN_GRACE_MS: '300',
    })
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const reading = response.text()
    await new Promise(resolve => setTimeout(resolve, 400))
    const startedAt = performance.now()
    process.child.kill('SIGTERM')
    const text = await reading
    expect(text).toContain('the gateway is shutting down')
    expect(text).toMatch(/shutting_down|SHUTTING_DOWN/)
    expect(text).not.toContain('[DONE]')
    expect((await process.ended).code).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })

  test.each([
    [{ PORT: 'http' }, /PORT="http"/],
    [{ HOST: '0.0.0.0' }, /HOST="0\.0\.0\.0" without STREAMSEAL_API_KEY/],
    [{ STREAMSEAL_DATA_DIR: '/proc/nowhere' }, /STREAMSEAL_DATA_DIR="\/proc\/nowhere"/],
  ])('refuses to start with %j, with exit code 2 and the reason', async (env, reason) => {
    const { code, stderr } = await run(['serve'], env)
    expect(code).toBe(2)
    expect(stderr).toMatch(reason)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test.each([{}, { STREAMSEAL_API_KEY: 'sk-gateway' }])(
    'a port that is taken is named, and ends it, with %j',
    async env => {
      const { url } = await serve({})
      const { code, stderr } = await run(['serve', '--port', new URL(url).port], env)
      expect(code).toBe(2)
      expect(stderr).toMatch(/EADDRINUSE/)
    },
  )

  test.each([
    [
      { apiKey: 'sk-gateway', webhooks: { receivers: [{ url: 'ftp://a.example/' }] } },
      /receivers\[0\].*ftp:/,
    ],
    [{ webhooks: { receivers: [{ url: 'https://a.example/' }] } }, /receivers without STREAMSEAL_API_KEY/],
  ])('receivers that cannot be registered end it: %j', async (content, reason) => {
    const file = join(newDataDirectory(), 'streamseal.json')
    writeFileSync(file, JSON.stringify(content))
    const { code, stderr } = await run(['serve', '--config', file, '--port', '0'])
    expect(code).toBe(2)
    expect(stderr).toMatch(reason)
  })

  const bin = fileURLToPath(new URL('../bin/streamseal.js', import.meta.url))
  const isBuilt = existsSync(fileURLToPath(new URL('../dist/main.js', import.meta.url)))
  test.skipIf(!isBuilt)(
    'the built command answers as well (skipped where nothing is built: run "npm run build")',
    async () => {
      const { url } = await serve({}, bin)
      expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' })
    },
  )
})

describe('the seal on the command line', () => {
  const env = (): Record<string, string> => ({ STREAMSEAL_DATA_DIR: newDataDirectory() })

  test('seal, then verify: 0 and who issued it; one changed word: 1', async () => {
    const data = env()
    const args = ['seal', '--model', 'demo', '--provider', 'me', '--issuer', 'https://example.com']
    const sealed = await run(args, data, prose)
    expect(sealed.code).toBe(0)
    const verified = await run(['verify'], data, sealed.stdout)
    expect(verified.code).toBe(0)
    expect(verified.stdout).toMatch(/^Intact/)
    expect(verified.stdout).toMatch(/issued by +https:\/\/example\.com/)
    const altered = await run(['verify', '--json'], data, sealed.stdout.replace('mat', 'hat'))
    expect(altered.code).toBe(1)
    expect(JSON.parse(altered.stdout)).toMatchObject({ status: 'altered' })
    const stranger = await run(['verify'], env(), sealed.stdout)
    expect(stranger).toMatchObject({ code: 1, stdout: expect.stringMatching(/^Unknown signer/) })
    const stripped = await run(['strip'], {}, sealed.stdout)
    expect(stripped).toMatchObject({ code: 0, stdout: prose })
    const inspected = await run(['inspect'], {}, sealed.stdout)
    expect(inspected).toMatchObject({ code: 0, stdout: expect.stringMatching(/^seal [0-9a-f]{16}: /) })
  })

  test('verify says 3 and inspect says 1 where there is no seal', async () => {
    expect(await run(['verify'], env(), prose)).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^Unsealed/),
    })
    expect(await run(['inspect'], {}, prose)).toMatchObject({ code: 1, stdout: 'nothing found\n' })
  })

  test("verify trusts another issuer's keys by their address, and asks the kept closings", async () => {
    const data = env()
    const { url } = await serve({ ...data, STREAMSEAL_DEMO_TOKENS_PER_SECOND: '100000' })
    const text = await (await fetch(`${url}/generate-stream?prompt=code`)).text()
    const here = await run(['verify', '--keys', `${url}/.well-known/jwks.json`], data, text)
    expect(here).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Intact/) })
  })

  test.each([[['seal']], [['nothing']], [['verify', '--what']], [['serve', 'x']]])(
    '%j is a usage error: 2',
    async args => {
      expect((await run(args, {}, prose)).code).toBe(2)
    },
  )

  test('--help and --version are 0; a missing file is 4', async () => {
    expect((await run(['--help'])).stdout).toMatch(/serve/)
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(await run(['strip', '/nowhere/at/all'])).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/ENOENT/),
    })
  })
})
