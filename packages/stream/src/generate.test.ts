import { createSigner, generateKeys, strip, trustList, verify } from '@streamseal/seal'
import { describe, expect, test, vi } from 'vitest'
import type { Model, ModelPart, ModelRequest, Part } from './contract.ts'
import { demo } from './demo.ts'
import { generate, type TextFollower } from './generate.ts'
import { StreamError } from './stream-error.ts'

const fast = { tokensPerSecond: Number.POSITIVE_INFINITY }

/** A model that plays these parts; a function waits or throws in between. */
function scripted(...steps: (ModelPart | ((request: ModelRequest) => Promise<void>))[]): Model {
  return {
    provider: 'scripted',
    modelId: 'script',
    async *stream(request) {
      for (const step of steps) {
        if (typeof step === 'function') await step(request)
        else yield step
      }
    },
  }
}

const start: ModelPart = { type: 'start', provider: 'scripted', model: 'script' }
const words = (text: string): ModelPart[] => [
  { type: 'text-start', id: 't' },
  ...text.split(/(?= )/).map((delta): ModelPart => ({ type: 'text-delta', id: 't', delta })),
]
const never = (): Promise<void> => new Promise(() => undefined)

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

async function failure(promise: Promise<unknown>): Promise<StreamError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof StreamError) return error
  throw new Error('did not fail with a StreamError', { cause: error })
}

describe('generate', () => {
  test('streams parts with a growing cursor to any number of readers, late ones too', async () => {
    const run = generate(demo(fast), { prompt: 'Hello' })
    const [first, second] = await Promise.all([all(run.parts), all(run.parts)])
    expect(second).toEqual(first)
    expect(await all(run.parts)).toEqual(first)
    expect(first.map(part => part.cursor)).toEqual(first.map((_, index) => index + 1))
    expect(first.at(0)?.type).toBe('start')
    expect(first.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' })
    expect(await all(run.partsAfter(5))).toEqual(first.slice(5))
  })

  test('gives the text as deltas, cumulative, and whole in the result', async () => {
    const run = generate(demo(fast), { prompt: 'Hello' })
    const deltas = await all(run.text)
    const responses = await all(run.responses)
    const result = await run.result()
    expect(deltas.join('')).toBe(result.text)
    expect(responses.at(-1)).toBe(result.text)
    expect(responses).toHaveLength(deltas.length)
    expect(result.usage?.outputTokens).toBe(deltas.length)
    expect(run.state).toBe('complete')
  })

  test('measures time to first token, gaps and pace', { retry: 2 }, async () => {
    const run = generate(demo({ tokensPerSecond: 400, firstTokenMs: 30, text: 'word '.repeat(40).trim() }), {
      prompt: 'x',
    })
    const { metrics } = await run.result()
    expect(metrics.timeToFirstTokenMs).toBeGreaterThanOrEqual(28)
    expect(metrics.tokensPerSecond).toBeGreaterThan(200)
    expect(metrics.tokensPerSecond).toBeLessThan(500)
    expect(metrics.interTokenP99Ms).toBeGreaterThanOrEqual(metrics.interTokenP50Ms ?? Number.NaN)
    expect(metrics.chunks).toBe(40)
  })

  test('says STREAM_INCOMPLETE, with the partial result, where a model ends without a finish', async () => {
    const run = generate(scripted(start, ...words('half an answer')), { prompt: 'x' })
    const error = await failure(run.result())
    expect(error.code).toBe('STREAM_INCOMPLETE')
    expect(error.partial?.text).toBe('half an answer')
    expect(run.state).toBe('incomplete')
    expect((await all(run.parts)).at(-1)).toMatchObject({
      type: 'error',
      code: 'STREAM_INCOMPLETE',
      retryable: true,
    })
    await expect(all(run.text)).rejects.toThrow(StreamError)
  })

  test('passes a provider error on with its code, and wraps anything else as INTERNAL', async () => {
    const broken = new StreamError('too busy', { code: 'OVERLOADED', requestId: 'r-1' })
    const typed = generate(
      scripted(start, () => Promise.reject(broken)),
      { prompt: 'x' },
    )
    expect(await failure(typed.result())).toMatchObject({
      code: 'OVERLOADED',
      requestId: 'r-1',
      retryable: true,
    })
    const odd = generate(
      scripted(start, () => Promise.reject(new Error('oops'))),
      { prompt: 'x' },
    )
    expect(await failure(odd.result())).toMatchObject({ code: 'INTERNAL' })
  })

  test.each([
    ['TIMEOUT_FIRST_TOKEN', { firstTokenMs: 40 }, [start]],
    ['TIMEOUT_BETWEEN_TOKENS', { betweenTokensMs: 40 }, [start, ...words('a b')]],
    ['TIMEOUT_TOTAL', { totalMs: 40 }, [start, ...words('a b')]],
  ])(
    'fails with %s when a model that is deaf to its signal stalls',
    { retry: 2 },
    async (code, timeouts, parts) => {
      const begun = performance.now()
      const run = generate(scripted(...parts, never), { prompt: 'x', timeouts })
      expect(await failure(run.result())).toMatchObject({ code })
      expect(performance.now() - begun).toBeLessThan(500)
    },
  )

  test.each(['connectMs', 'firstTokenMs', 'betweenTokensMs', 'totalMs'])(
    'timeouts.%s: undefined is the default, Infinity never passes, and what is no time is refused',
    async name => {
      const set = vi.spyOn(globalThis, 'setTimeout')
      const model = scripted(start, ...words('a'), { type: 'finish', reason: 'stop' })
      for (const value of [undefined, Number.POSITIVE_INFINITY]) {
        const timeouts = { [name]: value }
        expect(await generate(model, { prompt: 'x', timeouts }).result()).toMatchObject({ text: 'a' })
      }
      expect(set.mock.calls.map(([, delayMs]) => delayMs)).not.toContain(Number.NaN)
      set.mockRestore()
      for (const value of [Number.NaN, -1, '5' as unknown as number])
        expect(() => generate(model, { prompt: 'x', timeouts: { [name]: value } })).toThrow(
          new RangeError(`Cannot run: timeouts.${name} must be milliseconds, not ${value}`),
        )
    },
  )

  test.each(['cancel', 'signal'])(
    '%s ends the run within 100 ms, with usage estimated and the words kept',
    { retry: 3 },
    async stop => {
      const controller = new AbortController()
      const model = scripted(start, ...words('some words that came'), never)
      const run = generate(model, { prompt: 'x', signal: controller.signal })
      for await (const delta of run.text) if (delta === ' came') break
      const begun = performance.now()
      if (stop === 'cancel') run.cancel()
      else controller.abort()
      const result = await run.result()
      expect(performance.now() - begun).toBeLessThan(100)
      expect(result).toMatchObject({
        finishReason: 'aborted',
        text: 'some words that came',
        usage: { estimated: true },
      })
      expect(run.state).toBe('cancelled')
    },
  )

  test('a run with a signal that was aborted before asks nobody', async () => {
    let asked = false
    const model = scripted(async () => {
      asked = true
    })
    const result = await generate(model, { prompt: 'x', signal: AbortSignal.abort() }).result()
    expect(result.finishReason).toBe('aborted')
    expect(asked).toBe(false)
  })

  test("leaves no listener on the caller's signal", async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }
    await generate(demo(fast), { prompt: 'x', signal }).result()
    expect(listeners).toBe(0)
  })

  test('holds the model back for a slow reader, and forgets nothing that it needs', async () => {
    const count = 5000
    let sent = 0
    const model: Model = {
      provider: 'scripted',
      modelId: 'script',
      async *stream() {
        yield start
        yield { type: 'text-start', id: 't' }
        for (; sent < count; sent++) yield { type: 'text-delta', id: 't', delta: 'x' }
        yield { type: 'text-end', id: 't' }
        yield { type: 'finish', reason: 'stop' }
      },
    }
    const run = generate(model, { prompt: 'x', maxLogChars: 10_000 })
    const seen: Part[] = []
    for await (const part of run.parts) {
      seen.push(part)
      if (seen.length < 20) await new Promise(resolve => setTimeout(resolve, 1))
      if (seen.length === 20) expect(sent).toBeLessThan(300)
    }
    expect(seen).toHaveLength(count + 4)
    await expect(all(run.parts)).rejects.toThrow(/no longer kept/)
  })

  test('fails with LIMIT_EXCEEDED where the answer is longer than may be kept', async () => {
    const run = generate(demo(fast), { prompt: 'x', maxOutputChars: 100 })
    expect(await failure(run.result())).toMatchObject({ code: 'LIMIT_EXCEEDED' })
  })

  test('throws TypeError for neither or both of messages and prompt', () => {
    expect(() => generate(demo(), {})).toThrow(TypeError)
    expect(() => generate(demo(), { prompt: 'x', messages: [] })).toThrow(TypeError)
  })
})

describe('generate with a seal', async () => {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk, { issuer: 'https://example.org' })
  const trust = trustList(publicJwk)

  test("seals the answer under the run's id and the model that spoke, with the closing before text-end", async () => {
    const run = generate(demo(fast), { prompt: 'Hello', seal: { signer } })
    const parts = await all(run.parts)
    const { text, seal } = await run.result()
    expect(parts.slice(-3).map(part => part.type)).toEqual(['text-end', 'seal', 'finish'])
    const report = await verify(text, {
      trust,
      ...(seal?.detached === undefined ? {} : { detached: seal.detached }),
    })
    expect(report.status).toBe('intact')
    expect(report.seals[0]).toMatchObject({
      streamId: run.id,
      ending: 'complete',
      claims: { model: 'demo', provider: 'demo' },
    })
    const plain = await generate(demo(fast), { prompt: 'Hello' }).result()
    expect(strip(text)).toBe(plain.text)
  })

  test('says how the text ended: cancelled, failed, cut by its limit', async () => {
    const cut = generate(demo(fast), { prompt: 'Hello', maxOutputTokens: 150, seal: { signer } })
    const limited = await cut.result()
    const cancelled = generate(scripted(start, ...words('Some words came. Then nothing more did'), never), {
      prompt: 'x',
      seal: { signer },
    })
    setTimeout(() => cancelled.cancel(), 30)
    const aborted = await cancelled.result()
    const failed = generate(scripted(start, ...words('Some words came. Then nothing more did')), {
      prompt: 'x',
      seal: { signer },
    })
    const { partial } = await failure(failed.result())
    for (const [result, ending] of [
      [limited, 'length-limited'],
      [aborted, 'aborted'],
      [partial, 'failed'],
    ] as const) {
      const detached = result?.seal?.detached
      const report = await verify(result?.text ?? '', {
        trust,
        ...(detached === undefined ? {} : { detached }),
      })
      expect(report.seals[0]?.ending).toBe(ending)
    }
  })

  test('a follower takes all that is sent, and has the last word behind the closing', async () => {
    let followed = ''
    let named: unknown
    const follow = (streamId: string, choice: number): TextFollower => {
      named = { streamId, choice }
      return {
        feed: text => {
          followed += text
        },
        finish: async models => `(${models.join()})`,
      }
    }
    const run = generate(demo(fast), { prompt: 'Hello', seal: { signer, follow } })
    const { text } = await run.result()
    expect(named).toEqual({ streamId: run.id, choice: 0 })
    expect(text).toBe(`${followed}(demo)`)
    expect((await verify(followed, { trust })).status).toBe('intact')
  })

  test('a follower is not asked where the closing stands beside the text, and fails the run where it fails', async () => {
    const follow = (): TextFollower => ({
      feed: () => undefined,
      finish: () => Promise.reject(new Error('no manifest')),
    })
    const json = generate(demo(fast), {
      prompt: 'x',
      responseFormat: { type: 'json' },
      seal: { signer, follow },
    })
    expect(JSON.parse((await json.result()).text)).toHaveProperty('model', 'demo')
    const prose = generate(demo(fast), { prompt: 'Hello', seal: { signer, follow } })
    expect(await failure(prose.result())).toMatchObject({ code: 'SEAL_FAILED' })
  })

  test('keeps the seal of JSON beside the text', async () => {
    const run = generate(demo(fast), { prompt: 'x', responseFormat: { type: 'json' }, seal: { signer } })
    const { text, seal } = await run.result()
    expect(JSON.parse(text)).toHaveProperty('model', 'demo')
    expect(seal?.detached).toBeTypeOf('string')
  })

  test('fails with SIGNER_TIMEOUT, never hangs, where the signer does not answer; the words have come all the same', async () => {
    const deaf = {
      ...signer,
      algorithm: signer.algorithm,
      keyId: signer.keyId,
      sign: () => new Promise<Uint8Array>(() => undefined),
    }
    const run = generate(demo(fast), { prompt: 'Hello', seal: { signer: deaf, signTimeoutMs: 50 } })
    const error = await failure(run.result())
    expect(error.code).toBe('SIGNER_TIMEOUT')
    expect(error.partial?.text).toContain('demonstration model')
  })
})

test('a run that is aborted with a StreamError fails with it, and its last part says why', async () => {
  const stop = new AbortController()
  const run = generate(demo({ tokensPerSecond: 5 }), { prompt: 'Hello', signal: stop.signal })
  stop.abort(new StreamError('The gateway is shutting down', { code: 'OVERLOADED' }))
  await expect(run.result()).rejects.toMatchObject({ code: 'OVERLOADED' })
  const parts: Part[] = []
  for await (const part of run.parts) parts.push(part)
  expect(parts.at(-1)).toMatchObject({
    type: 'error',
    code: 'OVERLOADED',
    message: 'The gateway is shutting down',
  })
})

test('a reader who asks for several parts at once is given each', async () => {
  const run = generate(demo({ text: 'Hello', tokensPerSecond: 200 }), { prompt: 'x' })
  const reader = run.parts
  const asked = [reader.next(), reader.next(), reader.next()]
  const [first, second, third] = await Promise.all(asked)
  expect([first?.value?.cursor, second?.value?.cursor, third?.value?.cursor].sort()).toEqual([1, 2, 3])
  expect((await run.result()).text).toBe('Hello')
})

test.each([1024, 2 ** 40, -1, 0.5])(
  'an answer numbered %d is PROVIDER_PROTOCOL, and takes no memory',
  async choice => {
    const model = scripted(
      start,
      { type: 'text-start', id: 't', choice },
      { type: 'text-delta', id: 't', delta: 'x' },
      { type: 'text-end', id: 't' },
      { type: 'finish', reason: 'stop' },
    )
    const error = await failure(generate(model, { prompt: 'x' }).result())
    expect(error).toMatchObject({ code: 'PROVIDER_PROTOCOL', retryable: false })
    expect(error.message).toContain(`numbered ${choice}`)
  },
)
