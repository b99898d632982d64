import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createSigner, generateKeys, strip, trustList, verify } from '@streamseal/seal'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { demo } from '../demo.ts'
import { generate } from '../generate.ts'
import type { Run } from '../run/run.ts'
import { StreamError } from '../stream-error.ts'
import { scriptedModel } from '../testing/scripted-model.ts'
import {
  createChatFrames,
  type QuerySocketOptions,
  type SocketLike,
  serveQueries,
  webSocket,
} from '../web-socket.ts'

/** A browser's window without a browser; it has no types of its own. */
interface Window {
  WebSocket: new (url: string) => SocketLike
  close(): void
}
const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  JSDOM: new (html: string, options: { url: string }) => { window: Window }
}

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const fast = { tokensPerSecond: Number.POSITIVE_INFINITY }
const short = { ...fast, text: 'Hello world' }

async function serve(onSocket: (socket: WebSocket) => unknown): Promise<string> {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', socket => void onSocket(socket))
  cleanups.push(() => {
    for (const client of sockets.clients) client.terminate()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Client {
  socket: WebSocket
  /** The next messages, as text. */
  read(count: number): Promise<string[]>
}

async function connect(url: string): Promise<Client> {
  const socket = new WebSocket(url)
  cleanups.push(() => socket.terminate())
  const messages: string[] = []
  let wake = (): void => undefined
  socket.on('message', data => {
    messages.push(String(data))
    wake()
  })
  await once(socket, 'open')
  return {
    socket,
    async read(count) {
      while (messages.length < count) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      return messages.splice(0, count)
    },
  }
}

async function ask(options: QuerySocketOptions): Promise<Client> {
  return connect(await serve(socket => serveQueries(socket, options)))
}

/** A model that says one word and then nothing until it is stopped. */
const stalling = scriptedModel([
  { type: 'start', provider: 'scripted', model: 'm' },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: 'Half' },
  () => new Promise(() => undefined),
])

function flood(): Run {
  const delta = { type: 'text-delta' as const, id: 't', delta: 'x'.repeat(10_000) }
  return generate(
    scriptedModel([
      { type: 'start', provider: 'scripted', model: 'm' },
      { type: 'text-start', id: 't' },
      ...Array.from({ length: 4000 }, () => delta),
      { type: 'text-end', id: 't' },
      { type: 'finish', reason: 'stop' },
    ]),
    { prompt: 'x', maxLogChars: 100_000, maxOutputChars: 0 },
  )
}

describe('webSocket', () => {
  test("sends the guide's messages key for key, and leaves the socket open", async () => {
    const ended: string[] = []
    const client = await connect(
      await serve(async socket =>
        ended.push(await webSocket(generate(demo(short), { prompt: 'x', metadata: { a: 1 } }), socket)),
      ),
    )
    const [first, second, last] = await client.read(3)
    expect(first).toBe('{"type":"chunk","content":"Hello"}')
    expect(second).toBe('{"type":"chunk","content":" world"}')
    expect(last).toMatch(
      /^\{"type":"complete","content":"Hello world","metadata":\{"a":1,"finish_reason":"stop","metrics":/,
    )
    expect(client.socket.readyState).toBe(WebSocket.OPEN)
    await expect.poll(() => ended).toEqual(['ended'])
  })

  test('carries the seal’s other half in the last message, and what was sent verifies', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const seal = { signer: await createSigner(privateJwk), format: 'code' as const }
    const client = await connect(
      await serve(socket =>
        webSocket(generate(demo(short), { prompt: 'x', seal }), socket, { closeAtEnd: true }),
      ),
    )
    await once(client.socket, 'close')
    const last = JSON.parse((await client.read(3))[2] ?? '')
    const report = await verify(last.content, {
      trust: trustList(publicJwk),
      detached: last.metadata.detached,
    })
    expect(report).toMatchObject({ status: 'intact', seals: [{ streamId: last.metadata.stream_id }] })
    expect(strip(last.content)).toBe('Hello world')
  })

  test('tells a failure in exactly one error message', async () => {
    const model = scriptedModel([{ type: 'start', provider: 'scripted', model: 'm' }])
    const client = await connect(
      await serve(socket => webSocket(generate(model, { prompt: 'x' }), socket, { closeAtEnd: true })),
    )
    const [code] = await once(client.socket, 'close')
    expect([code, await client.read(1)]).toEqual([
      1000,
      ['{"type":"error","content":"\\"scripted\\" ended without a finish"}'],
    ])
  })

  test('cancels the run when the client leaves, or lets it go on', async () => {
    for (const onLeave of ['cancel', 'continue'] as const) {
      const run = generate(stalling, { prompt: 'x' })
      const delivered: string[] = []
      const client = await connect(
        await serve(async socket => delivered.push(await webSocket(run, socket, { onLeave }))),
      )
      await client.read(1)
      client.socket.close()
      await expect.poll(() => delivered).toEqual(['left'])
      if (onLeave === 'cancel') expect((await run.result()).finishReason).toBe('aborted')
      else expect(run.state).toBe('running')
      run.cancel()
    }
  })

  test('holds no more than its bound for a client who does not read, and holds the model back', async () => {
    const waiting: number[] = []
    const runs: Run[] = []
    const client = await connect(
      await serve(socket => {
        runs.push(flood())
        const timer = setInterval(() => waiting.push(socket.bufferedAmount), 1)
        cleanups.push(() => clearInterval(timer))
        return webSocket(runs[0] as Run, socket, { maxBufferedBytes: 100_000, stallTimeoutMs: 300 })
      }),
    )
    client.socket.pause()
    await expect.poll(() => runs[0]?.state, { timeout: 20_000 }).toBe('cancelled')
    expect(Math.max(...waiting)).toBeGreaterThan(0)
    expect(Math.max(...waiting)).toBeLessThan(100_000 + 11_000)
  })

  test('closes a slow client with 1013 under "close", and the run goes on', async () => {
    const counted: Promise<number>[] = []
    const client = await connect(
      await serve(socket => {
        const run = flood()
        counted.push(deltas(run))
        return webSocket(run, socket, { whenSlow: 'close', maxWaitingChars: 50_000, onLeave: 'continue' })
      }),
    )
    client.socket.pause()
    await expect.poll(() => counted.length).toBe(1)
    expect(await counted[0]).toBe(4000)
    const closed = once(client.socket, 'close')
    client.socket.resume()
    expect((await closed)[0]).toBe(1013)
  })

  test('pings while the model is silent', async () => {
    const run = generate(stalling, { prompt: 'x' })
    const client = await connect(await serve(socket => webSocket(run, socket, { heartbeatMs: 10 })))
    await once(client.socket, 'ping')
    client.socket.terminate()
    await run.result()
  })

  test("sends over the WHATWG's socket, which is still connecting, as over that of `ws`", async () => {
    const received: string[] = []
    const url = await serve(socket => socket.on('message', data => received.push(String(data))))
    const { window } = new JSDOM('', { url: 'http://localhost/' })
    const socket = new window.WebSocket(url)
    await webSocket(generate(demo(short), { prompt: 'x' }), socket, { closeAtEnd: true })
    await expect.poll(() => received.length).toBe(3)
    expect(received[0]).toBe('{"type":"chunk","content":"Hello"}')
    window.close()
  })
})

async function deltas(run: Run): Promise<number> {
  let count = 0
  for await (const part of run.parts) if (part.type === 'text-delta') count++
  return count
}

describe('serveQueries', () => {
  test('answers several queries on one socket, in the order in which they came', async () => {
    const asked: unknown[] = []
    const client = await ask({
      ask({ messages }) {
        asked.push(messages)
        return generate(demo({ ...fast, text: asked.length === 1 ? 'One' : 'Two' }), { messages })
      },
    })
    client.socket.send('{"query": "one"}')
    client.socket.send('{"messages": [{"role": "user", "content": "two"}]}')
    const messages = await client.read(4)
    expect(messages.map(text => [JSON.parse(text).type, JSON.parse(text).content])).toEqual([
      ['chunk', 'One'],
      ['complete', 'One'],
      ['chunk', 'Two'],
      ['complete', 'Two'],
    ])
    expect(asked).toEqual([
      [
        { role: 'system', content: 'You are a helpful assistant.' },
        { role: 'user', content: 'one' },
      ],
      [{ role: 'user', content: 'two' }],
    ])
  })

  test.each([
    ['{"query": ""}', 'No query provided'],
    ['{}', 'No query provided'],
    ['not JSON', 'Cannot read the message: it is not a JSON object'],
    ['{"messages": [{"role": "king"}]}', 'Cannot read messages[0]'],
    [`{"query": "${'x'.repeat(2000)}"}`, 'longer than 1000 characters'],
  ])('says what is wrong with %s, asks nobody, and goes on', async (sent, expected) => {
    const client = await ask({
      ask: ({ messages }) => generate(demo(short), { messages }),
      maxMessageChars: 1000,
    })
    client.socket.send(sent)
    const [error] = await client.read(1)
    expect(JSON.parse(error ?? '')).toEqual({ type: 'error', content: expect.stringContaining(expected) })
    client.socket.send('{"query": "Hello?"}')
    expect((await client.read(3))[2]).toContain('Hello world')
  })

  test('stops the answer when the client says so, and keeps what had come', async () => {
    const client = await ask({ ask: ({ messages }, signal) => generate(stalling, { messages, signal }) })
    client.socket.send('{"query": "x"}')
    await client.read(1)
    client.socket.send('{"type": "cancel"}')
    expect(JSON.parse((await client.read(1))[0] ?? '')).toMatchObject({
      type: 'complete',
      content: 'Half',
      metadata: { finish_reason: 'aborted' },
    })
  })

  test('refuses more waiting queries than it may hold', async () => {
    const client = await ask({
      ask: ({ messages }) => generate(stalling, { messages }),
      maxWaitingQueries: 1,
    })
    for (const _ of [1, 2, 3]) client.socket.send('{"query": "x"}')
    expect((await client.read(2)).join()).toContain('Cannot take the query: 1 wait already')
  })

  test('tells a StreamError, what it is told to tell, and of any other error only that there was one', async () => {
    const told: unknown[] = []
    const errors = [
      new StreamError('too busy', { code: 'OVERLOADED' }),
      Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' }),
    ]
    const client = await ask({
      ask() {
        throw errors.shift()
      },
      onError: error => told.push(error),
    })
    client.socket.send('{"query": "x"}')
    client.socket.send('{"query": "y"}')
    expect(await client.read(2)).toEqual([
      '{"type":"error","content":"too busy"}',
      '{"type":"error","content":"Cannot answer: something failed inside"}',
    ])
    expect(told).toHaveLength(1)
  })

  test('asks with a signal that is aborted where the client leaves before there is a run', async () => {
    const signals: AbortSignal[] = []
    const client = await ask({
      ask(_query, signal) {
        signals.push(signal)
        return new Promise(() => undefined)
      },
    })
    client.socket.send('{"query": "x"}')
    await expect.poll(() => signals.length).toBe(1)
    client.socket.terminate()
    await expect.poll(() => signals[0]?.aborted).toBe(true)
  })
})

describe("LangChain's messages", () => {
  test('are start, info, stream, end, with sender, message and type in this order; plain text is a question', async () => {
    const client = await ask({
      protocol: 'chat',
      ask: ({ messages }) => generate(demo(short), { messages }),
    })
    client.socket.send('Hello?')
    expect(await client.read(5)).toEqual([
      '{"sender":"bot","message":"","type":"start"}',
      '{"sender":"bot","message":"Synthesizing question...","type":"info"}',
      '{"sender":"bot","message":"Hello","type":"stream"}',
      '{"sender":"bot","message":" world","type":"stream"}',
      '{"sender":"bot","message":"","type":"end"}',
    ])
    client.socket.send('')
    expect(await client.read(1)).toEqual(['{"sender":"bot","message":"No query provided","type":"error"}'])
  })

  test('carry the seal’s other half in `end`', () => {
    const frames = createChatFrames()
    frames.take({ type: 'seal', streamId: '0123456789abcdef', detached: 'd', cursor: 1 })
    expect(frames.take({ type: 'finish', reason: 'stop', cursor: 2 })).toBe(
      '{"sender":"bot","message":"","type":"end","metadata":{"stream_id":"0123456789abcdef","detached":"d"}}',
    )
  })
})
