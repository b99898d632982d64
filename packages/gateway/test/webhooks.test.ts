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

async function startReceiver(): Promise<{ url: string; got: Received[]; answer: number }> {
  const receiver = { url: '', got: [] as Received[], answer: 204 }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    receiver.got.push({ headers: request.headers as Record<string, string>, body })
    response.writeHead(receiver.answer).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  return receiver
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

test('a receiver is not told the question, also where that is kept to be asked again', async () => {
  const receiver = await startReceiver()
  const gateway = await start({ STREAMSEAL_WEBHOOK_PRIVATE: 'on', STREAMSEAL_LOST_RUNS: 'ask-again' })
  expect((await post(`${gateway.url}/webhooks`, { url: receiver.url })).status).toBe(201)
  await (await post(`${gateway.url}/stream`, { query: 'Who killed Roger Ackroyd?' })).text()
  await expect.poll(() => receiver.got.length, { timeout: 20_000 }).toBe(2)
  for (const { body } of receiver.got) {
    expect(JSON.parse(body).data.metadata).toEqual({ route: '/stream', seal: 'full' })
    expect(body).not.toContain('Ackroyd')
  }
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

interface Delivery {
  readonly id: string
  readonly type: string
  readonly state: string
  readonly attempts: number
}

async function deliveriesOf(gateway: TestGateway, id: string, query = ''): Promise<Delivery[]> {
  const response = await fetch(`${gateway.url}/webhooks/${id}/deliveries${query}`, { headers: key })
  return ((await response.json()) as { deliveries: Delivery[] }).deliveries
}

const patience = { timeout: 20_000 }

async function startTold(): Promise<{
  gateway: TestGateway
  receiver: Awaited<ReturnType<typeof startReceiver>>
  id: string
  secret: string
}> {
  const receiver = await startReceiver()
  const gateway = await start({ STREAMSEAL_WEBHOOK_PRIVATE: 'on' })
  const events = ['run.completed']
  const registered = await post(`${gateway.url}/webhooks`, { url: receiver.url, events })
  const { id, secret } = (await registered.json()) as { id: string; secret: string }
  return { gateway, receiver, id, secret }
}

const ask = async (gateway: TestGateway): Promise<void> => {
  await (await post(`${gateway.url}/stream`, { query: 'Hi' })).text()
}

test('what a receiver was sent is listed without bodies, and sent again when it is to be', async () => {
  const { gateway, receiver, id, secret } = await startTold()
  await ask(gateway)
  await expect.poll(() => deliveriesOf(gateway, id, '?state=delivered'), patience).toHaveLength(1)
  const [delivery] = await deliveriesOf(gateway, id)
  expect(delivery).toMatchObject({ type: 'run.completed', state: 'delivered', attempts: 1 })
  expect(JSON.stringify(delivery)).not.toContain('text')
  const replay = (): Promise<Response> =>
    post(`${gateway.url}/webhooks/${id}/deliveries/${delivery?.id}/replay`, {})
  expect((await replay()).status).toBe(202)
  await expect.poll(() => receiver.got.length, patience).toBe(2)
  const [first, second] = receiver.got.map(({ headers }) => headers['webhook-id'])
  expect(second).toBe(first)
  const again = receiver.got[1] as Received
  const request = new Request(receiver.url, { method: 'POST', headers: again.headers, body: again.body })
  expect((await verifyWebhook(request, secret)).event.type).toBe('run.completed')
})

test('a message that nobody took is a dead letter, which is listed and can be sent again', async () => {
  const { gateway, receiver, id } = await startTold()
  receiver.answer = 410
  await ask(gateway)
  await expect.poll(() => deliveriesOf(gateway, id, '?state=dead'), patience).toHaveLength(1)
  expect(await deliveriesOf(gateway, id, '?state=dead&limit=1')).toMatchObject([
    { state: 'dead', lastStatus: 410 },
  ])
  expect(await deliveriesOf(gateway, id, '?state=pending')).toEqual([])
  const listed = await (await fetch(`${gateway.url}/webhooks`, { headers: key })).text()
  expect(listed).toContain('"disabled"')
})

test('a new secret is answered once, and messages are signed with the old one too until the next', async () => {
  const { gateway, receiver, id, secret } = await startTold()
  const rotated = await fetch(`${gateway.url}/webhooks/${id}/rotate`, { method: 'POST', headers: key })
  expect(rotated.status).toBe(200)
  const { secret: next } = (await rotated.json()) as { secret: string }
  expect(next).not.toBe(secret)
  await ask(gateway)
  await expect.poll(() => receiver.got.length, patience).toBe(1)
  const given = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  expect(await (await post(`${gateway.url}/webhooks/${id}/rotate`, { secret: given })).json()).toEqual({
    id,
    secret: given,
  })
  await ask(gateway)
  await expect.poll(() => receiver.got.length, patience).toBe(2)
  const isSigned = async (index: number, by: string): Promise<boolean> => {
    const { headers, body } = receiver.got[index] as Received
    const request = new Request(receiver.url, { method: 'POST', headers, body })
    return verifyWebhook(request, by).then(
      () => true,
      () => false,
    )
  }
  expect(await Promise.all([secret, next, given].map(each => isSigned(0, each)))).toEqual([true, true, false])
  expect(await Promise.all([secret, next, given].map(each => isSigned(1, each)))).toEqual([false, true, true])
})

test('what is asked of a receiver or a message that is not there, or cannot be, is refused', async () => {
  const { gateway, id } = await startTold()
  const other = await startReceiver()
  const registered = await post(`${gateway.url}/webhooks`, { url: other.url })
  const { id: otherId } = (await registered.json()) as { id: string }
  await ask(gateway)
  await expect.poll(() => deliveriesOf(gateway, id, '?state=delivered'), patience).toHaveLength(1)
  const [mine] = await deliveriesOf(gateway, id)
  const url = `${gateway.url}/webhooks`
  const get = (path: string): Promise<Response> => fetch(url + path, { headers: key })
  const statuses = await Promise.all([
    get('/whr_unknown/deliveries'),
    post(`${url}/whr_unknown/rotate`, {}),
    post(`${url}/${id}/deliveries/msg_unknown.${id}/replay`, {}),
    post(`${url}/${otherId}/deliveries/${mine?.id}/replay`, {}),
    get(`/${id}/deliveries?state=lost`),
    get(`/${id}/deliveries?limit=0`),
    post(`${url}/${id}/rotate`, { secret: 'short' }),
    fetch(`${url}/${id}/deliveries`),
  ])
  expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 400, 400, 400, 401])
})
