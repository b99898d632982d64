import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { Part } from '../contract.ts'
import { generate } from '../generate.ts'
import { createPartEvents } from '../ndjson.ts'
import type { Run } from '../run/run.ts'
import {
  createSseFrames,
  createSseParser,
  eventSourceResponse,
  type SseEvent,
  sseResponse,
  writeSse,
} from '../sse.ts'
import { StreamError } from '../stream-error.ts'
import { scriptedModel } from '../testing/scripted-model.ts'
import { writeText } from '../text.ts'
import type { Deliverable } from './deliverable.ts'
import type { WhenSlow } from './delivery-options.ts'
import { createEventFrames } from './event-frames.ts'
import { pacedParts } from './paced-parts.ts'

const servers: Server[] = []
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

/** A server, and a client that has asked it and reads nothing. */
async function askAndStall(handler: (response: ServerResponse) => unknown): Promise<Socket> {
  const server = createServer((_, response) => void handler(response))
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  })
  socket.pause()
  sockets.push(socket)
  return socket
}

const deltas = (count: number, chars: number): Part[] => [
  { type: 'start', provider: 'p', model: 'm', cursor: 1 },
  { type: 'text-start', id: 't', cursor: 2 },
  ...Array.from(
    { length: count },
    (_, index): Part => ({
      type: 'text-delta',
      id: 't',
      delta: String(index % 10).repeat(chars),
      cursor: 3 + index,
    }),
  ),
  { type: 'text-end', id: 't', cursor: 3 + count },
  { type: 'finish', reason: 'stop', cursor: 4 + count },
]

async function* each(parts: readonly Part[]): AsyncGenerator<Part> {
  yield* parts
}

function flood(): Run {
  const delta = { type: 'text-delta' as const, id: 't', delta: 'x'.repeat(10_000) }
  const steps = [
    { type: 'start' as const, provider: 'scripted', model: 'm' },
    { type: 'text-start' as const, id: 't' },
    ...Array.from({ length: 4000 }, () => delta),
    { type: 'text-end' as const, id: 't' },
    { type: 'finish' as const, reason: 'stop' as const },
  ]
  return generate(scriptedModel(steps), { prompt: 'x', maxLogChars: 100_000, maxOutputChars: 0 })
}

async function countDeltas(run: Run): Promise<number> {
  let count = 0
  for await (const part of run.parts) if (part.type === 'text-delta') count++
  return count
}

const closed = (socket: Socket): Promise<void> =>
  new Promise(resolve => socket.once('close', () => resolve()))

describe('a reader slower than the model', () => {
  test.each(['pause', 'snapshot', 'close'] as WhenSlow[])(
    'reads under "%s" the same text when it keeps up',
    async whenSlow => {
      const parts = deltas(50, 3)
      const frames = createSseFrames()
      let text = ''
      const paced = pacedParts(each(parts), { whenSlow }, () => undefined)
      for (let next = await paced.next(); !next.done; next = await paced.next()) {
        const [event] = createSseParser().feed(new TextEncoder().encode(frames.take(next.value) ?? ''))
        if (event !== undefined) text += JSON.parse(event.data).content
      }
      expect(text).toBe(parts.map(part => ('delta' in part ? part.delta : '')).join(''))
    },
  )

  test('gets under "snapshot" what it missed as one delta, with the last cursor, and the parts are not changed', async () => {
    const parts = deltas(50, 3)
    const before = structuredClone(parts)
    const paced = pacedParts(each(parts), { whenSlow: 'snapshot' }, () => undefined)
    await new Promise(resolve => setTimeout(resolve, 5))
    const read: Part[] = []
    for (let next = await paced.next(); !next.done; next = await paced.next()) read.push(next.value)
    expect(read.map(part => part.type)).toEqual(['start', 'text-start', 'text-delta', 'text-end', 'finish'])
    expect(read[2]).toMatchObject({ cursor: 52, delta: expect.stringMatching(/^000111.*999$/) })
    expect(parts).toEqual(before)
  })

  test('is given up under "close" where too much waits, and under "snapshot" too', async () => {
    for (const whenSlow of ['close', 'snapshot'] as const) {
      const told: string[] = []
      const paced = pacedParts(each(deltas(50, 100)), { whenSlow, maxWaitingChars: 2000 }, error =>
        told.push(error.code),
      )
      await new Promise(resolve => setTimeout(resolve, 5))
      await expect(paced.next()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
      expect(told).toEqual(['LIMIT_EXCEEDED'])
    }
  })

  test.each([
    ['writeSse', writeSse],
    ['writeText', writeText],
  ])(
    'under "close" does not hold the model back: %s breaks the connection, and the run goes on',
    async (_, write) => {
      const counted: Promise<number>[] = []
      const socket = await askAndStall(response => {
        const run = flood()
        counted.push(countDeltas(run))
        return write(run, response, { whenSlow: 'close', maxWaitingChars: 50_000, onLeave: 'continue' })
      })
      await new Promise(resolve => socket.once('readable', resolve))
      expect(await counted[0]).toBe(4000)
      socket.resume()
      await closed(socket)
    },
  )

  test('that takes nothing in time is left, and the run is cancelled', async () => {
    const runs: Run[] = []
    await askAndStall(response => {
      const run = flood()
      runs.push(run)
      return writeSse(run, response, { stallTimeoutMs: 50 })
    })
    while (runs[0] === undefined) await new Promise(resolve => setTimeout(resolve, 5))
    expect((await runs[0].result()).finishReason).toBe('aborted')
  })

  test('is told where the log cannot be read on, and may come back with the last cursor', async () => {
    async function* broken(): AsyncGenerator<Part> {
      yield* deltas(2, 1).slice(0, 3)
      throw new StreamError('no longer kept', { code: 'LIMIT_EXCEEDED' })
    }
    const text = await sseResponse({ id: 'r', parts: broken() }).text()
    expect(text).toContain('"error":"no longer kept"}\nid: r:3\n')
  })

  test('breaks a web response under "close" while it does not read', async () => {
    const run = flood()
    const reader = run.parts
    const body = sseResponse(run, { whenSlow: 'close', maxWaitingChars: 50_000, onLeave: 'continue' }).body
    for await (const _ of reader);
    await expect(body?.getReader().read()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    expect(run.state).toBe('complete')
  })
})

describe('event streams', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '\r',
          '\n',
          '\r\n',
          '\0',
          '\uFEFF',
          '\uD800',
          '\uDC00',
          'data: x',
          ': c',
          '\u2028',
          'é👩‍👩‍👧',
        ),
        { maxLength: 20 },
      )
      .map(all => all.join('')),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
      .map(units => String.fromCharCode(...units)),
  )

  test('carry any text to our reader unchanged, at any cutting: CR, LF, NUL, byte order marks, lone surrogates', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyText, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const full = texts.map(text => text || 'x')
          const parts: Part[] = [
            ...full.map((delta, index): Part => ({ type: 'text-delta', id: 't', delta, cursor: index + 1 })),
            { type: 'finish', reason: 'stop', cursor: full.length + 1 },
          ]
          const run: Deliverable = { id: 'run-1', parts: each(parts), metadata: { note: full[0] } }
          const bytes = new Uint8Array(await sseResponse(run).arrayBuffer())
          const parser = createSseParser()
          const events: SseEvent[] = []
          for (let at = 0; at < bytes.length; at += size)
            events.push(...parser.feed(bytes.subarray(at, at + size)))
          const frames = events.map(event => JSON.parse(event.data))
          expect(frames.slice(0, -1).map(frame => frame.content)).toEqual(full)
          expect(frames.at(-1).metadata).toMatchObject({ note: full[0], final_response: full.join('') })
          expect(events.map(event => event.id)).toEqual(parts.map(part => `run-1:${part.cursor}`))
          expect(parser.pending).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('refuse an id that would be read as something else', () => {
    const part: Part = { type: 'text-delta', id: 't', delta: 'x', cursor: 1 }
    for (const id of ['a\nb', 'a\rb', 'a\0b']) {
      expect(() => createSseFrames({ idOf: () => id }).take(part)).toThrow(TypeError)
      expect(() => createPartEvents(id).take(part)).toThrow(TypeError)
      expect(() => createEventFrames(() => [{}], { idOf: () => id }).take(part)).toThrow(TypeError)
    }
  })

  test('say when to come back, and hold in their final frame what a resumed reader did not read', async () => {
    const parts = deltas(2, 1).slice(3)
    const text = await sseResponse({ id: 'r', parts: each(parts) }, { retryMs: 1500, textBefore: '0' }).text()
    expect(text).toMatch(/^: streamseal\nretry: 1500\n\n/)
    expect(text).toContain('"final_response":"01"')
  })

  test("take the guide's custom headers over ours", () => {
    const { headers } = sseResponse(
      { id: 'r', parts: each([]) },
      {
        headers: {
          'Cache-Control': 'no-cache',
          Connection: 'keep-alive',
          'Access-Control-Allow-Origin': '*',
          'Access-Control-Allow-Headers': 'Cache-Control',
        },
      },
    )
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'Cache-Control',
      'x-accel-buffering': 'no',
    })
  })
})

describe('eventSourceResponse', () => {
  async function* frames(): AsyncGenerator<string> {
    yield 'data: one\n\n'
    throw new StreamError('out of order', { code: 'PROVIDER_ERROR' })
  }

  test('passes frames on as they are, and tells a failure in one error frame', async () => {
    const response = eventSourceResponse(frames(), { headers: { 'Access-Control-Allow-Origin': '*' } })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.text()).toMatch(
      /^: streamseal\n\ndata: one\n\ndata: \{"content":"","metadata":\{.*\},"is_final":true,"error":"out of order"\}\n\n$/,
    )
  })

  test('beats while nothing comes, and ends the iteration when the reader leaves', async () => {
    let hasEnded = false
    const silent: AsyncIterableIterator<string> = {
      [Symbol.asyncIterator]: () => silent,
      next: () => new Promise(() => undefined),
      async return() {
        hasEnded = true
        return { done: true, value: undefined }
      },
    }
    const reader = eventSourceResponse(silent, { heartbeatMs: 5 }).body?.getReader()
    await reader?.read()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(': hb\n\n')
    await reader?.cancel()
    expect(hasEnded).toBe(true)
  })
})
