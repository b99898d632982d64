import { afterEach, describe, expect, test } from 'vitest'
import { generate } from './generate.ts'
import { openAICompatible } from './openai-compatible.ts'
import { StreamError } from './stream-error.ts'
import { type Answer, type ProviderServer, scriptedModel, serveProvider } from './testing.ts'
import { withoutAddresses } from './without-addresses.ts'

const servers: ProviderServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()))
})

describe('withoutAddresses', () => {
  test.each([
    ['connect ECONNREFUSED 10.0.0.5:8000', 'connect ECONNREFUSED [address]'],
    ['getaddrinfo ENOTFOUND vllm-0', 'getaddrinfo ENOTFOUND [address]'],
    ["HTTPConnectionPool(host='vllm', port=8000): Max retries", 'HTTPConnectionPool([address]): Max retries'],
    ['POST http://llm.corp/v1/chat?key=abc failed', 'POST [address] failed'],
    ['cannot reach [fd00::12]:443 now', 'cannot reach [address] now'],
    ['no route to vllm:8000', 'no route to [address]'],
    ['llama.svc.cluster.local is down', '[address] is down'],
    ['Incorrect API key provided: sk-proj-abc*****xyz.', 'Incorrect API key provided: [key]'],
  ])('%s', (said, shown) => expect(withoutAddresses(said)).toBe(shown))

  test.each([
    'max_tokens: 400 is too large',
    'error code 500: overloaded',
    'expected 3:15, 1.5 and gpt-4.1-mini',
  ])('leaves "%s" as it is', said => expect(withoutAddresses(said)).toBe(said))
})

describe('readers of a failed answer see no address of ours', () => {
  async function failed(answer: Answer): Promise<{ error: StreamError; part: string; url: string }> {
    const server = await serveProvider(() => answer)
    servers.push(server)
    return { ...(await told(server.url)), url: server.url }
  }

  async function told(baseUrl: string): Promise<{ error: StreamError; part: string }> {
    const run = generate(openAICompatible('m', { baseUrl }), { prompt: 'x', retry: false })
    let part = ''
    for await (const each of run.parts) if (each.type === 'error') part = each.message
    const error: unknown = await run.result().catch(reason => reason)
    if (!(error instanceof StreamError)) throw new Error('did not fail with a StreamError')
    return { error, part }
  }

  test('where a proxy names its upstream; the cause keeps what it said, for those who run it', async () => {
    const message = 'Cannot connect to http://10.1.2.3:8000/v1 with sk-abcdefghij'
    const { error, part } = await failed({ status: 503, body: JSON.stringify({ error: { message } }) })
    expect(part).toContain('Cannot connect to [address] with [key]')
    expect(error.message).toBe(part)
    expect(error.cause).toMatchObject({ message })
  })

  test('where nobody listens', async () => {
    const server = await serveProvider(() => ({ body: '' }))
    await server.close()
    const { error, part } = await told(server.url)
    expect(part).toBe('"openai-compatible": cannot be reached: fetch failed (ECONNREFUSED)')
    expect(String((error.cause as Error).cause)).toContain(new URL(server.url).host)
  })

  test('where a redirect names another place', async () => {
    const location = 'https://sso.corp.example/login'
    const { error, part, url } = await failed({ status: 302, headers: { location }, body: '' })
    expect(part).not.toMatch(/corp|127\.0\.0\.1/)
    expect(String(error.cause)).toContain(`${url} redirects to https://sso.corp.example`)
  })

  test("where a model of one's own throws", async () => {
    const model = scriptedModel([() => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.5:80'))])
    await expect(generate(model, { prompt: 'x' }).result()).rejects.toMatchObject({
      code: 'INTERNAL',
      message: '"scripted" failed: connect ECONNREFUSED [address]',
      cause: { message: 'connect ECONNREFUSED 10.0.0.5:80' },
    })
  })
})
