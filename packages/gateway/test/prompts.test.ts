/** What came in: our marks and hidden characters in prompts, in every place of every dialect. */
import { createSigner, generateKeys, seal } from '@streamseal/seal'
import type { ProviderServer } from '@streamseal/stream/testing'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startFakeProvider } from './fake-providers.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const prose = 'The tide comes in twice a day. Nobody asks it to, and it never stays for long. '.repeat(12)
const marks = /[\u{e0100}-\u{e01ef}]|\\udb40/u
/** Bytes behind a letter, as tag characters. */
const hidden = 'Hi\u{e0041}\u{e0042}\u{e0043} there'

/** Five sealed texts, and the ids of their seals. */
const sealed: { text: string; streamId: string }[] = []
beforeAll(async () => {
  const { privateJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk)
  for (let i = 0; i < 5; i++) {
    const streamId = `${i}`.repeat(16)
    const { text } = await seal(`Text ${i}. ${prose}`, { signer, claims: { model: 'm' }, streamId })
    sealed.push({ text, streamId })
  }
})

interface World {
  readonly gateway: TestGateway
  readonly provider: ProviderServer
}

async function startWorld(env: Record<string, string> = {}): Promise<World> {
  const provider = await startFakeProvider(() => ({ text: prose }))
  cleanups.push(() => provider.close())
  const gateway = await startTestGateway({
    ANTHROPIC_BASE_URL: provider.url,
    ANTHROPIC_API_KEY: 'sk-ant',
    OPENAI_BASE_URL: `${provider.url}/v1`,
    OPENAI_API_KEY: 'sk-openai',
    STREAMSEAL_RESPONSES: 'native',
    ...env,
  })
  cleanups.push(() => gateway.remove())
  return { gateway, provider }
}

function ask(
  { gateway }: World,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
}

/** A conversation with something in every place where a text can stand. */
const bodies: Record<string, (texts: readonly string[]) => object> = {
  '/v1/chat/completions': ([system, user, assistant, result, listed]) => ({
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: [{ type: 'text', text: listed }] },
      {
        role: 'assistant',
        content: assistant,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: result },
      { role: 'user', content: user },
    ],
  }),
  '/v1/responses': ([system, user, assistant, result, listed]) => ({
    instructions: system,
    input: [
      { role: 'user', content: [{ type: 'input_text', text: listed }] },
      { role: 'assistant', content: assistant },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: result },
      { role: 'user', content: user },
    ],
  }),
  '/v1/messages': ([system, user, assistant, result, listed]) => ({
    max_tokens: 100,
    system: [{ type: 'text', text: system }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: listed }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: assistant },
          { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: result }] },
      { role: 'user', content: user },
    ],
  }),
}
const models = ['gpt-test', 'claude-test']
const routes = Object.keys(bodies).flatMap(path => models.map(model => ({ path, model })))

/** JSON in which everything beyond ASCII is escaped, as Python writes it. */
function inAscii(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

interface Report {
  readonly status: string
  readonly seals: { readonly claims: { readonly ingredients?: { readonly streamId: string }[] } }[]
}

async function reportOf({ gateway }: World, text: string): Promise<Report> {
  return (await ask({ gateway } as World, '/verify', JSON.stringify({ text }))).json() as Promise<Report>
}

/** The text of an answer that is not streamed. */
function textOf(answer: string): string {
  const { choices, output, content } = JSON.parse(answer)
  if (choices !== undefined) return choices[0].message.content
  const parts = content ?? output.flatMap((item: { content?: object[] }) => item.content ?? [])
  return parts.map(({ text }: { text?: string }) => text ?? '').join('')
}

describe.each(routes)('$path on $model', ({ path, model }) => {
  const bodyWith = (texts: readonly string[]): object => ({ model, ...bodies[path]?.(texts) })

  test('the model sees no mark of ours, wherever in the conversation, and the answer names every text', async () => {
    const world = await startWorld()
    const texts = sealed.map(({ text }) => text)
    // A tool whose result is JSON in a string, written by Python.
    texts[3] = inAscii({ found: texts[3] })
    for (const body of [JSON.stringify(bodyWith(texts)), inAscii(bodyWith(texts))]) {
      const answer = await ask(world, path, body)
      expect(answer.status).toBe(200)
      if (path === '/v1/chat/completions' && model === 'gpt-test') continue
      const report = await reportOf(world, textOf(await answer.text()))
      const named = report.seals[0]?.claims.ingredients?.map(({ streamId }) => streamId)
      expect(named?.sort()).toEqual(sealed.map(({ streamId }) => streamId))
    }
    expect(world.provider.requests).toHaveLength(2)
    for (const { body } of world.provider.requests) {
      expect(JSON.stringify(body)).not.toMatch(marks)
      for (let i = 0; i < 5; i++) expect(JSON.stringify(body)).toContain(`Text ${i}. The tide`)
    }
  })

  test('hidden characters are flagged by default, taken out, refused or let through, as gateway and request say', async () => {
    const world = await startWorld()
    const body = JSON.stringify(bodyWith(['x', 'x', 'x', hidden, 'x']))
    const asked = (policy?: string): Promise<Response> =>
      ask(world, path, body, policy === undefined ? {} : { 'streamseal-hidden': policy })
    const seen = (): string => JSON.stringify(world.provider.requests.at(-1)?.body)
    for (const policy of [undefined, 'flag', 'keep']) {
      const answer = await asked(policy)
      expect(answer.headers.get('streamseal-hidden')).toBe('tags=3')
      await answer.text()
      expect(seen()).toContain(hidden)
    }
    const cleaned = await asked('remove')
    expect(cleaned.headers.get('streamseal-hidden')).toBe('tags=3')
    await cleaned.text()
    expect(seen()).toContain('Hi there')
    const before = world.provider.requests.length
    const refused = await asked('refuse')
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('tags=3')
    expect(world.provider.requests).toHaveLength(before)
  })
})

describe('the policy', () => {
  test('of a gateway that refuses is not loosened by a request, and kinds can be let through', async () => {
    const world = await startWorld({ STREAMSEAL_HIDDEN: 'refuse', STREAMSEAL_HIDDEN_KEEP: 'soft-hyphens' })
    const chat = (content: string, headers = {}): Promise<Response> =>
      ask(
        world,
        '/v1/messages',
        JSON.stringify({ model: 'claude-test', max_tokens: 9, messages: [{ role: 'user', content }] }),
        headers,
      )
    expect((await chat(hidden, { 'streamseal-hidden': 'keep' })).status).toBe(400)
    const answer = await chat('Hy\u00adphen 👩‍💻')
    expect(answer.status).toBe(200)
    expect(answer.headers.has('streamseal-hidden')).toBe(false)
    expect((await chat('x', { 'streamseal-hidden': 'burn' })).status).toBe(400)
  })

  test('leaves thinking as its provider signed it', async () => {
    const world = await startWorld({ STREAMSEAL_HIDDEN: 'remove' })
    const thought = { type: 'thinking', thinking: hidden, signature: 's' }
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: [thought, { type: 'text', text: hidden }] },
      { role: 'user', content: 'y' },
    ]
    await (
      await ask(world, '/v1/messages', JSON.stringify({ model: 'claude-test', max_tokens: 9, messages }))
    ).text()
    expect(world.provider.requests[0]?.body).toMatchObject({
      messages: [{}, { content: [thought, { text: 'Hi there' }] }, {}],
    })
  })

  test('holds for the routes of the gateway’s own', async () => {
    const world = await startWorld({ STREAMSEAL_HIDDEN: 'remove' })
    for (const [path, body] of [
      ['/query/stream', { query: hidden, model: 'gpt-test' }],
      ['/generate-stream', { prompt: hidden, model: 'gpt-test' }],
    ] as const) {
      const answer = await ask(world, path, JSON.stringify(body))
      await answer.text()
      expect(answer.headers.get('streamseal-hidden')).toBe('tags=3')
      expect(JSON.stringify(world.provider.requests.at(-1)?.body)).toContain('Hi there')
    }
  })
})
