/** Targets that name a host (RFC 9112 §3.2.2), which the router takes for their path: the provider's address is its own. */
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { startFakeProvider } from './fake-providers.ts'
import { startTestGateway } from './start-test-gateway.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** What a client gets over a bare socket within two seconds; the rest of a hang is `no answer`. */
function post(url: string, target: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
      socket.write(
        `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      ),
    )
    socket.on('data', data => {
      text += data.toString('utf8')
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
    socket.setTimeout(2000, () => {
      socket.destroy()
      resolve('no answer')
    })
  })
}

const messages = [{ role: 'user', content: 'Hello' }]
const claude = JSON.stringify({ model: 'claude-x', max_tokens: 9, messages })
const gpt = JSON.stringify({ model: 'm', input: 'Hello' })

test.each([
  ['http://elsewhere.example/v1/messages?beta=true', claude, '/v1/messages?beta=true'],
  ['http://elsewhere.example/v1/messages/count_tokens', claude, '/v1/messages/count_tokens'],
  ['http://elsewhere.example/v1/responses', gpt, '/v1/responses'],
  ['/v1/%6dessages', claude, '/v1/messages'],
  ['/v1/%72esponses?include=x', gpt, '/v1/responses?include=x'],
])('%s is asked of the provider, at its own path', async (target, body, expected) => {
  const provider = await startFakeProvider(() => ({ text: 'Fine.' }))
  cleanups.push(() => provider.close())
  const gateway = await startTestGateway({
    ANTHROPIC_BASE_URL: provider.url,
    OPENAI_BASE_URL: `${provider.url}/v1`,
    STREAMSEAL_RESPONSES: 'native',
  })
  cleanups.push(() => gateway.remove())
  expect(await post(gateway.url, target, body)).toMatch(/^HTTP\/1\.1 200 /)
  expect(provider.requests.map(({ path }) => path)).toEqual([expected])
})
