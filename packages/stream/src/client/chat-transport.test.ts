/** The AI SDK's own chat over our socket, against a real server of ours. */
import { AbstractChat, type ChatState, type ChatStatus, type UIMessage } from 'ai'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { Model } from '../contract.ts'
import { createRuns, type KeptRun } from '../runs/index.ts'
import { StreamError } from '../stream-error.ts'
import { scriptedModel } from '../testing.ts'
import { createUiMessageFrames } from '../ui-message.ts'
import { webSocket } from '../web-socket.ts'
import { createSocketChatTransport, type SocketChatOptions } from './chat-transport.ts'

class State implements ChatState<UIMessage> {
  status: ChatStatus = 'ready'
  error: Error | undefined
  messages: UIMessage[] = []
  pushMessage = (message: UIMessage): void => {
    this.messages = [...this.messages, message]
  }
  popMessage = (): void => {
    this.messages = this.messages.slice(0, -1)
  }
  replaceMessage = (index: number, message: UIMessage): void => {
    this.messages = this.messages.map((each, at) => (at === index ? this.snapshot(message) : each))
  }
  snapshot = <T>(value: T): T => structuredClone(value)
}

class Chat extends AbstractChat<UIMessage> {
  constructor(url: string, options: Partial<SocketChatOptions> = {}) {
    super({
      id: 'chat-1',
      state: new State(),
      transport: createSocketChatTransport({ url, WebSocket, ...options }),
    })
  }
  get text(): string {
    return (this.messages.at(-1)?.parts ?? []).map(part => (part.type === 'text' ? part.text : '')).join('')
  }
}

interface ChatServer {
  url: string
  runs: ReturnType<typeof createRuns>
  questions: Record<string, unknown>[]
  last: KeptRun | undefined
  terminate(): void
  close(): Promise<void>
}

const servers: ChatServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(server => server.close())))

async function serve(model: Model): Promise<ChatServer> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const runs = createRuns()
  const server: ChatServer = {
    url: '',
    runs,
    questions: [],
    last: undefined,
    terminate() {
      for (const socket of sockets.clients) socket.terminate()
    },
    async close() {
      server.terminate()
      sockets.close()
      await runs.close()
    },
  }
  servers.push(server)
  const deliver = async (run: KeptRun, socket: WebSocket): Promise<void> => {
    const frames = createUiMessageFrames({ messageId: run.id })
    await webSocket(run, socket, { frames, closeAtEnd: true })
  }
  sockets.on('connection', (socket, { url }) => {
    if (url?.endsWith('/stream')) {
      if (url === '/chat/chat-1/stream' && server.last?.state === 'running') void deliver(server.last, socket)
      else socket.close(1000)
    }
    socket.on('message', async data => {
      const message = JSON.parse(String(data))
      if (message.type === 'cancel') return server.last?.cancel()
      server.questions.push(message)
      server.last = await runs.start(model, { prompt: 'x' })
      await deliver(server.last, socket)
    })
  })
  await new Promise(resolve => sockets.once('listening', resolve))
  server.url = `ws://127.0.0.1:${(sockets.address() as { port: number }).port}/chat`
  return server
}

/** Says the first half, and the second when it is told to. */
function halves(): { model: Model; go: () => void } {
  let go = (): void => undefined
  const gate = new Promise<void>(resolve => {
    go = resolve
  })
  const model = scriptedModel([
    { type: 'start', provider: 'p', model: 'm' },
    { type: 'text-start', id: 't' },
    { type: 'text-delta', id: 't', delta: 'First half, ' },
    () => gate,
    { type: 'text-delta', id: 't', delta: 'second half.' },
    { type: 'text-end', id: 't' },
    { type: 'finish', reason: 'stop' },
  ])
  return { model, go: () => go() }
}

test("AbstractChat sends its messages, as over HTTP, and has the answer's message", async () => {
  const server = await serve(scriptedModel('Hello from a socket'))
  const chat = new Chat(server.url.replace('ws:', 'http:'), { body: () => ({ tenant: 7 }) })
  await chat.sendMessage({ text: 'Hi' }, { body: { extra: true } })
  expect([chat.status, chat.error, chat.text]).toEqual(['ready', undefined, 'Hello from a socket'])
  expect(chat.lastMessage).toMatchObject({ id: server.last?.id, role: 'assistant' })
  expect(server.questions).toMatchObject([
    {
      id: 'chat-1',
      tenant: 7,
      extra: true,
      trigger: 'submit-message',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    },
  ])
  await chat.sendMessage({ text: 'Again' })
  expect(server.questions[1]?.messages).toHaveLength(3)
  expect(chat.messages).toHaveLength(4)
})

test('a run that fails is the chat’s error', async () => {
  const fail = (): never => {
    throw new StreamError('too busy', { code: 'OVERLOADED' })
  }
  const chat = new Chat(
    (await serve(scriptedModel([{ type: 'start', provider: 'p', model: 'm' }, fail]))).url,
  )
  await chat.sendMessage({ text: 'Hi' })
  expect(chat.status).toBe('error')
  expect(chat.error?.message).toBe('too busy')
})

test('stop() stops the run, and keeps what had come', async () => {
  const server = await serve(halves().model)
  const chat = new Chat(server.url)
  const sent = chat.sendMessage({ text: 'Hi' })
  await expect.poll(() => chat.text).toBe('First half, ')
  await chat.stop()
  await sent
  expect([chat.status, chat.text]).toEqual(['ready', 'First half, '])
  await expect.poll(async () => (await server.runs.get(server.last?.id ?? ''))?.state).toBe('cancelled')
})

test('a socket that breaks is an error, and resumeStream() has the whole answer, in one message', async () => {
  const { model, go } = halves()
  const server = await serve(model)
  const chat = new Chat(server.url)
  const sent = chat.sendMessage({ text: 'Hi' })
  await expect.poll(() => chat.text).toBe('First half, ')
  server.terminate()
  await sent
  expect(chat.status).toBe('error')
  expect(chat.error).toMatchObject({ code: 'STREAM_INCOMPLETE' })
  const resumed = chat.resumeStream()
  go()
  await resumed
  expect([chat.status, chat.text]).toEqual(['ready', 'First half, second half.'])
  expect(chat.messages).toHaveLength(2)
  expect(server.questions).toHaveLength(1)
})

test('resumeStream() finds nothing where nothing is under way', async () => {
  const chat = new Chat((await serve(scriptedModel('x'))).url)
  await chat.resumeStream()
  expect([chat.status, chat.error, chat.messages]).toEqual(['ready', undefined, []])
})

test('a server that is not there is an error', async () => {
  const server = await serve(scriptedModel('x'))
  await server.close()
  const chat = new Chat(server.url)
  await chat.sendMessage({ text: 'Hi' })
  expect([chat.status, (chat.error as StreamError).code]).toEqual(['error', 'PROVIDER_UNAVAILABLE'])
})
