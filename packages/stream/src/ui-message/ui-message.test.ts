import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import {
  AbstractChat,
  type ChatState,
  type ChatStatus,
  DefaultChatTransport,
  readUIMessageStream,
  type UIMessage,
  type UIMessageChunk,
} from 'ai'
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest'
import type { Model } from '../contract.ts'
import { demo } from '../demo.ts'
import { generate } from '../generate.ts'
import type { Run } from '../run/run.ts'
import type { SealOptions } from '../run/run-seal.ts'
import { scriptedModel } from '../testing/scripted-model.ts'
import {
  createUiMessageChunks,
  type UiMessageChunk,
  uiMessageResponse,
  writeUiMessage,
} from '../ui-message.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const fast = { tokensPerSecond: Number.POSITIVE_INFINITY }
const short = { ...fast, text: 'Hello world' }

type Route = (request: IncomingMessage, response: ServerResponse) => unknown

async function serve(route: Route): Promise<string> {
  const server = createServer((request, response) => void route(request, response))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/chat`
}

/** A chat server as the AI SDK's documentation has it: `POST` asks, `GET …/:id/stream` comes back, both deliver one run. */
async function chatServer(
  model: Model,
  seal?: SealOptions,
): Promise<{ api: string; runs: Map<string, Run> }> {
  const runs = new Map<string, Run>()
  const api = await serve(async (request, response) => {
    const [, chatId] = /\/api\/chat\/([^/]+)\/stream$/.exec(request.url ?? '') ?? []
    if (chatId !== undefined) {
      const run = runs.get(chatId)
      if (run === undefined || run.state !== 'running') return response.writeHead(204).end()
      return writeUiMessage(run, response, { onLeave: 'continue' })
    }
    let body = ''
    for await (const piece of request) body += piece
    const run = generate(model, { prompt: 'x', ...(seal === undefined ? {} : { seal }) })
    runs.set(JSON.parse(body).id, run)
    return writeUiMessage(run, response, { onLeave: 'continue' })
  })
  return { api, runs }
}

class State implements ChatState<UIMessage> {
  status: ChatStatus = 'ready'
  error: Error | undefined
  messages: UIMessage[] = []
  pushMessage = (message: UIMessage): void => void this.messages.push(message)
  popMessage = (): void => void this.messages.pop()
  replaceMessage = (index: number, message: UIMessage): void => {
    this.messages[index] = message
  }
  snapshot = <T>(value: T): T => structuredClone(value)
}

class Chat extends AbstractChat<UIMessage> {}

interface Sealed {
  streamseal?: { stream_id: string; detached: string }
}

interface Finish {
  isAbort: boolean
  isError: boolean
  finishReason?: string | undefined
}

function chatWith(api: string, id = 'chat-1'): { chat: Chat; state: State; finished: Finish[] } {
  const state = new State()
  const finished: Finish[] = []
  const chat = new Chat({
    id,
    state,
    transport: new DefaultChatTransport({ api }),
    onFinish: ({ isAbort, isError, finishReason }) => finished.push({ isAbort, isError, finishReason }),
  })
  return { chat, state, finished }
}

const textOf = (message: UIMessage | undefined): string =>
  message?.parts.map(part => (part.type === 'text' ? part.text : '')).join('') ?? ''

const user: UIMessage = { id: 'u', role: 'user', parts: [{ type: 'text', text: 'Hello' }] }

async function ask(api: string): Promise<ReadableStream<UIMessageChunk>> {
  return new DefaultChatTransport({ api }).sendMessages({
    chatId: 'chat-1',
    messages: [user],
    trigger: 'submit-message',
    messageId: undefined,
    abortSignal: undefined,
  })
}

test('our chunks are chunks of the installed `ai`', () => {
  expectTypeOf<UiMessageChunk>().toExtend<UIMessageChunk>()
})

describe("the AI SDK's DefaultChatTransport", () => {
  test('reads text, reasoning, tools, sources and metadata', async () => {
    const model = scriptedModel([
      { type: 'start', provider: 'scripted', model: 'm' },
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
      { type: 'reasoning-end', id: 'r' },
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'Hello' },
      { type: 'text-end', id: 't' },
      { type: 'source', id: 's', url: 'https://example.org', title: 'Example' },
      { type: 'source', id: 's2', title: 'A file' },
      { type: 'tool-input-start', id: 'c', toolName: 'weather' },
      { type: 'tool-input-delta', id: 'c', delta: '{"city":"Bern"}' },
      { type: 'tool-input-end', id: 'c' },
      { type: 'tool-call', id: 'c', toolName: 'weather', input: '{"city":"Bern"}' },
      { type: 'provider-tool', id: 'w', toolName: 'web_search', input: '{"q":"x"}' },
      { type: 'refusal-delta', delta: 'I will ' },
      { type: 'refusal-delta', delta: 'not.' },
      { type: 'finish', reason: 'tool-calls', usage: { inputTokens: 5, outputTokens: 6 } },
    ])
    const { api, runs } = await chatServer(model)
    const messages: UIMessage[] = []
    for await (const message of readUIMessageStream({ stream: await ask(api), terminateOnError: true }))
      messages.push(message)
    const last = messages.at(-1)
    expect(last?.id).toBe(runs.get('chat-1')?.id)
    expect(last?.metadata).toMatchObject({
      usage: { inputTokens: 5, outputTokens: 6 },
      metrics: { chunks: 5 },
    })
    expect(last?.parts).toMatchObject([
      { type: 'step-start' },
      { type: 'reasoning', text: 'Hm.', state: 'done' },
      { type: 'text', text: 'Hello', state: 'done' },
      { type: 'source-url', url: 'https://example.org', title: 'Example' },
      { type: 'source-document', title: 'A file' },
      { type: 'tool-weather', state: 'input-available', input: { city: 'Bern' } },
      { type: 'tool-web_search', state: 'output-available', providerExecuted: true },
      { type: 'text', text: 'I will not.', state: 'done' },
    ])
  })

  test('forgets what another model’s answer has replaced', async () => {
    const { api } = await chatServer(
      scriptedModel([
        { type: 'start', provider: 'a', model: 'm' },
        { type: 'text-start', id: 't' },
        { type: 'text-delta', id: 't', delta: 'Wrong' },
        { type: 'text-end', id: 't' },
        { type: 'restart', code: 'PROVIDER_ERROR', message: 'failed' },
        { type: 'text-start', id: 't2' },
        { type: 'text-delta', id: 't2', delta: 'Right' },
        { type: 'text-end', id: 't2' },
        { type: 'finish', reason: 'stop' },
      ]),
    )
    const { chat, state } = chatWith(api)
    await chat.sendMessage({ text: 'x' })
    expect(textOf(state.messages.at(-1))).toBe('Right')
  })
})

describe("the AI SDK's AbstractChat", () => {
  test('gets ready with the whole answer', async () => {
    const { api } = await chatServer(demo(short))
    const { chat, state, finished } = chatWith(api)
    await chat.sendMessage({ text: 'x' })
    expect([chat.status, textOf(state.messages.at(-1))]).toEqual(['ready', 'Hello world'])
    expect(finished).toEqual([{ isAbort: false, isError: false, finishReason: 'stop' }])
  })

  test('verifies what it shows, with the seal’s other half from the message’s metadata', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const { api } = await chatServer(demo(short), { signer: await createSigner(privateJwk), format: 'code' })
    const { chat, state } = chatWith(api)
    await chat.sendMessage({ text: 'x' })
    const message = state.messages.at(-1)
    const { streamseal } = (message?.metadata ?? {}) as Sealed
    const report = await verify(textOf(message), {
      trust: trustList(publicJwk),
      detached: streamseal?.detached ?? '',
    })
    expect(report).toMatchObject({ status: 'intact', seals: [{ streamId: streamseal?.stream_id }] })
  })

  test('is in error, with what had come, where the run fails', async () => {
    const { api } = await chatServer(
      scriptedModel([
        { type: 'start', provider: 'scripted', model: 'm' },
        { type: 'text-start', id: 't' },
        { type: 'text-delta', id: 't', delta: 'Half' },
        { type: 'error', code: 'PROVIDER_ERROR', message: 'The provider failed', retryable: true },
      ]),
    )
    const { chat, state, finished } = chatWith(api)
    await chat.sendMessage({ text: 'x' })
    expect([chat.status, chat.error?.message, textOf(state.messages.at(-1))]).toEqual([
      'error',
      'The provider failed',
      'Half',
    ])
    expect(finished[0]?.isError).toBe(true)
  })

  test('stops: what had come stays, and the run too where its reader may leave', async () => {
    const { api, runs } = await chatServer(stalling())
    const { chat, state, finished } = chatWith(api)
    const sent = chat.sendMessage({ text: 'x' })
    await expect.poll(() => textOf(state.messages.at(-1))).toBe('Half')
    await chat.stop()
    await sent
    expect([chat.status, finished[0]?.isAbort]).toEqual(['ready', true])
    const run = runs.get('chat-1')
    expect(run?.state).toBe('running')
    run?.cancel()
  })

  test('comes back to a run under way, and gets nothing where there is none', async () => {
    let release = (): void => undefined
    const { api, runs } = await chatServer(
      stalling(
        new Promise(resolve => {
          release = resolve
        }),
      ),
    )
    const first = chatWith(api)
    const sent = first.chat.sendMessage({ text: 'x' })
    await expect.poll(() => textOf(first.state.messages.at(-1))).toBe('Half')
    await first.chat.stop()
    await sent

    const second = chatWith(api)
    const resumed = second.chat.resumeStream()
    await expect.poll(() => textOf(second.state.messages.at(-1))).toBe('Half')
    release()
    await resumed
    expect(second.state.messages.map(message => [message.id, textOf(message)])).toEqual([
      [runs.get('chat-1')?.id, 'Half and whole'],
    ])
    expect(second.chat.status).toBe('ready')

    const third = chatWith(api)
    await third.chat.resumeStream()
    expect([third.chat.status, third.state.messages]).toEqual(['ready', []])
  })

  test('is ready where the run is stopped at the server', async () => {
    const { api, runs } = await chatServer(stalling())
    const { chat, state } = chatWith(api)
    const sent = chat.sendMessage({ text: 'x' })
    await expect.poll(() => textOf(state.messages.at(-1))).toBe('Half')
    runs.get('chat-1')?.cancel()
    await sent
    expect([chat.status, textOf(state.messages.at(-1))]).toEqual(['ready', 'Half'])
  })
})

/** Says one word, waits, and says the rest. */
function stalling(released: Promise<void> = new Promise(() => undefined)): Model {
  return scriptedModel([
    { type: 'start', provider: 'scripted', model: 'm' },
    { type: 'text-start', id: 't' },
    { type: 'text-delta', id: 't', delta: 'Half' },
    () => released,
    { type: 'text-delta', id: 't', delta: ' and whole' },
    { type: 'text-end', id: 't' },
    { type: 'finish', reason: 'stop' },
  ])
}

test('headers, ids and the end are those of the protocol', async () => {
  const run = generate(demo(short), { prompt: 'x' })
  const response = uiMessageResponse(run, { heartbeatMs: 0, messageId: 'm-1', metadata: { a: 1 } })
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'x-vercel-ai-ui-message-stream': 'v1',
    'x-accel-buffering': 'no',
    'streamseal-stream-id': run.id,
  })
  const text = await response.text()
  expect(text).toContain(
    'data: {"type":"start","messageId":"m-1","messageMetadata":{"a":1}}\n\ndata: {"type":"start-step"}\n'.replace(
      '\n\ndata',
      '\n\ndata',
    ),
  )
  expect(text).toMatch(/id: [0-9a-f]{16}:3\n\n/)
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
})

test('other choices are left out, and an unfinished tool input is an error of that tool', () => {
  const chunks = createUiMessageChunks()
  const take = (part: object): unknown[] => chunks.take({ cursor: 1, ...part } as never)
  expect(take({ type: 'text-start', id: 'b', choice: 1 })).toEqual([])
  expect(take({ type: 'text-delta', id: 'b', delta: 'x' })).toEqual([])
  expect(take({ type: 'tool-call', id: 'c', toolName: 'f', input: '{"a":', incomplete: true })).toMatchObject(
    [{ type: 'tool-input-error', toolCallId: 'c', input: '{"a":' }],
  )
})
