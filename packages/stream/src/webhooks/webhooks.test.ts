import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { isBuiltin } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { generate } from '../generate.ts'
import { StreamError } from '../stream-error.ts'
import { outboxSuite } from '../testing/outbox-suite.ts'
import { scriptedModel } from '../testing/scripted-model.ts'
import {
  createMemoryOutbox,
  createWebhookSecret,
  createWebhooks,
  signWebhook,
  verifyWebhook,
  type WebhookDelivery,
  WebhookError,
  type Webhooks,
  type WebhooksOptions,
  webhook,
} from './index.ts'
import { createPoster } from './post-webhook.ts'
import { settleAttempt } from './settle-attempt.ts'
import { createSqliteOutbox } from './sqlite-outbox.ts'

outboxSuite('memory', createMemoryOutbox, { test })
outboxSuite('sqlite', () => createSqliteOutbox(':memory:'), { test })

/** What a test opened; closed after it. */
const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

interface Received {
  headers: IncomingMessage['headers']
  body: string
}

/** A receiver on a real socket, which answers as `answer` does. */
async function startReceiver(
  answer: (response: ServerResponse, count: number) => void = response => response.end(),
): Promise<{ url: string; received: Received[]; next: (count: number) => Promise<void> }> {
  const received: Received[] = []
  let told: () => void = () => undefined
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    received.push({ headers: request.headers, body })
    answer(response, received.length)
    told()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  opened.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    next: async count => {
      while (received.length < count) {
        await new Promise<void>(resolve => {
          told = resolve
        })
      }
    },
  }
}

/** Webhooks that may reach this machine, and what they tell of their attempts. */
function startWebhooks(options: Partial<WebhooksOptions> = {}): {
  webhooks: Webhooks
  attempts: WebhookDelivery[]
  settled: (count: number) => Promise<void>
} {
  const attempts: WebhookDelivery[] = []
  let told: () => void = () => undefined
  const webhooks = createWebhooks({
    outbox: createMemoryOutbox(),
    allowedAddresses: ['127.0.0.1'],
    retryMs: [1, 1, 1],
    onAttempt: attempt => {
      attempts.push(attempt)
      told()
    },
    ...options,
  })
  opened.push(() => webhooks.close())
  const settled = async (count: number): Promise<void> => {
    while (attempts.length < count) {
      await new Promise<void>(resolve => {
        told = resolve
      })
    }
  }
  return { webhooks, attempts, settled }
}

const event = (runId = '7f') =>
  ({
    type: 'run.completed',
    timestamp: '2026-11-21T08:00:00.000Z',
    data: { runId, state: 'complete', provider: 'demo', model: 'demo', metadata: {}, text: 'Hello' },
  }) as const

const finished = [
  { type: 'start', provider: 'fake', model: 'fake-1' },
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'Hello world' },
  { type: 'text-end', id: '0' },
] as const

describe('a receiver', () => {
  test('is sent the start and the end of a run, signed so that verifyWebhook() believes them', async () => {
    const { url, received, next } = await startReceiver()
    const { webhooks } = startWebhooks()
    const { secret } = await webhooks.register({ url })
    const model = scriptedModel([...finished, { type: 'finish', reason: 'stop', usage: { outputTokens: 2 } }])
    const run = generate(model, { prompt: 'x', metadata: { order: 12 } })
    await webhooks.watch(run)
    await next(2)
    const told = await Promise.all(received.map(request => verifyWebhook(request, secret)))
    const ended = told.find(({ event: { type } }) => type === 'run.completed')
    expect(told.map(({ event: { type } }) => type).sort()).toEqual(['run.completed', 'run.started'])
    expect(ended?.event.data).toMatchObject({
      runId: run.id,
      state: 'complete',
      text: 'Hello world',
      metadata: { order: 12 },
      usage: { outputTokens: 2 },
      finishReason: 'stop',
    })
  })

  test('is told of a run that failed, with what had come and why', async () => {
    const { url, received, next } = await startReceiver()
    const { webhooks } = startWebhooks()
    const { secret } = await webhooks.register({ url, events: ['run.failed'] })
    const failure = new StreamError('"fake" is overloaded', { code: 'OVERLOADED' })
    await webhooks.watch(
      generate(scriptedModel([...finished, () => Promise.reject(failure)]), { prompt: 'x' }),
    )
    await next(1)
    const { event: told } = await verifyWebhook(received[0] as Received, secret)
    expect(told).toMatchObject({
      type: 'run.failed',
      data: { text: 'Hello world', error: { code: 'OVERLOADED', retryable: true } },
    })
  })

  test('is told of a run that was cancelled', async () => {
    const { url, received, next } = await startReceiver()
    const { webhooks } = startWebhooks()
    const { secret } = await webhooks.register({ url, events: ['run.cancelled'] })
    const run = generate(
      scriptedModel([
        ...finished,
        ({ signal }) => new Promise((_, reject) => signal?.addEventListener('abort', reject)),
      ]),
      { prompt: 'x' },
    )
    const watched = webhooks.watch(run)
    for await (const delta of run.text) if (delta !== '') break
    run.cancel()
    await watched
    await next(1)
    const { event: told } = await verifyWebhook(received[0] as Received, secret)
    expect(told.data).toMatchObject({ state: 'cancelled', text: expect.stringContaining('Hello world') })
  })

  test('is sent only the events that it wants', async () => {
    const { url, received } = await startReceiver()
    const { webhooks } = startWebhooks()
    await webhooks.register({ url, events: ['run.failed'] })
    expect(await webhooks.send(event())).toEqual([])
    expect(received).toEqual([])
  })

  test('is sent the same id at every attempt, until it answers with 2xx', async () => {
    const { url, received } = await startReceiver((response, count) => {
      response.writeHead(count < 3 ? 500 : 204).end()
    })
    const { webhooks, settled, attempts } = startWebhooks()
    await webhooks.register({ url })
    await webhooks.send(event())
    await settled(3)
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(attempts.map(({ state, lastStatus }) => [state, lastStatus])).toEqual([
      ['pending', 500],
      ['pending', 500],
      ['delivered', 204],
    ])
  })

  test('that never answers with 2xx leaves a dead letter, which replay() sends again', async () => {
    const { url, received } = await startReceiver((response, count) => {
      response.writeHead(count <= 4 ? 503 : 200).end()
    })
    const { webhooks, settled, attempts } = startWebhooks()
    await webhooks.register({ url })
    const [id] = await webhooks.send(event())
    await settled(4)
    expect(attempts[3]).toMatchObject({ id, state: 'dead', attempts: 4, lastStatus: 503 })
    expect(await webhooks.deliveries({ state: 'dead' })).toMatchObject([{ id }])
    expect(await webhooks.replay(id as string)).toBe(true)
    await settled(5)
    expect(attempts[4]).toMatchObject({ id, state: 'delivered', attempts: 1 })
    expect(received).toHaveLength(5)
    expect(await webhooks.replay('unknown')).toBe(false)
  })

  test('that answers 410 is sent nothing more', async () => {
    const { url, received } = await startReceiver(response => response.writeHead(410).end())
    const { webhooks, settled } = startWebhooks()
    await webhooks.register({ url })
    await webhooks.send(event())
    await settled(1)
    expect(await webhooks.receivers()).toMatchObject([{ disabled: expect.stringContaining('410') }])
    expect(await webhooks.send(event())).toEqual([])
    expect(received).toHaveLength(1)
  })

  test('that redirects is not followed', async () => {
    const other = await startReceiver()
    const { url } = await startReceiver(response => response.writeHead(307, { location: other.url }).end())
    const { webhooks, settled, attempts } = startWebhooks({ retryMs: [] })
    await webhooks.register({ url })
    await webhooks.send(event())
    await settled(1)
    expect(attempts[0]).toMatchObject({ state: 'dead', lastStatus: 307 })
    expect(other.received).toEqual([])
  })

  test('that never answers, or answers for ever, is left in time', async () => {
    const silent = await startReceiver(() => undefined)
    const endless = await startReceiver(response => {
      response.writeHead(500)
      const timer = setInterval(() => response.write('x'), 5)
      response.on('close', () => clearInterval(timer))
    })
    const { webhooks, settled, attempts } = startWebhooks({ retryMs: [], timeoutMs: 100 })
    await webhooks.register({ url: silent.url })
    await webhooks.register({ url: endless.url })
    await webhooks.send(event())
    await settled(2)
    expect(attempts.map(({ state, lastError, lastStatus }) => ({ state, lastError, lastStatus }))).toEqual(
      expect.arrayContaining([
        { state: 'dead', lastError: 'no answer within 100 ms', lastStatus: undefined },
        { state: 'dead', lastError: undefined, lastStatus: 500 },
      ]),
    )
  })

  test('that cannot be reached does not hold the others back', async () => {
    const { url, next } = await startReceiver()
    const { webhooks } = startWebhooks({ retryMs: [60_000] })
    await webhooks.register({ url: 'http://127.0.0.1:1/hooks' })
    await webhooks.register({ url })
    await webhooks.send(event())
    await next(1)
  })

  test('whose secret changes can believe with the old one and with the new', async () => {
    const { url, received, next } = await startReceiver()
    const { webhooks } = startWebhooks()
    const { id, secret } = await webhooks.register({ url })
    const { secret: newer } = await webhooks.rotateSecret(id)
    await webhooks.send(event())
    await next(1)
    const request = received[0] as Received
    const believed = { id: request.headers['webhook-id'], event: event() }
    await expect(verifyWebhook(request, secret)).resolves.toEqual(believed)
    await expect(verifyWebhook(request, newer)).resolves.toEqual(believed)
    await expect(verifyWebhook(request, createWebhookSecret())).rejects.toThrow(WebhookError)
  })
})

test('a secret that was replaced signs no longer than previousSecretMs', async () => {
  const { url, received, next } = await startReceiver()
  let time = Date.now()
  const { webhooks } = startWebhooks({ previousSecretMs: 1000, now: () => time })
  const { id, secret } = await webhooks.register({ url })
  const { secret: newer } = await webhooks.rotateSecret(id)
  expect(await webhooks.receivers()).not.toContainEqual(
    expect.objectContaining({ rotatedAt: expect.anything() }),
  )
  time += 999
  await webhooks.send(event('1'))
  await next(1)
  time += 1
  await webhooks.send(event('2'))
  await next(2)
  const [before, after] = received as [Received, Received]
  await expect(verifyWebhook(before, secret)).resolves.toBeDefined()
  await expect(verifyWebhook(after, secret)).rejects.toMatchObject({ code: 'WEBHOOK_SIGNATURE_INVALID' })
  await expect(verifyWebhook(after, newer)).resolves.toBeDefined()
})

describe('an address that is not a public one', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data',
    'https://127.0.0.1/',
    'https://10.1.2.3/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0/',
    'https://localhost/',
    'https://app.localhost/',
    'http://app.example/',
    'ftp://app.example/',
    'https://user:secret@app.example/',
    'app.example',
    `https://app.example/${'x'.repeat(3000)}`,
  ])('is refused when it is registered: %s', async url => {
    const { webhooks } = startWebhooks({ allowedAddresses: [] })
    await expect(webhooks.register({ url })).rejects.toMatchObject({ code: 'WEBHOOK_URL_REFUSED' })
    expect(await webhooks.receivers()).toEqual([])
  })

  test('is refused after its name is resolved, at once and for good, and nothing reaches it', async () => {
    const { url, received } = await startReceiver()
    const { webhooks, settled, attempts } = startWebhooks({ allowedAddresses: ['10.0.0.1'] })
    const { port } = new URL(url)
    await webhooks.register({ url: `http://localhost:${port}/hooks` })
    await webhooks.send(event())
    await settled(1)
    expect(attempts[0]).toMatchObject({
      state: 'dead',
      attempts: 1,
      lastError: 'its address may not be reached',
    })
    expect(received).toEqual([])
  })

  test('does not make plain http good enough for a public one', async () => {
    const { webhooks } = startWebhooks({ allowedAddresses: ['10.0.0.0/8'] })
    await expect(webhooks.register({ url: 'http://93.184.215.14/' })).rejects.toMatchObject({
      code: 'WEBHOOK_URL_REFUSED',
      message: expect.stringContaining('allowed over plain http'),
    })
    await webhooks.register({ url: 'http://10.1.2.3/' })
    const poster = createPoster({ allowPrivateAddresses: false, allowedAddresses: ['10.0.0.0/8'] })
    const options = { headers: {}, body: '{}', timeoutMs: 1000 }
    for (const url of ['http://93.184.215.14/', 'http://[2001:db8::1]/', 'http://[2606:2800:21f::1]/'])
      expect(await poster.post(url, options)).toMatchObject({ refused: true })
    poster.close()
  })

  test('is reached where a range allows it', async () => {
    const { url, next } = await startReceiver()
    const { webhooks } = startWebhooks({ allowedAddresses: ['127.0.0.0/8'] })
    await webhooks.register({ url })
    await webhooks.send(event())
    await next(1)
  })
})

describe('limits and bad input', () => {
  test('receivers, waiting messages and the list have a bound', async () => {
    const { webhooks } = startWebhooks({ maxReceivers: 1, maxPending: 1, retryMs: [60_000] })
    await webhooks.register({ url: 'http://127.0.0.1:1/' })
    await expect(webhooks.register({ url: 'http://127.0.0.1:1/' })).rejects.toThrow(/maxReceivers/)
    await webhooks.send(event('1'))
    await expect(webhooks.send(event('2'))).rejects.toThrow(/maxPending/)
    await expect(webhooks.deliveries({ limit: 0 })).rejects.toThrow(/limit must be 1 to 1000/)
  })

  test('an event that passes maxPayloadBytes is sent without its text, and says so', async () => {
    const { url, received, next } = await startReceiver()
    const { webhooks } = startWebhooks({ maxPayloadBytes: 400 })
    const { secret } = await webhooks.register({ url })
    await webhooks.send({ ...event(), data: { ...event().data, text: 'x'.repeat(500) } })
    await next(1)
    const { event: told } = await verifyWebhook(received[0] as Received, secret)
    expect(told.data).toMatchObject({ textOmitted: true })
    expect(told.data.text).toBeUndefined()
    const huge = { ...event(), data: { ...event().data, metadata: { note: 'x'.repeat(500) } } }
    await expect(webhooks.send(huge)).rejects.toMatchObject({ code: 'WEBHOOK_LIMIT_EXCEEDED' })
  })

  test('the same event a second time adds nothing', async () => {
    const { webhooks } = startWebhooks({ retryMs: [60_000] })
    await webhooks.register({ url: 'http://127.0.0.1:1/' })
    const ids = await webhooks.send(event(), { id: 'once' })
    expect(await webhooks.send(event(), { id: 'once' })).toEqual(ids)
    expect(await webhooks.deliveries()).toHaveLength(1)
  })

  test('a bound that is no number is refused', () => {
    const outbox = createMemoryOutbox()
    expect(() => createWebhooks({ outbox, timeoutMs: Number.NaN })).toThrow(
      /timeoutMs must be a finite number.*NaN/,
    )
    expect(() => createWebhooks({ outbox, retryMs: [-1] })).toThrow(/retryMs/)
  })

  test('unknown events and weak secrets are refused, the secret unquoted', async () => {
    const { webhooks } = startWebhooks()
    const url = 'http://127.0.0.1:1/'
    await expect(webhooks.register({ url, events: ['run.paused' as never] })).rejects.toThrow(/"run.paused"/)
    const refusal = webhooks.register({ url, secret: 'whsec_c2hvcnQ=' })
    await expect(refusal).rejects.toMatchObject({ code: 'WEBHOOK_SECRET_INVALID' })
    await expect(refusal).rejects.not.toThrow(/c2hvcnQ/)
  })

  test('no list of receivers or messages holds a secret or a word of an answer', async () => {
    const { webhooks } = startWebhooks({ retryMs: [60_000] })
    const { secret } = await webhooks.register({ url: 'http://127.0.0.1:1/' })
    await webhooks.send(event())
    const told = JSON.stringify([await webhooks.receivers(), await webhooks.deliveries()])
    expect(told).not.toContain(secret)
    expect(told).not.toContain('Hello')
  })
})

describe('verifyWebhook()', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const signed = (body: string, at = new Date()): { headers: Record<string, string>; body: string } => ({
    headers: signWebhook({ id: 'msg_1', body, secrets: [secret], at }),
    body,
  })

  test('returns what was signed, whatever the text, from a Request and from raw bytes', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async text => {
        const { headers, body } = signed(JSON.stringify({ ...event(), data: { text } }))
        const request = new Request('https://app.example', { method: 'POST', headers, body })
        expect((await verifyWebhook(request, secret)).event.data.text).toBe(text)
        const raw = { headers, body: new TextEncoder().encode(body) }
        expect((await verifyWebhook(raw, secret)).event.data.text).toBe(text)
      }),
    ))

  test('refuses a body, an id or a time that was changed', async () => {
    const { headers, body } = signed(JSON.stringify(event()))
    const forged = [
      { headers, body: body.replace('Hello', 'Hallo') },
      { headers: { ...headers, 'webhook-id': 'msg_2' }, body },
      {
        headers: { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) },
        body,
      },
      { headers: { ...headers, 'webhook-signature': 'v1,AAAA' }, body },
      { headers: { 'webhook-id': 'msg_1' }, body },
    ]
    for (const request of forged) {
      await expect(verifyWebhook(request, secret)).rejects.toMatchObject({
        code: 'WEBHOOK_SIGNATURE_INVALID',
      })
    }
  })

  test('refuses what is more than five minutes old, or of the future', async () => {
    for (const minutes of [-6, 6]) {
      const request = signed(JSON.stringify(event()), new Date(Date.now() + minutes * 60_000))
      await expect(verifyWebhook(request, secret)).rejects.toMatchObject({
        code: 'WEBHOOK_SIGNATURE_INVALID',
      })
    }
  })

  test('refuses a body that is too long before it has read it all, and one that is no event', async () => {
    const endless = new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(1024)) })
    const { headers } = signed('{}')
    const request = new Request('https://app.example', {
      method: 'POST',
      headers,
      body: endless,
      duplex: 'half',
    } as RequestInit)
    await expect(verifyWebhook(request, secret, { maxBytes: 4096 })).rejects.toMatchObject({
      code: 'WEBHOOK_LIMIT_EXCEEDED',
    })
    await expect(verifyWebhook(signed('[]'), secret)).rejects.toMatchObject({ code: 'WEBHOOK_BODY_INVALID' })
    await expect(verifyWebhook(signed('{'), secret)).rejects.toMatchObject({ code: 'WEBHOOK_BODY_INVALID' })
  })
})

describe('settleAttempt()', () => {
  const pending = {
    id: '1',
    receiverId: 'a',
    type: 'run.completed',
    body: '{}',
    state: 'pending',
    attempts: 0,
    dueAt: 0,
    createdAt: 0,
  } as const

  test('waits longer after each attempt, with a fifth of jitter at most, for more than a day in all', () => {
    const retryMs = [1000, 10_000]
    const first = settleAttempt(pending, { status: 500 }, { retryMs, now: 0, random: 0 })
    const second = settleAttempt(first, { error: 'ECONNRESET' }, { retryMs, now: 0, random: 1 })
    const third = settleAttempt(second, { status: 500 }, { retryMs, now: 7, random: 0 })
    expect([first.dueAt, second.dueAt]).toEqual([1000, 12_000])
    expect(third).toMatchObject({ state: 'dead', attempts: 3, endedAt: 7 })
  })

  test('waits as long as the receiver asks, a day at most', () => {
    const asked = (retryAfterMs: number): number =>
      settleAttempt(pending, { status: 429, retryAfterMs }, { retryMs: [1000], now: 0, random: 0 }).dueAt
    expect([asked(5), asked(30_000), asked(1e12)]).toEqual([1000, 30_000, 86_400_000])
  })
})

/** A program that promises to send an event, says so, and has not begun. */
const promising = `import { createWebhooks } from './webhooks.ts'
  import { createSqliteOutbox } from './sqlite-outbox.ts'
  const [file, url] = process.argv.slice(2)
  const outbox = createSqliteOutbox(file)
  const webhooks = createWebhooks({ outbox, allowedAddresses: ['127.0.0.1'], concurrency: 0 })
  const { secret } = await webhooks.register({ url })
  await webhooks.send(${JSON.stringify(event())}, { id: 'promised' })
  process.send(secret)
  setInterval(() => undefined, 1000)`

async function bundleOf(contents: string, folder: string): Promise<string> {
  const outfile = join(folder, 'program.mjs')
  const external = (name: string) => ({ path: import.meta.resolve(name), external: true })
  await build({
    stdin: { resolveDir: import.meta.dirname, contents },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    plugins: [
      {
        name: 'packages',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[a-z][\w-.]*$/ }, ({ path }) =>
            isBuiltin(path) ? { path, external: true } : external(path),
          ),
      },
    ],
  })
  return outfile
}

describe('the outbox in a file', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'streamseal-webhooks-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('sends after a kill what the killed process had promised', async () => {
    const { url, received, next } = await startReceiver()
    const file = join(folder, 'outbox.db')
    const child = fork(await bundleOf(promising, folder), [file, url])
    const [secret] = (await once(child, 'message')) as [string]
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(received).toEqual([])
    startWebhooks({ outbox: createSqliteOutbox(file) })
    await next(1)
    const { id, event: told } = await verifyWebhook(received[0] as Received, secret)
    expect(id).toMatch(/^promised\./)
    expect(told).toEqual(event())
  })

  test('is sent by one process alone where two share it', async () => {
    const { url, received, next } = await startReceiver()
    const file = join(folder, 'outbox.db')
    const both = [createSqliteOutbox(file), createSqliteOutbox(file)].map(outbox => startWebhooks({ outbox }))
    const [first, second] = both as [ReturnType<typeof startWebhooks>, ReturnType<typeof startWebhooks>]
    await first.webhooks.register({ url })
    for (let index = 0; index < 20; index += 1) {
      await (index % 2 === 0 ? first : second).webhooks.send(event(String(index)))
    }
    await next(20)
    const ids = received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(20)
    expect(ids).toHaveLength(20)
  })
})

test('webhook() tells one receiver of one run, and says what became of it', async () => {
  const { url, received } = await startReceiver((response, count) =>
    response.writeHead(count < 2 ? 500 : 200).end(),
  )
  const secret = createWebhookSecret()
  const run = generate(scriptedModel('Hello world'), { prompt: 'x' })
  const told = await webhook(run, { url, secret, allowedAddresses: ['127.0.0.1'], retryMs: [1] })
  expect(told).toMatchObject([{ type: 'run.completed', state: 'delivered', attempts: 2 }])
  expect((await verifyWebhook(received[1] as Received, secret)).event.data.runId).toBe(run.id)
})
