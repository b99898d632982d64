import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StringOutputParser } from '@langchain/core/output_parsers'
import { ChatPromptTemplate } from '@langchain/core/prompts'
import { RunnableLambda } from '@langchain/core/runnables'
import { FakeListChatModel } from '@langchain/core/utils/testing'
import { createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { generate } from '../generate.ts'
import {
  type LangChainRouterOptions,
  type LangChainRunnable,
  langChainRouter,
  langChainRunnable,
} from '../langchain.ts'
import { modelSuite } from '../testing.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const chain = ChatPromptTemplate.fromTemplate('Answer: {question}')
  .pipe(new FakeListChatModel({ responses: ['The cat sat.'] }))
  .pipe(new StringOutputParser())
const toInput = (messages: readonly { content: unknown }[]): { question: unknown } => ({
  question: messages.at(-1)?.content,
})
const echo = RunnableLambda.from((input: string) => `You said ${input}`)

/** The router on a real server, with its socket. */
async function serve(runnable: LangChainRunnable, options: LangChainRouterOptions = {}): Promise<string> {
  const router = langChainRouter(runnable, options)
  const server = createServer((request, response) => void router.listen(request, response))
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', socket => void router.socket(socket))
  cleanups.push(() => {
    for (const client of sockets.clients) client.terminate()
    server.closeAllConnections()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function messageOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { message: string } }).error.message
}

modelSuite('langChainRunnable', () => langChainRunnable(chain, { toInput }), { test })

describe('langChainRunnable', () => {
  test('streams what a chain of prompt, model and parser streams', async () => {
    const run = generate(langChainRunnable(chain, { toInput }), { prompt: 'x' })
    const deltas: string[] = []
    for await (const delta of run.text) deltas.push(delta)
    expect(deltas.length).toBeGreaterThan(3)
    expect(await run.result()).toMatchObject({ text: 'The cat sat.', finishReason: 'stop' })
  })

  test('takes the answer out of objects, or what it is told to', async () => {
    const retrieval = RunnableLambda.from(() => ({ answer: 'Yes.', documents: [1] }))
    expect((await generate(langChainRunnable(retrieval), { prompt: 'x' }).result()).text).toBe('Yes.')
    const toText = (piece: unknown): string => JSON.stringify(piece)
    expect((await generate(langChainRunnable(retrieval, { toText }), { prompt: 'x' }).result()).text).toBe(
      '{"answer":"Yes.","documents":[1]}',
    )
  })

  test('fails where the chain does', async () => {
    const failing = RunnableLambda.from((): string => {
      throw new Error('out of order')
    })
    const result = generate(langChainRunnable(failing), { prompt: 'x', retry: false }).result()
    await expect(result).rejects.toThrow('out of order')
  })
})

describe('langChainRouter over HTTP', () => {
  test.each(['input', 'query', 'prompt', 'question', 'user_input'])(
    'streams plain text for GET ?%s= and for POST of the same',
    async name => {
      const address = await serve(echo)
      const got = await fetch(`http://${address}/?${name}=Hello`)
      expect(got.headers.get('content-type')).toBe('text/plain; charset=utf-8')
      expect(await got.text()).toBe('You said Hello')
      const posted = await fetch(`http://${address}/`, {
        method: 'POST',
        body: JSON.stringify({ [name]: 'Hello' }),
      })
      expect(await posted.text()).toBe('You said Hello')
    },
  )

  test('streams events or lines where `Accept` names them, and takes messages', async () => {
    const address = await serve(echo)
    const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] })
    const ask = (accept: string): Promise<Response> =>
      fetch(`http://${address}/`, { method: 'POST', body, headers: { accept } })
    expect(await (await ask('text/event-stream')).text()).toContain('"final_response":"You said Hello"')
    const lines = (await (await ask('application/x-ndjson')).text()).trim().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'finish', reason: 'stop' })
  })

  test.each([
    ['{}', 400, 'No query provided'],
    ['not JSON', 400, 'it is not JSON'],
    ['{"messages": [{"role": "king"}]}', 400, 'messages[0]'],
    [`{"input": "${'x'.repeat(2000)}"}`, 413, 'larger than 1000 bytes'],
  ])('refuses %s', async (body, status, message) => {
    const address = await serve(echo, { maxBodyBytes: 1000 })
    const response = await fetch(`http://${address}/`, { method: 'POST', body })
    expect(response.status).toBe(status)
    expect(await messageOf(response)).toContain(message)
    const router = langChainRouter(echo, { maxBodyBytes: 1000 })
    const web = await router.fetch(new Request('http://localhost/', { method: 'POST', body }))
    expect([web.status, await messageOf(web)]).toEqual([status, expect.stringContaining(message)])
  })

  test('seals what it streams', async () => {
    const { privateJwk, publicJwk } = await generateKeys('Ed25519')
    const address = await serve(echo, { generate: { seal: { signer: await createSigner(privateJwk) } } })
    const response = await fetch(`http://${address}/?input=${'word '.repeat(100)}`)
    const report = await verify(await response.text(), { trust: trustList(publicJwk) })
    expect(report.seals[0]).toMatchObject({
      streamId: response.headers.get('streamseal-stream-id'),
      signature: 'valid',
    })
  })
})

test("langChainRouter answers question after question on a socket, in LangChain's messages", async () => {
  const client = new WebSocket(`ws://${await serve(echo)}`)
  const received: { type: string; message: string }[] = []
  client.on('message', data => received.push(JSON.parse(String(data))))
  await once(client, 'open')
  client.send('Hello')
  client.send(JSON.stringify({ query: 'again' }))
  await expect.poll(() => received.filter(({ type }) => type === 'end')).toHaveLength(2)
  expect(received.filter(({ type }) => type === 'stream').map(({ message }) => message)).toEqual([
    'You said Hello',
    'You said again',
  ])
  client.close()
})
