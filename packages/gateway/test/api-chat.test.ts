/** `/api/chat` with the AI SDK's own `AbstractChat` and `DefaultChatTransport`: an answer, a failure, leaving and coming back. */
import { AbstractChat, type ChatState, type ChatStatus, DefaultChatTransport, type UIMessage } from 'ai'
import { afterEach, expect, test } from 'vitest'
import { chunkEvent, startFakeOpenAI } from './fake-openai.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

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

function chatWith(gateway: TestGateway): { chat: Chat; state: State } {
  const state = new State()
  const transport = new DefaultChatTransport({ api: `${gateway.url}/api/chat` })
  return { chat: new Chat({ id: 'chat-1', state, transport }), state }
}

const textOf = (message: UIMessage | undefined): string =>
  message?.parts.map(part => (part.type === 'text' ? part.text : '')).join('') ?? ''

const patience = { timeout: 20_000 }

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(env)
  cleanUps.push(() => gateway.remove())
  return gateway
}

/** A model that says half, and the rest when it is let go. */
async function startHalting(): Promise<{ gateway: TestGateway; letGo: () => void; asked: () => number }> {
  let letGo = (): void => undefined
  const released = new Promise<void>(resolve => {
    letGo = resolve
  })
  const fake = await startFakeOpenAI(async response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chunkEvent({ delta: { content: 'Half a sentence' }, finish_reason: null }))
    await released
    response.write(chunkEvent({ delta: { content: ' and the other half.' }, finish_reason: null }))
    response.end(`${chunkEvent({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`)
  })
  cleanUps.push(() => fake.close())
  const gateway = await start({ OPENAI_BASE_URL: fake.baseUrl, STREAMSEAL_MODEL: 'm' })
  return { gateway, letGo: () => letGo(), asked: () => fake.seen.length }
}

async function statusOf(gateway: TestGateway, message: UIMessage | undefined): Promise<unknown> {
  const { streamseal } = (message?.metadata ?? {}) as { streamseal?: { detached?: string } }
  const response = await fetch(`${gateway.url}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: textOf(message), ...streamseal }),
  })
  return ((await response.json()) as { status: unknown }).status
}

test('a chat is answered, sealed, and goes on with what was said', async () => {
  const gateway = await start()
  const { chat, state } = chatWith(gateway)
  for (const text of ['Hello', 'Go on.']) {
    await chat.sendMessage({ text })
    expect([chat.status, chat.error]).toEqual(['ready', undefined])
    expect(await statusOf(gateway, state.messages.at(-1))).toBe('intact')
  }
  expect(state.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant'])
})

test('who leaves comes back to the run under way, which is asked for once; then there is nothing to come back to', async () => {
  const { gateway, letGo, asked } = await startHalting()
  const first = chatWith(gateway)
  const sent = first.chat.sendMessage({ text: 'Hi' })
  await expect.poll(() => textOf(first.state.messages.at(-1)), patience).toContain('Half a sentence')
  await first.chat.stop()
  await sent
  const second = chatWith(gateway)
  const resumed = second.chat.resumeStream()
  await expect.poll(() => textOf(second.state.messages.at(-1)), patience).toContain('Half a sentence')
  letGo()
  await resumed
  expect(second.chat.status).toBe('ready')
  expect(await statusOf(gateway, second.state.messages.at(-1))).toBe('intact')
  expect(asked()).toBe(1)
  const third = chatWith(gateway)
  await third.chat.resumeStream()
  expect([third.chat.status, third.state.messages]).toEqual(['ready', []])
})

test('a body that is no chat is refused with a status that the client shows', async () => {
  const gateway = await start()
  const send = async (body: unknown): Promise<number> => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${gateway.url}/api/chat`, { method: 'POST', headers, body: JSON.stringify(body) }))
      .status
  }
  expect(await send({ messages: [] })).toBe(400)
  expect(await send({ id: 'c', messages: [{ role: 'user' }] })).toBe(400)
  expect(
    await send({ id: 'c', messages: [{ role: 'user', parts: [{ type: 'file', url: 'data:,x' }] }] }),
  ).toBe(400)
  expect((await fetch(`${gateway.url}/api/chat/unknown/stream`)).status).toBe(204)
})
