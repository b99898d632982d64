/** The tests that every model passes: ours, and a stranger's adapter by the same call. */
import assert from 'node:assert/strict'
import { createSigner, generateKeys, strip, trustList, verify } from '@streamseal/seal'
import type { Model, ModelPart, ModelRequest } from '../contract.ts'
import { generate } from '../generate.ts'
import { StreamError } from '../stream-error.ts'
import { checkParts } from './check-parts.ts'
import { runnersTest, type TestFunction } from './runners-test.ts'

export type { TestFunction } from './runners-test.ts'

/** How the suite runs. */
export interface ModelSuiteOptions {
  /** The runner's `test`; default: the global one, or `node:test`'s. */
  test?: TestFunction
  /** What is asked; default: a short prompt. */
  request?: ModelRequest
}

const ask: ModelRequest = { messages: [{ role: 'user', content: 'Say something short.' }] }

/**
 * Registers the tests. Each calls `makeModel` anew; the model must answer in full, with `finish` or with its provider's error.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { modelSuite, scriptedModel } from '@streamseal/stream/testing'
 * const tests: [string, () => Promise<void>][] = []
 * modelSuite('mine', () => scriptedModel('Hello world'), { test: (name, body) => tests.push([name, body]) })
 * for (const [, body] of tests) await body()
 * assert.ok(tests.length > 5)
 * ```
 */
export function modelSuite(
  name: string,
  makeModel: () => Model,
  { test = runnersTest(), request = ask }: ModelSuiteOptions = {},
): void {
  const check = (title: string, body: () => Promise<void>): unknown => test(`${name}: ${title}`, body)

  check('names its provider and its model', async () => {
    const { provider, modelId } = makeModel()
    assert.ok(provider.length > 0 && modelId.length > 0)
  })
  check('streams well-formed parts', async () => checkParts(await partsOf(makeModel(), request)))
  check('serves two requests at once', async () => {
    const model = makeModel()
    for (const parts of await Promise.all([partsOf(model, request), partsOf(model, request)]))
      checkParts(parts)
  })
  check('asks nobody with a signal that is aborted already', async () => {
    const parts = await partsOf(makeModel(), { ...request, signal: AbortSignal.abort(cancelled()) })
    assert.deepEqual(
      parts.map(part => part.type === 'error' && part.code),
      ['ABORTED'],
    )
  })
  check('ends within 100 ms of an abort, and leaves no listener behind', () => checkAbort(makeModel, request))
  check('may be left before its end', async () => {
    for await (const part of makeModel().stream(request)) if (part.type === 'start') break
  })
  check('gives a run its text, usage and end', () => checkRun(makeModel(), request))
  check('can be sealed, and the seal taken off again', () => checkSeal(makeModel(), request))
}

/** All parts; a failure as an `error` part. */
async function partsOf(model: Model, request: ModelRequest): Promise<ModelPart[]> {
  const parts: ModelPart[] = []
  try {
    for await (const part of model.stream(request)) parts.push(part)
  } catch (error) {
    assert.ok(error instanceof StreamError, `failures are StreamErrors, not ${String(error)}`)
    const { code, message, retryable } = error
    parts.push({ type: 'error', code, message, retryable })
  }
  return parts
}

/** A busy machine may be late by itself: one attempt of three in time shows that the model can be. */
async function checkAbort(makeModel: () => Model, request: ModelRequest): Promise<void> {
  const tookMs: number[] = []
  for (let attempt = 0; attempt < 3 && !tookMs.some(time => time < 100); attempt++) {
    tookMs.push(await timeAbort(makeModel(), request))
  }
  assert.ok(
    Math.min(...tookMs) < 100,
    `the stream ends within 100 ms of an abort, not after ${tookMs.join(', ')}`,
  )
}

async function timeAbort(model: Model, request: ModelRequest): Promise<number> {
  const { signal, abort, listeners } = countedSignal()
  const iterator = model.stream({ ...request, signal })[Symbol.asyncIterator]()
  await iterator.next()
  const begun = performance.now()
  abort(cancelled())
  try {
    while (!(await iterator.next()).done);
  } catch (error) {
    assert.ok(error instanceof StreamError, `failures are StreamErrors, not ${String(error)}`)
  }
  const tookMs = performance.now() - begun
  assert.equal(listeners(), 0, 'no listener is left on the signal')
  return tookMs
}

type Listening = Parameters<AbortSignal['addEventListener']>

/** A signal that counts who listens. */
function countedSignal(): { signal: AbortSignal; abort: (reason: unknown) => void; listeners: () => number } {
  const controller = new AbortController()
  const { signal } = controller
  const live = new Set<unknown>()
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...listening: Listening) => {
    live.add(listening[1])
    add(...listening)
  }
  signal.removeEventListener = (...listening: Listening) => {
    live.delete(listening[1])
    remove(...listening)
  }
  return {
    signal,
    abort(reason) {
      controller.abort(reason)
      // Listeners that are called once are gone by now.
      live.clear()
    },
    listeners: () => live.size,
  }
}

async function checkRun(model: Model, request: ModelRequest): Promise<void> {
  const parts = await partsOf(model, request)
  const run = generate(model, { ...request, retry: false })
  const result = await run
    .result()
    .catch((error: unknown) => (error instanceof StreamError ? error.partial : undefined))
  assert.equal(result?.text, textOf(parts))
  const end = parts.at(-1)
  if (end?.type === 'finish') assert.equal(result?.finishReason, end.reason)
}

async function checkSeal(model: Model, request: ModelRequest): Promise<void> {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const expected = textOf(await partsOf(model, request))
  const run = generate(model, { ...request, retry: false, seal: { signer: await createSigner(privateJwk) } })
  const result = await run
    .result()
    .catch((error: unknown) => (error instanceof StreamError ? error.partial : undefined))
  const { text = '', seal } = result ?? {}
  assert.equal(strip(text), expected)
  if (expected === '') return
  const detached = seal?.detached === undefined ? {} : { detached: seal.detached }
  const report = await verify(text, { trust: trustList(publicJwk), ...detached })
  assert.equal(report.seals[0]?.streamId, run.id)
}

/** The first choice's text. */
function textOf(parts: readonly ModelPart[]): string {
  const others = new Set(
    parts.flatMap(part => (part.type === 'text-start' && part.choice !== undefined ? [part.id] : [])),
  )
  return parts.map(part => (part.type === 'text-delta' && !others.has(part.id) ? part.delta : '')).join('')
}

function cancelled(): StreamError {
  return new StreamError('The suite aborts', { code: 'ABORTED' })
}
