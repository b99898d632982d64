/** The gateway's sockets, with the `ws` client: guide 2's frames, guide 4's frames, who may open one, and how they end. */
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { chunkEvent, type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

interface Said {
  readonly type: string
  readonly content: string
  readonly message: string
  readonly sender: string
  readonly metadata: Record<string, unknown>
}

class Client {
  readonly said: Said[] = []
  readonly socket: WebSocket
  readonly closed: Promise<number>

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', data => this.said.push(JSON.parse(String(data))))
    this.closed = new Promise(resolve => {
      socket.on('close', code => resolve(code))
    })
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** Waits for so many messages of this type. */
  async until(type: string, count = 1): Promise<void> {
    await expect.poll(() => this.said.filter(each => each.type === type).length, patience).toBe(count)
  }

  textOf(type: string): string {
    return this.said
      .filter(each => each.type === type)
      .map(({ content, message }) => content ?? message)
      .join('')
  }
}

const patience = { timeout: 20_000 }

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(env)
  cleanUps.push(() => gateway.remove())
  return gateway
}

interface Opening {
  readonly headers?: Record<string, string>
  readonly protocols?: string[]
}

async function open(
  gateway: TestGateway,
  path: string,
  { headers = {}, protocols = [] }: Opening = {},
): Promise<Client> {
  const socket = new WebSocket(gateway.url.replace('http', 'ws') + path, protocols, { headers })
  const client = new Client(socket)
  cleanUps.push(async () => socket.terminate())
  await once(socket, 'open')
  return client
}

/** The status and the error code of an upgrade that is refused. */
function refusalOf(
  gateway: TestGateway,
  path: string,
  { headers = {}, protocols = [] }: Opening = {},
): Promise<unknown[]> {
  const socket = new WebSocket(gateway.url.replace('http', 'ws') + path, protocols, { headers })
  return new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('the socket was opened')))
    socket.on('error', () => undefined)
    socket.on('unexpected-response', async (_request, response) => {
      let body = ''
      for await (const piece of response) body += piece
      resolve([response.statusCode, JSON.parse(body).error.code])
    })
  })
}

async function verify(
  gateway: TestGateway,
  text: string,
  detached?: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${gateway.url}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, ...(detached === undefined ? {} : { detached }) }),
  })
  return (await response.json()) as Record<string, unknown>
}

/** A model that says one word and then nothing. */
async function startStalling(): Promise<FakeOpenAI> {
  const fake = await startFakeOpenAI(response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chunkEvent({ delta: { content: 'Half a sentence' }, finish_reason: null }))
  })
  cleanUps.push(() => fake.close())
  return fake
}

describe.each(['/query/ws', '/ws'])('%s', path => {
  test('answers several queries, one after the other, each sealed and kept', async () => {
    const gateway = await start()
    const client = await open(gateway, path)
    client.say({ query: 'One' })
    client.say({ query: 'Two', model: 'demo-code' })
    await client.until('complete', 2)
    const [first, second] = client.said.filter(({ type }) => type === 'complete')
    expect(client.textOf('chunk')).toBe(`${first?.content}${second?.content}`)
    for (const answer of [first, second]) {
      const { stream_id, detached } = answer?.metadata ?? {}
      expect(await verify(gateway, answer?.content ?? '', detached)).toMatchObject({ status: 'intact' })
      const run = await fetch(`${gateway.url}/runs/${stream_id}`)
      expect(await run.json()).toMatchObject({ state: 'complete', route: path })
    }
  })

  test('tells what cannot be answered, and stays open', async () => {
    const gateway = await start()
    const client = await open(gateway, path)
    for (const message of [
      { query: '  ' },
      'no JSON',
      { query: 'Hi', seal: 'wax' },
      { query: 'Hi', model: 7 },
    ])
      client.say(message)
    await client.until('error', 4)
    expect(client.said[0]).toEqual({ type: 'error', content: 'No query provided' })
    expect(client.said.map(({ content }) => content)).toEqual(
      expect.arrayContaining([expect.stringMatching(/"wax"/), expect.stringMatching(/"model"/)]),
    )
    client.say({ query: 'Hi' })
    await client.until('complete')
  })
})

test('/chat/ws speaks sender, message and type', async () => {
  const gateway = await start()
  const client = await open(gateway, '/chat/ws')
  client.say('What is a seal?')
  await client.until('end')
  expect(client.said.slice(0, 2)).toEqual([
    { sender: 'bot', message: '', type: 'start' },
    { sender: 'bot', message: 'Synthesizing question...', type: 'info' },
  ])
  const { detached } = client.said.at(-1)?.metadata ?? {}
  expect(await verify(gateway, client.textOf('stream'), detached)).toMatchObject({ status: 'intact' })
  client.say({ message: '' })
  await client.until('error')
})

describe('an answer under way', () => {
  async function ask(): Promise<{ fake: FakeOpenAI; gateway: TestGateway; client: Client }> {
    const fake = await startStalling()
    const gateway = await start({ OPENAI_BASE_URL: fake.baseUrl, STREAMSEAL_MODEL: 'm' })
    const client = await open(gateway, '/query/ws')
    client.say({ query: 'Hi' })
    await client.until('chunk')
    return { fake, gateway, client }
  }

  test('stops when its client leaves, and the provider is let go', async () => {
    const { fake, client } = await ask()
    expect(fake.open.size).toBe(1)
    client.socket.close()
    await expect.poll(() => fake.open.size, patience).toBe(0)
  })

  test('stops when its client has heard enough, and the next query is answered', async () => {
    const { fake, gateway, client } = await ask()
    client.say({ type: 'cancel' })
    await client.until('complete')
    const { content, metadata } = client.said.at(-1) as Said
    expect(metadata.finish_reason).toBe('aborted')
    expect(await verify(gateway, content, metadata.detached)).toMatchObject({ status: 'intact' })
    client.say({ query: 'Again' })
    await expect.poll(() => fake.seen.length, patience).toBe(2)
  })

  test('is told when the gateway stops, and the socket is closed as going away', async () => {
    const { gateway, client } = await ask()
    await gateway.stop()
    expect(await client.closed).toBe(1001)
    expect(client.said.at(-1)).toMatchObject({
      type: 'error',
      content: expect.stringMatching(/shutting down/),
    })
  })
})

describe('who may open a socket', () => {
  test('a page of another site may not, nor may a host that is not ours', async () => {
    const gateway = await start()
    const origin = { headers: { origin: 'https://evil.example' } }
    expect(await refusalOf(gateway, '/query/ws', origin)).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
    const host = { headers: { host: 'evil.example' } }
    expect(await refusalOf(gateway, '/query/ws', host)).toEqual([403, 'HOST_NOT_ALLOWED'])
    const own = { headers: { origin: gateway.url } }
    expect((await open(gateway, '/query/ws', own)).socket.readyState).toBe(WebSocket.OPEN)
  })

  test.each(['/nowhere', '/query/stream', '/constructor'])('nobody at %s', async path => {
    expect(await refusalOf(await start(), path)).toEqual([404, 'ROUTE_NOT_FOUND'])
  })

  test('who has the key, in a header or, as browsers must, among the subprotocols; never in the URL', async () => {
    const key = 'sk-gateway/+=é'.slice(0, 13)
    const gateway = await start({ STREAMSEAL_API_KEY: key })
    const ofProtocol = (text: string): string[] => [
      `streamseal.key.${Buffer.from(text).toString('base64url')}`,
      'streamseal',
    ]
    for (const refused of [
      {},
      { protocols: ofProtocol('wrong') },
      { protocols: ofProtocol('\r\nx: y') },
      { headers: { authorization: 'Bearer wrong' } },
    ]) {
      expect(await refusalOf(gateway, '/ws', refused)).toEqual([401, 'AUTHENTICATION_FAILED'])
    }
    expect(await refusalOf(gateway, `/ws?key=${encodeURIComponent(key)}`)).toEqual([
      401,
      'AUTHENTICATION_FAILED',
    ])
    const byProtocol = await open(gateway, '/ws', { protocols: ofProtocol(key) })
    expect(byProtocol.socket.protocol).toBe('streamseal')
    for (const headers of [{ authorization: `Bearer ${key}` }, { 'x-api-key': key }]) {
      const client = await open(gateway, '/ws', { headers })
      client.say({ query: 'Hi' })
      await client.until('complete')
    }
  })

  test('so many at once; who is refused may come back when one has left', async () => {
    const gateway = await start({ STREAMSEAL_MAX_SOCKETS: '1' })
    const first = await open(gateway, '/ws')
    expect(await refusalOf(gateway, '/ws')).toEqual([503, 'OVERLOADED'])
    first.socket.close()
    await first.closed
    await expect
      .poll(
        () =>
          open(gateway, '/ws').then(
            () => 'open',
            () => 'refused',
          ),
        patience,
      )
      .toBe('open')
  })
})

test('a message that is too long closes the socket with 1009, and the gateway goes on', async () => {
  const gateway = await start({ STREAMSEAL_MAX_BODY_BYTES: '1024' })
  const client = await open(gateway, '/ws')
  client.say({ query: 'x'.repeat(2000) })
  expect(await client.closed).toBe(1009)
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
})

test('a client that asks nothing is closed after STREAMSEAL_SOCKET_IDLE_MS, one that is being answered is not', async () => {
  const fake = await startStalling()
  const gateway = await start({
    OPENAI_BASE_URL: fake.baseUrl,
    STREAMSEAL_MODEL: 'm',
    STREAMSEAL_SOCKET_IDLE_MS: '200',
  })
  const asking = await open(gateway, '/ws')
  asking.say({ query: 'Hi' })
  await asking.until('chunk')
  const idle = await open(gateway, '/ws')
  expect(await idle.closed).toBe(1001)
  expect(asking.socket.readyState).toBe(WebSocket.OPEN)
})
