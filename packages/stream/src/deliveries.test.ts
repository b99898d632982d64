import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createSigner, generateKeys, strip, trustList, verify } from '@streamseal/seal'
import { afterEach, describe, expect, test } from 'vitest'
import type { Model } from './contract.ts'
import { demo } from './demo.ts'
import { generate } from './generate.ts'
import type { Run } from './run/run.ts'
import { createSseFrames, createSseParser, sseResponse, writeSse } from './sse.ts'
import { textResponse, writeText } from './text.ts'

const fast = { tokensPerSecond: Number.POSITIVE_INFINITY }
const short = { ...fast, text: 'Hello world' }
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(handler: (response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((_, response) => void handler(response))
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Frame {
  content: string
  metadata: Record<string, unknown>
  is_final: boolean
  error?: string
}

const frames = (text: string): Frame[] =>
  createSseParser()
    .feed(new TextEncoder().encode(text))
    .map(event => JSON.parse(event.data))

function stalling(): Model {
  return {
    provider: 'scripted',
    modelId: 'm',
    async *stream() {
      yield { type: 'start', provider: 'scripted', model: 'm' }
      yield { type: 'text-start', id: 't' }
      yield { type: 'text-delta', id: 't', delta: 'Half' }
      await new Promise(() => undefined)
    },
  }
}

const failing: Model = {
  provider: 'scripted',
  modelId: 'm',
  async *stream() {
    yield { type: 'start', provider: 'scripted', model: 'm' }
    yield { type: 'text-start', id: 't' }
    yield { type: 'text-delta', id: 't', delta: 'Half' }
  },
}

describe('server-sent events', () => {
  test('frames have the keys content, metadata and is_final, in this order, and the final one the whole response', async () => {
    const response = sseResponse(generate(demo(short), { prompt: 'x' }))
    const text = await response.text()
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(text).toContain('data: {"content":"Hello","metadata":{},"is_final":false}\n')
    expect(frames(text).at(-1)).toMatchObject({
      content: '',
      metadata: { final_response: 'Hello world', finish_reason: 'stop', metrics: { chunks: 2 } },
      is_final: true,
    })
  })

  test('the id of a frame is the run and the cursor, and after a cursor only the rest is written', async () => {
    const run = generate(demo(short), { prompt: 'x' })
    const text = await sseResponse(run, { after: 3 }).text()
    expect(text).toContain(`id: ${run.id}:4\n`)
    expect(frames(text).map(frame => frame.content)).toEqual([' world', ''])
    expect(frames(text).at(-1)?.metadata.final_response).toBe('Hello world')
  })

  test('the joined contents equal the final response of a sealed run, which carries the stream id and what is beside', async () => {
    const { privateJwk } = await generateKeys('Ed25519')
    const run = generate(demo({ ...fast, model: 'demo-code' }), {
      prompt: 'x',
      seal: { signer: await createSigner(privateJwk) },
    })
    const response = sseResponse(run)
    const all = frames(await response.text())
    const final = all.at(-1)?.metadata
    expect(response.headers.get('streamseal-stream-id')).toBe(run.id)
    expect(all.map(frame => frame.content).join('')).toBe(final?.final_response)
    expect(final).toMatchObject({
      stream_id: run.id,
      ...((await run.result()).seal?.detached === undefined
        ? {}
        : { detached: (await run.result()).seal?.detached }),
    })
  })

  test('a failed run ends with exactly one error frame', async () => {
    const all = frames(await sseResponse(generate(failing, { prompt: 'x' })).text())
    expect(all.map(frame => [frame.content, frame.is_final])).toEqual([
      ['Half', false],
      ['', true],
    ])
    expect(all[1]).toMatchObject({
      error: expect.stringContaining('without a finish'),
      metadata: { code: 'STREAM_INCOMPLETE' },
    })
  })

  test('heartbeats come as comments while the model is silent, from before the first byte', async () => {
    const run = generate(stalling(), { prompt: 'x' })
    const reader = sseResponse(run, { heartbeatMs: 10 }).body?.getReader()
    const seen: string[] = []
    while (seen.filter(text => text === ': hb\n\n').length < 2) {
      seen.push(new TextDecoder().decode((await reader?.read())?.value))
    }
    expect(seen[0]).toMatch(/^:/)
    await reader?.cancel()
    expect((await run.result()).finishReason).toBe('aborted')
  })

  test('createSseFrames writes nothing for parts that are not words', () => {
    expect(
      createSseFrames().take({ type: 'tool-call', id: 'a', toolName: 'b', input: '', cursor: 1 }),
    ).toBeUndefined()
  })

  test('a reader who leaves a Node response cancels the run within 100 ms, or lets it go on', {
    retry: 2,
  }, async () => {
    for (const onLeave of ['cancel', 'continue'] as const) {
      const run = generate(stalling(), { prompt: 'x' })
      const url = await serve(response => writeSse(run, response, { onLeave }))
      const response = await new Promise<IncomingMessage>(resolve => get(url, resolve))
      await new Promise(resolve => response.once('data', resolve))
      const begun = performance.now()
      response.destroy()
      if (onLeave === 'cancel') {
        expect((await run.result()).finishReason).toBe('aborted')
        expect(performance.now() - begun).toBeLessThan(100)
      } else {
        await new Promise(resolve => setTimeout(resolve, 50))
        expect(run.state).toBe('running')
        run.cancel()
      }
    }
  })

  test('a reader who does not read holds the model back', async () => {
    let sent = 0
    const flood: Model = {
      provider: 'scripted',
      modelId: 'm',
      async *stream() {
        yield { type: 'start', provider: 'scripted', model: 'm' }
        yield { type: 'text-start', id: 't' }
        for (; sent < 1e6; sent++) yield { type: 'text-delta', id: 't', delta: 'x'.repeat(1000) }
      },
    }
    const run = generate(flood, { prompt: 'x', maxLogChars: 100_000, maxOutputChars: 0 })
    const url = await serve(response => writeSse(run, response))
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
    )
    socket.pause()
    let before = -1
    while (sent !== before) {
      before = sent
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    // What the kernel's socket buffers take is not ours to bound: a few MiB on the loopback.
    expect(sent).toBeLessThan(20_000)
    socket.destroy()
    expect((await run.result()).finishReason).toBe('aborted')
  })
})

describe('a sealed run whose reader leaves', async () => {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk)

  test.each([
    ['writeSse', writeSse],
    ['writeText', writeText],
  ])('%s keeps the closing beside the text, and what was sent verifies with it', async (_, write) => {
    const run = generate(stalling(), { prompt: 'x', seal: { signer } })
    const url = await serve(response => write(run, response))
    const response = await new Promise<IncomingMessage>(resolve => get(url, resolve))
    await new Promise(resolve => response.once('data', resolve))
    response.destroy()
    const { text, seal, finishReason } = await run.result()
    expect(finishReason).toBe('aborted')
    expect(strip(text)).toBe('Half')
    expect(seal?.detached).toBeTypeOf('string')
    const report = await verify(text, { trust: trustList(publicJwk), detached: seal?.detached ?? '' })
    expect(report).toMatchObject({ status: 'intact', seals: [{ ending: 'aborted' }] })
  })

  test('a run that is cancelled while its reader stays closes the seal in the text', async () => {
    const run = generate(stalling(), { prompt: 'x', seal: { signer } })
    for await (const _ of run.text) run.cancel()
    const { text, seal } = await run.result()
    expect(seal).not.toHaveProperty('detached')
    const report = await verify(text, { trust: trustList(publicJwk) })
    expect(report).toMatchObject({ status: 'intact', seals: [{ ending: 'aborted' }] })
  })
})

describe('chunked text', () => {
  test("is plain text, equal to the run's", async () => {
    const run = generate(demo(fast), { prompt: 'x' })
    const response = textResponse(run)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toBe((await run.result()).text)
  })

  test('never goes out as HTML', () => {
    const response = textResponse(generate(demo(fast), { prompt: 'x' }), {
      headers: { 'Content-Type': 'text/html' },
    })
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  })

  test('a Node response carries the closing that is kept beside in its trailer', async () => {
    const { privateJwk } = await generateKeys('Ed25519')
    const run = generate(demo({ ...fast, model: 'demo-code' }), {
      prompt: 'x',
      seal: { signer: await createSigner(privateJwk), format: 'code' },
    })
    const url = await serve(response => writeText(run, response))
    const response = await new Promise<IncomingMessage>(resolve => get(url, resolve))
    let text = ''
    for await (const piece of response.setEncoding('utf8')) text += piece
    expect(text).toBe((await run.result()).text)
    expect(response.headers['streamseal-stream-id']).toBe(run.id)
    expect(response.trailers['streamseal-detached']).toBe((await run.result()).seal?.detached)
  })

  test.each([
    ['failed', (): Run => generate(failing, { prompt: 'x' })],
    [
      'cancelled',
      (): Run => {
        const run = generate(stalling(), { prompt: 'x' })
        setTimeout(() => run.cancel(), 20)
        return run
      },
    ],
  ])('a %s run breaks the connection instead of ending it cleanly', async (_, start) => {
    const url = await serve(response => writeText(start(), response))
    await expect(fetch(url).then(response => response.text())).rejects.toThrow()
    await expect(textResponse(start()).text()).rejects.toThrow()
  })
})
