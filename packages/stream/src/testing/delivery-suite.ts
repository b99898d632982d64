/** The tests that every delivery passes: ours, and a stranger's by the same call. */
import assert from 'node:assert/strict'
import { createSigner, generateKeys, strip, trustList, verify } from '@streamseal/seal'
import type { ModelPart } from '../contract.ts'
import type { Deliverable } from '../deliveries/deliverable.ts'
import type { DeliveryOptions } from '../deliveries/delivery-options.ts'
import { type GenerateOptions, generate } from '../generate.ts'
import type { Run } from '../run/run.ts'
import { runnersTest, type TestFunction } from './runners-test.ts'
import { scriptedModel } from './scripted-model.ts'

/** What a reader has at the end. */
export interface Delivered {
  /** The first choice's text. */
  text: string
  /** What the reader was told: `failed` also where the connection broke; a cancelled run is told as one or the other, never as whole. */
  end: 'complete' | 'failed' | 'cancelled'
  /** The seal's other half, where the protocol carries it. */
  detached?: string
}

/** A reader at the far end of a real connection. */
export interface DeliveryReader {
  /** Resolves when some of the text has come. */
  firstWords(): Promise<void>
  /** Reads to the end. Before `firstWords` or this is called nothing is read. */
  finish(): Promise<Delivered>
  /** Goes away without a word. */
  leave(): void
}

/** A delivery, with a client of its own. */
export interface DeliveryUnderTest {
  /** Delivers the run, and connects a reader. */
  connect(run: Deliverable, options: DeliveryOptions): Promise<DeliveryReader>
  /** False where the protocol has no place for the closing beside the text; default true. */
  carriesDetached?: boolean
}

/** How the suite runs. */
export interface DeliverySuiteOptions {
  /** The runner's `test`; default: the global one. */
  test?: TestFunction
}

const start: ModelPart = { type: 'start', provider: 'suite', model: 'suite' }
const open: ModelPart = { type: 'text-start', id: 't' }
const close: ModelPart = { type: 'text-end', id: 't' }
const finish: ModelPart = { type: 'finish', reason: 'stop', usage: { inputTokens: 1, outputTokens: 2 } }
const say = (delta: string): ModelPart => ({ type: 'text-delta', id: 't', delta })

/** What breaks lines, strings and events where they are not written with care; a text over UTF-8 has no lone surrogates. */
const words = [
  'Grüße\r\n',
  'data: x\n\n',
  '\r',
  '\0',
  '\uFEFF',
  '\u2028',
  '</script>',
  '"\\',
  '👩‍👩‍👧',
  '[DONE]',
  ' ',
]

/**
 * Registers the tests. Each connects a reader of its own.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { ndjsonResponse } from '@streamseal/stream/ndjson'
 * import { type DeliveryUnderTest, deliverySuite } from '@streamseal/stream/testing'
 * const mine: DeliveryUnderTest = {
 *   async connect(run, options) {
 *     const response = ndjsonResponse(run, options)
 *     return {
 *       firstWords: async () => undefined,
 *       leave: () => void response.body?.cancel(),
 *       async finish() {
 *         const parts = (await response.text()).trim().split('\n').map(line => JSON.parse(line))
 *         const text = parts.map(part => (part.type === 'text-delta' ? part.delta : '')).join('')
 *         const { type, reason } = parts.at(-1)
 *         return { text, end: type === 'error' ? 'failed' : reason === 'aborted' ? 'cancelled' : 'complete' }
 *       },
 *     }
 *   },
 * }
 * const tests: [string, () => Promise<void>][] = []
 * deliverySuite('mine', mine, { test: (name, body) => tests.push([name, body]) })
 * await tests[0]?.[1]()
 * assert.ok(tests.length > 5)
 * ```
 */
export function deliverySuite(
  name: string,
  delivery: DeliveryUnderTest,
  { test = runnersTest() }: DeliverySuiteOptions = {},
): void {
  const check = (title: string, body: () => Promise<void>): unknown => test(`${name}: ${title}`, body)

  check('delivers any text unchanged', () => checkText(delivery))
  check('delivers what came before a failure, and tells it', () => checkFailure(delivery))
  check('never tells a cancelled run as whole', () => checkCancelled(delivery))
  check('delivers words as they come, before the answer has ended', () => checkPromptness(delivery))
  check('delivers a sealed answer with its other half, so that it verifies', () => checkSeal(delivery))
  check('cancels the run when its reader leaves', () => checkLeaving(delivery, 'cancel'))
  check('lets the run go on when its reader leaves, where it is told to', () =>
    checkLeaving(delivery, 'continue'),
  )
  check('delivers two readers of one run the same', () => checkTwoReaders(delivery))
  check('holds the model back for a reader who does not read', () => checkSlowReader(delivery))
}

type Steps = Parameters<typeof scriptedModel>[0]

function runOf(steps: Steps, options: Partial<GenerateOptions> = {}): Run {
  return generate(scriptedModel(steps), { prompt: 'x', retry: false, ...options })
}

async function checkText({ connect }: DeliveryUnderTest): Promise<void> {
  const run = runOf([start, open, ...words.map(say), close, finish])
  const { text, end } = await (await connect(run, {})).finish()
  assert.equal(text, words.join(''))
  assert.equal(end, 'complete')
}

async function checkFailure({ connect }: DeliveryUnderTest): Promise<void> {
  const error: ModelPart = {
    type: 'error',
    code: 'PROVIDER_ERROR',
    message: 'out of order',
    retryable: false,
  }
  const { text, end } = await (await connect(runOf([start, open, say('Half'), close, error]), {})).finish()
  assert.equal(end, 'failed')
  assert.equal(text, 'Half')
}

/** Says one word, and waits. */
function stalling(released: Promise<void> = new Promise(() => undefined)): Steps {
  return [start, open, say('Half'), () => released, say(' and whole'), close, finish]
}

async function checkCancelled({ connect }: DeliveryUnderTest): Promise<void> {
  const run = runOf(stalling())
  const reader = await connect(run, {})
  await reader.firstWords()
  run.cancel()
  const { text, end } = await reader.finish()
  assert.notEqual(end, 'complete')
  assert.equal(text, 'Half')
}

async function checkPromptness({ connect }: DeliveryUnderTest): Promise<void> {
  let release = (): void => undefined
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  const run = runOf(stalling(released))
  const reader = await connect(run, {})
  await reader.firstWords()
  assert.equal(run.state, 'running')
  release()
  assert.equal((await reader.finish()).text, 'Half and whole')
}

async function checkSeal({ connect, carriesDetached = true }: DeliveryUnderTest): Promise<void> {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk)
  // Markdown has room for its closing, code keeps it beside the text.
  for (const format of ['markdown', 'code'] as const) {
    if (format === 'code' && !carriesDetached) continue
    const text = 'The tide comes in, and the tide goes out. '.repeat(20)
    const run = runOf([start, open, say(text), close, finish], { seal: { signer, format } })
    const delivered = await (await connect(run, {})).finish()
    assert.equal(strip(delivered.text), text)
    const beside = delivered.detached === undefined ? {} : { detached: delivered.detached }
    const report = await verify(delivered.text, { trust: trustList(publicJwk), ...beside })
    assert.equal(report.status, 'intact')
  }
}

async function checkLeaving({ connect }: DeliveryUnderTest, onLeave: 'cancel' | 'continue'): Promise<void> {
  let release = (): void => undefined
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  const run = runOf(stalling(released))
  const reader = await connect(run, { onLeave })
  await reader.firstWords()
  reader.leave()
  if (onLeave === 'continue') release()
  const { finishReason, text } = await run.result()
  assert.equal(finishReason, onLeave === 'cancel' ? 'aborted' : 'stop')
  assert.equal(text, onLeave === 'cancel' ? 'Half' : 'Half and whole')
}

async function checkTwoReaders({ connect }: DeliveryUnderTest): Promise<void> {
  const run = runOf([start, open, ...words.map(say), close, finish])
  const readers = await Promise.all([connect(run, {}), connect(run, {})])
  const [first, second] = await Promise.all(readers.map(reader => reader.finish()))
  assert.deepEqual(first, second)
}

const floodChunks = 5000
const floodChunk = say('x'.repeat(10_000))

/** What the kernel's socket buffers take is not the delivery's to bound: the flood is larger by far. */
async function checkSlowReader({ connect }: DeliveryUnderTest): Promise<void> {
  let sent = 0
  const count = (): void => {
    sent++
  }
  const flood = Array.from({ length: floodChunks }, () => [count, floodChunk]).flat()
  const run = runOf([start, open, ...flood, close, finish], { maxLogChars: 100_000, maxOutputChars: 0 })
  const reader = await connect(run, {})
  for (let before = -1; sent !== before && run.state === 'running'; ) {
    before = sent
    await new Promise(resolve => setTimeout(resolve, 300))
  }
  assert.ok(sent < floodChunks, `the model was held back after ${sent} of ${floodChunks} pieces`)
  reader.leave()
  run.cancel()
  await run.result()
}
