/** Webhooks over real sockets: a receiver is registered, told of runs with a signature that holds, and removed. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifyWebhook } from '@streamseal/stream/webhooks'
import { afterEach, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const key = { authorization: 'Bearer sk-gateway' }

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({ STREAMSEAL_API_KEY: 'sk-gateway', ...env })
  cleanUps.push(() => gateway.remove())
  return gateway
}

interface Received {
  readonly headers: Record<string, string>
  readonly body: string
}

async function startReceiver(): Promise<{ url: string; got: Received[] }> {
  const got: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    got.push({ headers: request.headers as Record<string, string>, body })
    response.writeHead(204).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got }
}

const post = (url: string, body: unknown, headers: Record<string, string> = key): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

test.each([
  ['/stream', { query: 'Hi' }],
  ['/generate-stream', { prompt: 'Hi' }],
])('a receiver is told how a run of %s begins and ends, signed, until it is removed', async (path, body) => {
  const receiver = await startReceiver()
  const gateway = await start({ STREAMSEAL_WEBHOOK_PRIVATE: 'on' })
  const registered = await post(`${gateway.url}/webhooks`, { url: receiver.url })
  expect(registered.status).toBe(201)
  const { id, secret } = (await registered.json()) as { id: string; secret: string }
  const listed = await (await fetch(`${gateway.url}/webhooks`, { headers: key })).text()
  expect(listed).toContain(id)
  expect(listed).not.toContain(secret)
  const answer = await post(gateway.url + path, body)
  await answer.text()
  await expect.poll(() => receiver.got.length, { timeout: 20_000 }).toBe(2)
  const events = await Promise.all(
    receiver.got.map(({ headers, body: sent }) =>
      verifyWebhook(new Request(receiver.url, { method: 'POST', headers, body: sent }), secret),
    ),
  )
  expect(events.map(({ event }) => event.type).sort()).toEqual(['run.completed', 'run.started'])
  for (const { event } of events) expect(event.data.runId).toBe(answer.headers.get('streamseal-stream-id'))
  const remove = (): Promise<Response> =>
    fetch(`${gateway.url}/webhooks/${id}`, { method: 'DELETE', headers: key })
  expect([(await remove()).status, (await remove()).status]).toEqual([204, 404])
})

test('private addresses are refused unless they are allowed, and so is what is no receiver', async () => {
  const gateway = await start()
  for (const body of [
    { url: 'http://127.0.0.1:1/' },
    { url: 'https://169.254.169.254/' },
    { url: 'nonsense' },
    { url: 'https://example.com/', events: ['run.sang'] },
    {},
  ]) {
    expect((await post(`${gateway.url}/webhooks`, body)).status).toBe(400)
  }
})

test('nobody registers a receiver without a key, even where the gateway has none', async () => {
  const body = { url: 'https://example.com/' }
  expect((await post(`${(await start()).url}/webhooks`, body, {})).status).toBe(401)
  const open = await startTestGateway()
  cleanUps.push(() => open.remove())
  expect((await post(`${open.url}/webhooks`, body)).status).toBe(401)
})
