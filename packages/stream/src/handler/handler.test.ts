import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import { StreamingHandler as EncypherHandler } from '@streamseal/seal/encypher'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { Message, Model } from '../contract.ts'
import { demo } from '../demo.ts'
import { StreamFormat, StreamingHandler } from '../handler.ts'
import { scriptedModel } from '../testing/scripted-model.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const fast = { tokensPerSecond: Number.POSITIVE_INFINITY }
const short = demo({ ...fast, text: 'Hello world' })
const messages: Message[] = [{ role: 'user', content: 'Hello?' }]
const failing = scriptedModel([{ type: 'start', provider: 'scripted', model: 'm' }])

/** Says one word and then nothing until it is stopped. */
const stalling = scriptedModel([
  { type: 'start', provider: 'scripted', model: 'm' },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: 'Half' },
  () => new Promise(() => undefined),
])

const sse = (model: Model, options = {}): StreamingHandler =>
  new StreamingHandler(model, StreamFormat.SSE, options)

async function all(frames: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = []
  for await (const frame of frames) list.push(frame)
  return list
}

const parsed = (
  frame: string | undefined,
): { content: string; metadata: Record<string, unknown>; error?: string } =>
  JSON.parse((frame ?? '').replace(/^data: /, ''))

/** Runs the handler on each socket of a server, and gives the messages that a client gets. */
async function overSocket(onSocket: (socket: WebSocket) => Promise<void>): Promise<string[]> {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', socket => void onSocket(socket).finally(() => socket.close()))
  cleanups.push(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const received: string[] = []
  client.on('message', data => received.push(String(data)))
  await once(client, 'close')
  return received
}

test('streamSse yields data frames only, whole, key for key', async () => {
  const frames = await all(sse(short).streamSse(messages))
  expect(frames.slice(0, 2)).toEqual([
    'data: {"content":"Hello","metadata":{},"is_final":false}\n\n',
    'data: {"content":" world","metadata":{},"is_final":false}\n\n',
  ])
  expect(frames).toHaveLength(3)
  expect(frames[2]).toMatch(
    /^data: \{"content":"","metadata":\{"final_response":"Hello world",.*\},"is_final":true\}\n\n$/,
  )
  expect(parsed(frames[2]).metadata.metrics).toMatchObject({ chunks: 2 })
})

test('the joined contents of a sealed stream are its final response, and verify', async () => {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const handler = sse(demo(fast), { seal: { signer: await createSigner(privateJwk) } })
  const frames = (await all(handler.streamSse(messages))).map(parsed)
  const text = frames.map(frame => frame.content).join('')
  const final = frames.at(-1)?.metadata as { final_response: string; detached?: string }
  expect(text).toBe(final.final_response)
  const beside = final.detached === undefined ? {} : { detached: final.detached }
  expect((await verify(text, { trust: trustList(publicJwk), ...beside })).status).toBe('intact')
})

test('a failure is exactly one error frame, or thrown where the caller writes its own', async () => {
  const frames = await all(sse(failing).streamSse(messages))
  expect(frames).toHaveLength(1)
  expect(frames[0]).toMatch(
    /^data: \{"content":"","metadata":\{.*\},"is_final":true,"error":".*without a finish"\}\n\n$/,
  )
  await expect(all(sse(failing).streamSse(messages, { throwOnError: true }))).rejects.toMatchObject({
    code: 'STREAM_INCOMPLETE',
  })
})

test('no messages are no query', async () => {
  expect(parsed((await all(sse(short).streamSse([])))[0]).error).toBe('No query provided')
})

test('streamWebSocket sends chunk and complete, several answers on one socket', async () => {
  const handler = new StreamingHandler(short, StreamFormat.WEBSOCKET)
  const received = await overSocket(async socket => {
    await handler.streamWebSocket(socket, messages)
    await handler.streamWebSocket(socket, messages)
  })
  expect(received.map(text => JSON.parse(text).type)).toEqual([
    'chunk',
    'chunk',
    'complete',
    'chunk',
    'chunk',
    'complete',
  ])
  expect(received[0]).toBe('{"type":"chunk","content":"Hello"}')
  expect(JSON.parse(received[2] ?? '').content).toBe('Hello world')
})

test('streamWebSocket sends one error, or throws and sends none', async () => {
  const handler = new StreamingHandler(failing, StreamFormat.WEBSOCKET)
  const received = await overSocket(async socket => {
    await handler.streamWebSocket(socket, messages)
    await handler
      .streamWebSocket(socket, messages, { throwOnError: true })
      .catch(error => socket.send(error.code))
  })
  expect(received).toEqual([
    '{"type":"error","content":"\\"scripted\\" ended without a finish"}',
    'STREAM_INCOMPLETE',
  ])
})

test('a stream that takes too long fails, and the text that came stays', async () => {
  const frames = await all(sse(stalling, { streamTimeoutMs: 30 }).streamSse(messages))
  expect(frames.map(frame => parsed(frame).content)).toEqual(['Half', ''])
  expect(parsed(frames[1]).metadata.code).toBe('TIMEOUT_TOTAL')
})

test('at most so many streams at once, so many wait, and one more is refused', async () => {
  const handler = sse(stalling, { maxConcurrentStreams: 1, maxWaitingStreams: 1 })
  const first = handler.streamSse(messages)
  await first.next()
  const second = all(handler.streamSse(messages))
  await expect.poll(() => handler.metrics.waitingStreams).toBe(1)
  const [refused] = await all(handler.streamSse(messages))
  expect(parsed(refused)).toMatchObject({ metadata: { code: 'RATE_LIMITED', retryable: true } })
  expect(handler.metrics).toMatchObject({ activeStreams: 1, waitingStreams: 1, failedStreams: 1 })
  await first.return?.()
  await expect.poll(() => handler.metrics.waitingStreams).toBe(0)
  await handler.cleanup()
  expect(parsed((await second).at(-1)).metadata.finish_reason).toBe('aborted')
})

test('cleanup ends what streams and what waits, and leaves nothing behind', async () => {
  const handler = sse(stalling, { maxConcurrentStreams: 1 })
  const running = all(handler.streamSse(messages))
  const waiting = all(handler.streamSse(messages))
  await expect.poll(() => handler.metrics.waitingStreams).toBe(1)
  await handler.cleanup()
  expect((await running).length).toBeGreaterThan(0)
  expect(parsed((await waiting)[0]).metadata.code).toBe('ABORTED')
  await expect
    .poll(() => handler.metrics)
    .toMatchObject({ activeStreams: 0, waitingStreams: 0, cancelledStreams: 1 })
  expect(await all(sse(short).streamSse(messages))).toHaveLength(3)
})

test('leaving the loop cancels the stream, also while it waits for a word', async () => {
  const handler = sse(stalling)
  for await (const _ of handler.streamSse(messages)) break
  await expect.poll(() => handler.metrics.cancelledStreams).toBe(1)
  const silent = handler.streamSse(messages)
  await silent.next()
  const pending = silent.next()
  await silent.return?.()
  await pending
  await expect.poll(() => handler.metrics.cancelledStreams).toBe(2)
})

test("a caller's signal cancels its stream and no other", async () => {
  const handler = sse(stalling)
  const stop = new AbortController()
  const one = all(handler.streamSse(messages, { signal: stop.signal }))
  const other = handler.streamSse(messages)
  await other.next()
  await expect.poll(() => handler.metrics.activeStreams).toBe(2)
  stop.abort()
  expect(parsed((await one).at(-1)).metadata.finish_reason).toBe('aborted')
  expect(handler.metrics.activeStreams).toBe(1)
  await handler.cleanup()
})

test('metrics add up over streams, those under way included', async () => {
  const handler = sse(short)
  await all(handler.streamSse(messages))
  await all(handler.streamSse(messages))
  await expect
    .poll(() => handler.metrics)
    .toMatchObject({ completedStreams: 2, activeStreams: 0, chunks: 4, characters: 22 })
  expect(handler.metrics.last).toMatchObject({ chunks: 2 })
  expect(handler.metrics.outputTokens).toBe(4)
})

test("each handler recognises the other's arguments and says where it is", () => {
  const encypher = { metadata: { model_id: 'gpt-4' }, target: 'whitespace', encodeFirstChunkOnly: true }
  expect(() => new StreamingHandler(encypher as never, StreamFormat.SSE)).toThrow(
    /@streamseal\/seal\/encypher/,
  )
  expect(() => new EncypherHandler(short as never)).toThrow(/@streamseal\/stream\/handler/)
  expect(() => new StreamingHandler('gpt-4' as never, StreamFormat.SSE)).toThrow(/a string, not a model/)
  expect(() => new StreamingHandler(short, 'SSE' as never)).toThrow(/"SSE"/)
})
