import { afterEach, describe, expect, test } from 'vitest'
import type { Model } from '../contract.ts'
import { demo } from '../demo.ts'
import { generate } from '../generate.ts'
import { liteLLM } from '../openai-compatible.ts'
import { StreamError } from '../stream-error.ts'
import { modelSuite, type ProviderServer, sampleStream, scriptedModel, serveProvider } from '../testing.ts'
import { withLimits } from './limits.ts'
import { withRetries } from './retries.ts'

const servers: ProviderServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(server => server.close())))

modelSuite('withLimits', () => withLimits(scriptedModel('Hello world'), { maxConcurrentStreams: 1 }), {
  test,
})

const never = (): Promise<void> => new Promise(() => undefined)

describe('withLimits', () => {
  test('an abort is a StreamError where no run is around it: at once, in line, and between attempts', async () => {
    const first = async (model: Model, signal: AbortSignal): Promise<unknown> => {
      for await (const part of model.stream({ messages: [], signal })) return part
      return undefined
    }
    const busy = withLimits(scriptedModel([never]), { maxConcurrentStreams: 1 })
    await expect(first(busy, AbortSignal.abort())).rejects.toMatchObject({
      name: 'StreamError',
      code: 'ABORTED',
    })
    void first(busy, new AbortController().signal)
    const leaving = new AbortController()
    const inLine = first(busy, leaving.signal)
    leaving.abort()
    await expect(inLine).rejects.toMatchObject({ name: 'StreamError', code: 'ABORTED' })
    const failing = scriptedModel([
      () => {
        throw new StreamError('busy', { code: 'OVERLOADED', retryAfterMs: 10_000 })
      },
    ])
    const stopping = new AbortController()
    const paused = first(withRetries(failing), stopping.signal)
    setImmediate(() => stopping.abort())
    await expect(paused).rejects.toMatchObject({ name: 'StreamError', code: 'ABORTED' })
    await expect(first(demo(), AbortSignal.abort())).rejects.toMatchObject({
      name: 'StreamError',
      code: 'ABORTED',
    })
  })

  test('streams no more at once than allowed, and gives each its turn', async () => {
    let now = 0
    let most = 0
    const counting: Model = scriptedModel([
      { type: 'start', provider: 'p', model: 'm' },
      async () => {
        most = Math.max(most, ++now)
        await new Promise(resolve => setTimeout(resolve, 5))
        now--
      },
      { type: 'finish', reason: 'stop' },
    ])
    const model = withLimits(counting, { maxConcurrentStreams: 2 })
    await Promise.all(Array.from({ length: 9 }, () => generate(model, { prompt: 'x' }).result()))
    expect(most).toBe(2)
  })

  test('refuses one more than may wait, and a cancelled run gives its place up', async () => {
    const model = withLimits(scriptedModel([never]), { maxConcurrentStreams: 1, maxWaitingStreams: 1 })
    const ask = (): ReturnType<typeof generate> => generate(model, { prompt: 'x', retry: false })
    const [first, second, third] = [ask(), ask(), ask()]
    await expect(third.result()).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    second.cancel()
    await second.result()
    const fourth = ask()
    first.cancel()
    await first.result()
    fourth.cancel()
    expect((await fourth.result()).finishReason).toBe('aborted')
  })

  test('ends a stream that takes too long', async () => {
    const server = await serveProvider(() => ({
      body: sampleStream('compatible'),
      fault: { kind: 'stall', at: 200 },
    }))
    servers.push(server)
    const model = liteLLM({ model: 'm', baseUrl: server.url, streamTimeoutMs: 60, maxConcurrentStreams: 10 })
    await expect(generate(model, { prompt: 'x' }).result()).rejects.toMatchObject({ code: 'TIMEOUT_TOTAL' })
  })

  test.each([{ maxConcurrentStreams: 0 }, { maxWaitingStreams: -1 }, { streamTimeoutMs: Number.NaN }])(
    'refuses %o at once',
    limits => expect(() => liteLLM({ model: 'm', ...limits })).toThrow(RangeError),
  )
})
