import { createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import { afterEach, describe, expect, test } from 'vitest'
import type { Model, ModelPart } from '../contract.ts'
import { generate } from '../generate.ts'
import { openAICompatible } from '../openai-compatible.ts'
import { createSseParser, sseResponse } from '../sse.ts'
import { StreamError } from '../stream-error.ts'
import { type Answer, frameRecording, type ProviderServer, serveProvider } from '../testing.ts'
import { fallback } from './fallback.ts'

const servers: ProviderServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()))
})

async function serve(answer: (count: number) => Answer): Promise<{ server: ProviderServer; model: Model }> {
  const server = await serveProvider((_, count) => answer(count))
  servers.push(server)
  return { server, model: openAICompatible('m', { baseUrl: server.url }) }
}

const good: Answer = {
  body: frameRecording(
    'openai-chat',
    '{"model":"m","choices":[{"index":0,"delta":{"content":"All is well."},"finish_reason":"stop"}]}',
  ),
}
const busy: Answer = { status: 503, headers: {}, body: '{"error":{"message":"busy"}}' }
const quick = { retry: { baseDelayMs: 1 } }

function speaking(name: string, words: string[], end?: StreamError): Model {
  return {
    provider: name,
    modelId: name,
    async *stream(): AsyncGenerator<ModelPart> {
      yield { type: 'start', provider: name, model: name }
      if (words.length > 0) yield { type: 'text-start', id: 't' }
      for (const delta of words) yield { type: 'text-delta', id: 't', delta }
      if (end !== undefined) throw end
      yield { type: 'text-end', id: 't' }
      yield { type: 'finish', reason: 'stop' }
    },
  }
}

const overloaded = new StreamError('overloaded', { code: 'OVERLOADED' })

describe('retries', () => {
  test('a failure that may pass is met by asking again, and leaves no trace in the parts', async () => {
    const { server, model } = await serve(count => (count < 3 ? busy : good))
    const run = generate(model, { prompt: 'x', ...quick })
    const types: string[] = []
    for await (const part of run.parts) types.push(part.type)
    expect(types).toEqual(['start', 'text-start', 'text-delta', 'text-end', 'finish'])
    expect(server.requests).toHaveLength(3)
  })

  test('gives up after the retries that are allowed, and at once where asking again is no use', async () => {
    const { server, model } = await serve(() => busy)
    await expect(generate(model, { prompt: 'x', ...quick }).result()).rejects.toMatchObject({
      code: 'OVERLOADED',
    })
    expect(server.requests).toHaveLength(3)
    const refusing = await serve(() => ({ ...busy, status: 401 }))
    await expect(generate(refusing.model, { prompt: 'x', ...quick }).result()).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    })
    expect(refusing.server.requests).toHaveLength(1)
  })

  test('waits as long as Retry-After says, or not at all where that is too long', async () => {
    const { model } = await serve(count =>
      count === 1 ? { ...busy, headers: { 'retry-after-ms': '80' } } : good,
    )
    const begun = performance.now()
    await generate(model, { prompt: 'x', ...quick }).result()
    expect(performance.now() - begun).toBeGreaterThanOrEqual(78)
    const patient = await serve(() => ({ ...busy, headers: { 'retry-after': '3600' } }))
    await expect(generate(patient.model, { prompt: 'x' }).result()).rejects.toMatchObject({
      retryAfterMs: 3_600_000,
    })
    expect(patient.server.requests).toHaveLength(1)
  })

  test('not-begun asks again only where the provider surely did nothing', async () => {
    const retry = { baseDelayMs: 1, when: 'not-begun' } as const
    const refused = await serve(count => (count < 3 ? busy : good))
    expect((await generate(refused.model, { prompt: 'x', retry }).result()).text).toBe('All is well.')
    expect(refused.server.requests).toHaveLength(3)
    // It may have answered: the head is there, or the status says that it tried.
    const failures: Answer[] = [
      { body: '' },
      { ...busy, status: 500 },
      { body: ': hello\n\n', fault: { kind: 'cut', at: 9 } },
    ]
    for (const failure of failures) {
      const { server, model } = await serve(() => failure)
      await expect(generate(model, { prompt: 'x', retry }).result()).rejects.toMatchObject({
        retryable: true,
      })
      expect(server.requests).toHaveLength(1)
    }
    const { server, model } = await serve(() => good)
    await server.close()
    let begun = 0
    const counted: Model = {
      ...model,
      stream(request) {
        begun++
        return model.stream(request)
      },
    }
    await expect(generate(counted, { prompt: 'x', retry }).result()).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    })
    expect(begun).toBe(3)
  })

  test('never asks again after the first token', async () => {
    const half = new TextEncoder().encode('data: {"choices":[{"index":0,"delta":{"content":"Half"}}]}\n\n')
    const { server, model } = await serve(() => ({ body: half }))
    await expect(generate(model, { prompt: 'x', ...quick }).result()).rejects.toMatchObject({
      code: 'STREAM_INCOMPLETE',
      partial: { text: 'Half' },
    })
    expect(server.requests).toHaveLength(1)
  })

  test('a cancelled run waits for no pause', { retry: 2 }, async () => {
    const { model } = await serve(() => busy)
    const run = generate(model, { prompt: 'x', retry: { baseDelayMs: 60_000, maxDelayMs: 60_000 } })
    setTimeout(() => run.cancel(), 60)
    const begun = performance.now()
    expect((await run.result()).finishReason).toBe('aborted')
    expect(performance.now() - begun).toBeLessThan(200)
  })
})

describe('fallback', () => {
  test('asks the next model where one fails before its first token, and reports who answered', async () => {
    const model = fallback([
      speaking('a', [], overloaded),
      speaking('b', [], overloaded),
      speaking('c', ['Hi']),
    ])
    expect(await generate(model, { prompt: 'x', retry: false }).result()).toMatchObject({
      text: 'Hi',
      provider: 'c',
      model: 'c',
    })
  })

  test('fails with the last failure where every model fails', async () => {
    const last = new StreamError('gone', { code: 'MODEL_NOT_FOUND' })
    const model = fallback([speaking('a', [], overloaded), speaking('b', [], last)])
    await expect(generate(model, { prompt: 'x', retry: false }).result()).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    })
  })

  test('fails after the first token, by default', async () => {
    const model = fallback([speaking('a', ['Half'], overloaded), speaking('b', ['Hi'])])
    await expect(generate(model, { prompt: 'x' }).result()).rejects.toMatchObject({
      code: 'OVERLOADED',
      partial: { text: 'Half' },
    })
  })

  test('restart answers from the beginning under a new stream id, and the closing lists every model that spoke', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const model = fallback(
      [speaking('a', ['Half an answer.'], overloaded), speaking('b', ['A whole answer came.'])],
      { afterFirstToken: 'restart' },
    )
    const run = generate(model, { prompt: 'x', seal: { signer: await createSigner(privateJwk) } })
    const { text, seal } = await run.result()
    expect(seal?.streamId).not.toBe(run.id)
    const report = await verify(text, {
      trust: trustList(publicJwk),
      ...(seal?.detached === undefined ? {} : { detached: seal.detached }),
    })
    expect(report).toMatchObject({ status: 'intact', text: 'A whole answer came.' })
    expect(report.seals[0]?.claims?.model).toEqual(['a', 'b'])
    let last = ''
    for await (const response of run.responses) last = response
    expect(last).toBe(text)
    const frames = createSseParser()
      .feed(new TextEncoder().encode(await sseResponse(run).text()))
      .map(event => JSON.parse(event.data))
    expect(frames.filter(frame => frame.metadata.restart)).toHaveLength(1)
    expect(frames.at(-1).metadata.final_response).toBe(text)
    await expect(
      (async () => {
        for await (const _ of run.text);
      })(),
    ).rejects.toMatchObject({ code: 'OVERLOADED' })
  })

  test('an abort asks nobody else', async () => {
    const controller = new AbortController()
    const silent: Model = {
      provider: 'a',
      modelId: 'a',
      stream: ({ signal }) => ({
        [Symbol.asyncIterator]: () => ({
          next: () =>
            new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
        }),
      }),
    }
    const run = generate(fallback([silent, speaking('b', ['Hi'])]), {
      prompt: 'x',
      signal: controller.signal,
    })
    controller.abort()
    expect(await run.result()).toMatchObject({ finishReason: 'aborted', text: '' })
  })

  test('needs a model', () => {
    expect(() => fallback([])).toThrow(RangeError)
  })
})
