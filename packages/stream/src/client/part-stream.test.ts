import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Model, Part } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { type ScriptStep, scriptedModel } from '../testing.ts'
import { type PartStream, type StreamState, streamParts } from './index.ts'
import { type RunServer, serveRuns } from './run-server.test-helper.ts'

const servers: RunServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(server => server.close())))

async function serve(model: () => Model): Promise<RunServer> {
  const server = await serveRuns(model)
  servers.push(server)
  return server
}

const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const never = (): Promise<void> => new Promise(() => undefined)

/** A model that takes a turn of the event loop between its words. */
function speaking(
  deltas: readonly string[],
  end: ScriptStep[] = [{ type: 'finish', reason: 'stop' }],
): Model {
  return scriptedModel([
    { type: 'start', provider: 'scripted', model: 'm' },
    { type: 'text-start', id: 't' },
    ...deltas.flatMap((delta): ScriptStep[] => [pause, { type: 'text-delta', id: 't', delta }]),
    { type: 'text-end', id: 't' },
    ...end,
  ])
}

const stuck = (): Model => speaking(['Half'], [never])
const fast = { firstDelayMs: 1, longestDelayMs: 2, WebSocket } as const

async function all(parts: AsyncIterable<Part>): Promise<Part[]> {
  const read: Part[] = []
  for await (const part of parts) read.push(part)
  return read
}

function readUntil(stream: PartStream, type: Part['type']): Promise<void> {
  return new Promise((resolve, reject) => {
    void (async () => {
      for await (const part of stream) if (part.type === type) resolve()
    })().catch(reject)
  })
}

const kinds = [
  { kind: 'events', base: (server: RunServer) => server.http },
  { kind: 'a socket', base: (server: RunServer) => server.ws },
]

describe.each(kinds)('over $kind', ({ kind, base }) => {
  const words = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { maxLength: 30 })
  const cuts = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 6 })

  test('the parts are those of the run, each once, wherever the connection is cut', async () => {
    const server = await serve(() => speaking([]))
    await fc.assert(
      fc.asyncProperty(words, cuts, async (deltas, places) => {
        const run = await server.runs.start(speaking(deltas), { prompt: 'x' })
        server.cuts.splice(0, server.cuts.length, ...places)
        const stream = streamParts(`${base(server)}/runs/${run.id}/stream`, fast)
        const read = await all(stream)
        expect(read).toEqual(await all(run.read()))
        expect(stream.state).toBe('done')
        expect(stream.cursor).toBe(read.at(-1)?.cursor)
      }),
      { numRuns: 60 },
    )
  })

  test('a question is asked once, wherever its answer is cut, and is answered whole unless its run has no name yet', async () => {
    const server = await serve(() => speaking(['One ', 'two ', 'three ', 'four.']))
    await fc.assert(
      fc.asyncProperty(cuts, async places => {
        server.asked.length = 0
        server.cuts.splice(0, server.cuts.length, ...places)
        const stream = streamParts(`${base(server)}/stream`, { ...fast, body: { prompt: 'Count' } })
        const read = await all(stream).catch((error: unknown) => error)
        expect(server.asked).toEqual(server.asked.length === 0 ? [] : ['{"prompt":"Count"}'])
        if (stream.runId === undefined) {
          expect(read).toMatchObject({ name: 'StreamError', retryable: true })
          expect(stream.state).toBe('failed')
        } else {
          expect(read).toEqual(await all(server.runs.read(stream.runId)))
          expect(server.asked).toHaveLength(1)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('shows its states: connecting, streaming, waiting, and again, then done', async () => {
    const server = await serve(() => speaking([]))
    const run = await server.runs.start(speaking(['a'.repeat(500), 'b']), { prompt: 'x' })
    server.cuts.push(500)
    const states: StreamState[] = []
    const stream = streamParts(`${base(server)}/runs/${run.id}/stream`, {
      ...fast,
      onState: state => states.push(state),
    })
    expect(stream.state).toBe('connecting')
    await all(stream)
    expect(states).toEqual(['streaming', 'waiting', 'connecting', 'streaming', 'done'])
  })

  test('a silent model is waited for: heartbeats keep the connection', async () => {
    let go = (): void => undefined
    const gate = new Promise<void>(resolve => {
      go = resolve
    })
    const server = await serve(() => speaking(['a'], [() => gate, { type: 'finish', reason: 'stop' }]))
    const stream = streamParts(`${base(server)}/stream`, { ...fast, body: {}, idleTimeoutMs: 1500 })
    setTimeout(go, 2000)
    await all(stream)
    expect(stream.state).toBe('done')
    expect(server.requests).toHaveLength(1)
  })

  test('gives up after as many connections without a new part as it was told, and says why', async () => {
    const server = await serve(() => speaking([]))
    const run = await server.runs.start(speaking(['a']), { prompt: 'x' })
    server.cuts.push(...Array.from({ length: 20 }, () => 0))
    const stream = streamParts(`${base(server)}/runs/${run.id}/stream`, { ...fast, maxAttempts: 3 })
    await expect(all(stream)).rejects.toBeInstanceOf(StreamError)
    expect(stream).toMatchObject({ state: 'failed', error: { code: 'PROVIDER_UNAVAILABLE' } })
    expect(server.cuts).toHaveLength(16)
  })

  test('cancel() stops the run at the server and ends the reading, with what had come', async () => {
    const server = await serve(stuck)
    const stream = streamParts(`${base(server)}/stream`, { ...fast, body: {} })
    const read: Part[] = []
    for await (const part of stream) {
      read.push(part)
      if (part.type === 'text-delta') stream.cancel()
    }
    expect(read.at(-1)).toMatchObject({ type: 'text-delta', delta: 'Half' })
    expect(stream).toMatchObject({ state: 'cancelled', error: undefined })
    await expect.poll(async () => (await server.runs.get(stream.runId ?? ''))?.state).toBe('cancelled')
  })

  test('leaving by the signal throws ABORTED and lets the run go on', async () => {
    const server = await serve(stuck)
    const leaving = new AbortController()
    const stream = streamParts(`${base(server)}/stream`, { ...fast, body: {}, signal: leaving.signal })
    const reading = all(stream)
    await expect.poll(() => stream.cursor).toBeGreaterThan(2)
    leaving.abort()
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
    expect(stream.state).toBe('cancelled')
    expect((await server.runs.get(stream.runId ?? ''))?.state).toBe('running')
    await expect.poll(() => server.runs.counts.readers).toBe(0)
  })

  test('leaving the loop closes the connection', async () => {
    const server = await serve(stuck)
    const stream = streamParts(`${base(server)}/stream`, { ...fast, body: {} })
    for await (const part of stream) if (part.type === 'text-delta') break
    expect(stream.state).toBe('cancelled')
    await expect.poll(() => server.runs.counts.readers).toBe(0)
  })

  test('a run that fails ends with its error part, which the stream has as its error', async () => {
    const fail = (): never => {
      throw new StreamError('too busy', { code: 'OVERLOADED' })
    }
    const server = await serve(() => speaking(['a'], [fail]))
    const stream = streamParts(`${base(server)}/stream`, { ...fast, body: {} })
    expect((await all(stream)).at(-1)).toMatchObject({ type: 'error', code: 'OVERLOADED' })
    expect(stream).toMatchObject({ state: 'failed', error: { code: 'OVERLOADED', message: 'too busy' } })
    expect(server.requests).toHaveLength(1)
  })

  test('a run that somebody else stops is cancelled', async () => {
    const server = await serve(stuck)
    const stream = streamParts(`${base(server)}/stream`, { ...fast, body: {} })
    const reading = all(stream)
    await expect.poll(() => stream.cursor).toBeGreaterThan(2)
    await server.runs.cancel(stream.runId ?? '')
    expect((await reading).at(-1)).toMatchObject({ type: 'finish', reason: 'aborted' })
    expect(stream.state).toBe('cancelled')
  })

  test('comes back with the cursor of the last part', async () => {
    const server = await serve(stuck)
    const stream = streamParts(`${base(server)}/stream`, { ...fast, body: {} })
    await readUntil(stream, 'text-end')
    const { runId, cursor } = stream
    server.cutNow()
    await expect.poll(() => server.requests.length).toBe(2)
    expect(server.requests[1]).toBe(
      kind === 'events'
        ? `GET /runs/${runId}/stream?after=${cursor} ${runId}:${cursor}`
        : `WS /runs/${runId}/stream?after=${cursor} -`,
    )
    stream.cancel()
  })

  test('begins after a cursor that a page has kept', async () => {
    const server = await serve(() => speaking([]))
    const run = await server.runs.start(speaking(['a', 'b']), { prompt: 'x' })
    const stream = streamParts(`${base(server)}/runs/${run.id}/stream`, { ...fast, after: 3 })
    expect((await all(stream)).map(part => part.cursor)).toEqual(
      (await all(run.read({ after: 3 }))).map(part => part.cursor),
    )
  })
})

describe('over events, as an EventSource', () => {
  const finish = 'data: {"type":"finish","reason":"stop","cursor":2}\nid: r:2\n\n'
  const events = { 'content-type': 'text/event-stream' }

  async function scripted(answers: { status: number; headers?: Record<string, string>; body?: string }[]) {
    const server = await serve(() => speaking([]))
    server.intercept = (_, response) => {
      const answer = answers.shift()
      if (answer === undefined) return false
      response.writeHead(answer.status, answer.headers)
      response.end(answer.body)
      return true
    }
    return server
  }

  test('an event without its blank line is not taken, and comes again', async () => {
    const server = await scripted([
      {
        status: 200,
        headers: events,
        body: 'data: {"type":"start","provider":"p","model":"m","cursor":1}\nid: r:1\n',
      },
      { status: 200, headers: events, body: finish },
    ])
    const stream = streamParts(`${server.http}/runs/r/stream`, fast)
    expect(await all(stream)).toHaveLength(1)
    expect(server.requests[1]).toBe('GET /runs/r/stream -')
  })

  test('204 says that there is nothing more: it stays away, and says that the end is missing', async () => {
    const server = await scripted([{ status: 204 }])
    const stream = streamParts(`${server.http}/runs/r/stream`, fast)
    await expect(all(stream)).rejects.toMatchObject({ code: 'STREAM_INCOMPLETE', retryable: false })
    expect(server.requests).toHaveLength(1)
  })

  test('`retry:` sets the first wait', async () => {
    const server = await scripted([{ status: 200, headers: events, body: 'retry: 60000\n\n' }])
    const stream = streamParts(`${server.http}/runs/r/stream`, { longestDelayMs: 600_000 })
    const reading = all(stream)
    await expect.poll(() => stream.state).toBe('waiting')
    // Unheard, it would have been half a second at most.
    await new Promise(resolve => setTimeout(resolve, 800))
    expect(server.requests).toHaveLength(1)
    stream.cancel()
    await reading
  })

  test.each([
    [401, 'AUTHENTICATION_FAILED'],
    [404, 'MODEL_NOT_FOUND'],
    [400, 'INVALID_REQUEST'],
  ])('%i is final', async (status, code) => {
    const server = await scripted([{ status }])
    await expect(all(streamParts(`${server.http}/runs/r/stream`, fast))).rejects.toMatchObject({
      code,
      status,
    })
    expect(server.requests).toHaveLength(1)
  })

  test('an answer that is no event stream is final', async () => {
    const server = await scripted([{ status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' }])
    await expect(all(streamParts(`${server.http}/runs/r/stream`, fast))).rejects.toMatchObject({
      code: 'PROVIDER_PROTOCOL',
    })
  })

  test('429 and 503 refuse a question, which is then asked again; 502 may have asked it, and is final', async () => {
    const busy = await scripted([
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 503 },
      { status: 200, headers: events, body: finish },
    ])
    await all(streamParts(`${busy.http}/stream`, { ...fast, body: {} }))
    expect(busy.requests).toEqual(Array.from({ length: 3 }, () => 'POST /stream -'))
    const broken = await scripted([{ status: 502 }])
    await expect(all(streamParts(`${broken.http}/stream`, { ...fast, body: {} }))).rejects.toMatchObject({
      status: 502,
    })
    expect(broken.requests).toHaveLength(1)
  })

  test('a log that cannot be read on is read again', async () => {
    const start = 'data: {"type":"start","provider":"p","model":"m","cursor":1}\nid: r:1\n\n'
    const outage = '{"type":"error","code":"STORE_UNAVAILABLE","message":"away","retryable":true,"cursor":1}'
    const server = await scripted([
      { status: 200, headers: events, body: `${start}data: ${outage}\nid: r:1\n\n` },
      { status: 200, headers: events, body: finish },
    ])
    const read = await all(streamParts(`${server.http}/runs/r/stream`, fast))
    expect(read.map(part => part.type)).toEqual(['start', 'finish'])
  })

  test('an idle time-out of Infinity, or of more than a timer can count, waits', async () => {
    for (const idleTimeoutMs of [Number.POSITIVE_INFINITY, 2 ** 40]) {
      const server = await serve(() => speaking(['a']))
      const stream = streamParts(`${server.http}/stream`, {
        ...fast,
        body: {},
        idleTimeoutMs,
        maxAttempts: 0,
      })
      await all(stream)
      expect(stream.state).toBe('done')
    }
  })

  test('a connection that falls silent, heartbeats too, is opened again', async () => {
    const server = await serve(() => speaking([]))
    let isFirst = true
    server.intercept = (_, response) => {
      response.writeHead(200, events)
      if (isFirst) response.write(': silence follows\n\n')
      else response.end(finish)
      isFirst = false
      return true
    }
    const stream = streamParts(`${server.http}/runs/r/stream`, { ...fast, idleTimeoutMs: 30 })
    expect(await all(stream)).toHaveLength(1)
  })
})

describe('over a socket', () => {
  test('what a slow reader leaves waiting is bounded, and nothing is lost', async () => {
    const deltas = Array.from({ length: 200 }, (_, index) => `${index}`.padEnd(500, '.'))
    const server = await serve(() => speaking([]))
    const run = await server.runs.start(speaking(deltas), { prompt: 'x' })
    const stream = streamParts(`${server.ws}/runs/${run.id}/stream`, { ...fast, maxWaitingChars: 20_000 })
    const read: Part[] = []
    for await (const part of stream) {
      if (read.length % 20 === 1) await new Promise(resolve => setTimeout(resolve, 20))
      read.push(part)
    }
    expect(read).toEqual(await all(run.read()))
    expect(server.requests.length).toBeGreaterThan(1)
  })

  test.each([
    [Buffer.from('{}'), 'PROVIDER_PROTOCOL', 'it is not text'],
    ['{"type":"finish"}', 'PROVIDER_PROTOCOL', 'Cannot read the part "{\\"type\\":\\"finish\\"}"'],
    ['x'.repeat(101), 'LIMIT_EXCEEDED', 'it is longer than 100 characters'],
  ])('a message that is no part is final: %s', async (message, code, says) => {
    const { WebSocketServer } = await import('ws')
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    server.on('connection', socket => socket.send(message))
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const stream = streamParts(`ws://127.0.0.1:${port}`, { ...fast, maxMessageChars: 100 })
    await expect(all(stream)).rejects.toMatchObject({ code, message: expect.stringContaining(says) })
    server.close()
  })
})
