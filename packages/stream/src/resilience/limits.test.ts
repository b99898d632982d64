import { afterEach, describe, expect, test } from 'vitest'
import type { Model } from '../contract.ts'
import { generate } from '../generate.ts'
import { liteLLM } from '../openai-compatible.ts'
import { modelSuite, type ProviderServer, sampleStream, scriptedModel, serveProvider } from '../testing.ts'
import { withLimits } from './limits.ts'

const servers: ProviderServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(server => server.close())))

modelSuite('withLimits', () => withLimits(scriptedModel('Hello world'), { maxConcurrentStreams: 1 }), {
  test,
})

const never = (): Promise<void> => new Promise(() => undefined)

describe('withLimits', () => {
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
