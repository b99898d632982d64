/** The Responses API and the Messages API, with their makers' own clients, on models of either maker and on the built-in one. */
import Anthropic from '@anthropic-ai/sdk'
import { strip } from '@streamseal/seal'
import {
  type Answer,
  type ProviderServer,
  type ReceivedRequest,
  sampleText,
} from '@streamseal/stream/testing'
import OpenAI from 'openai'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { answerOf, type Said, startFakeProvider } from './fake-providers.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const prose = 'The tide comes in twice a day. Nobody asks it to, and it never stays for long. '.repeat(12)
const call = { name: 'look_up', input: '{"place":"Bremerhaven","days":3}' }

interface World {
  readonly gateway: TestGateway
  readonly provider: ProviderServer
  readonly openai: OpenAI
  readonly anthropic: Anthropic
}

/** A gateway before one server that speaks both dialects: `claude…` goes to its Messages API, other names to its chat completions. */
async function startWorldWith(
  say: (request: ReceivedRequest) => Said | Answer,
  env: Record<string, string> = {},
): Promise<World> {
  const provider = await startFakeProvider(say)
  cleanups.push(() => provider.close())
  return clientsOf(
    {
      ANTHROPIC_BASE_URL: provider.url,
      ANTHROPIC_API_KEY: 'sk-ant',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      OPENAI_API_KEY: 'sk-openai',
      STREAMSEAL_RESPONSES: 'chat',
      ...env,
    },
    provider,
  )
}

async function clientsOf(env: Record<string, string>, provider: ProviderServer): Promise<World> {
  const gateway = await startTestGateway(env)
  cleanups.push(() => gateway.remove())
  const shared = { apiKey: env.STREAMSEAL_API_KEY ?? 'none', maxRetries: 0 }
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, ...shared })
  const anthropic = new Anthropic({ baseURL: gateway.url, ...shared })
  return { gateway, provider, openai, anthropic }
}

interface Report {
  status: string
  seals: { streamId: string; ending: string; claims: Record<string, unknown> }[]
}

async function verified({ gateway }: World, text: string, detached?: string): Promise<Report> {
  const response = await fetch(`${gateway.url}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, ...(detached === undefined ? {} : { detached }) }),
  })
  return (await response.json()) as Report
}

/** The field beside the text, which no client of a vendor's knows. */
function sealOf(value: object): { stream_id: string; detached?: string } {
  return (value as { streamseal: { stream_id: string; detached?: string } }).streamseal
}

function textOf({ content }: Anthropic.Message): string {
  return content.map(block => (block.type === 'text' ? block.text : '')).join('')
}

const openaiModel = { model: 'gpt-test', provider: 'openai-compatible', named: 'gpt-test-1' }
/** Whose answers pass in the provider's own bytes, and so name the model as the provider does. */
const models = [
  { ...openaiModel, maker: 'OpenAI', api: 'native', relayed: ['responses'] },
  { ...openaiModel, maker: "OpenAI's dialect without responses", api: 'chat', relayed: [] },
  {
    model: 'claude-test',
    provider: 'anthropic',
    named: 'claude-test-1',
    maker: 'Anthropic',
    api: 'auto',
    relayed: ['messages'],
  },
]

describe.each(models)('a model of $maker', ({ model, provider, named, api, relayed }) => {
  const startWorld = (say: Parameters<typeof startWorldWith>[0]): Promise<World> =>
    startWorldWith(say, { STREAMSEAL_RESPONSES: api })
  const nameIn = (dialect: string): string => (relayed.includes(dialect) ? named : model)

  test('answers responses.create sealed, and the answer verifies', async () => {
    const world = await startWorld(() => ({ text: prose }))
    const { data, response } = await world.openai.responses.create({ model, input: 'Tides?' }).withResponse()
    expect(strip(data.output_text)).toBe(prose)
    expect(data).toMatchObject({
      status: 'completed',
      model: nameIn('responses'),
      usage: { input_tokens: 9, output_tokens: 12 },
    })
    expect(response.headers.get('streamseal-stream-id')).toBe(sealOf(data).stream_id)
    expect(await verified(world, data.output_text)).toMatchObject({
      status: 'intact',
      seals: [{ streamId: sealOf(data).stream_id, claims: { provider, model: named } }],
    })
  })

  test('answers responses.create as a stream whose repeated text is what came', async () => {
    const world = await startWorld(() => ({ text: prose }))
    const stream = await world.openai.responses.create({ model, input: 'Tides?', stream: true })
    let joined = ''
    let done: string | undefined
    let last: OpenAI.Responses.ResponseStreamEvent | undefined
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') joined += event.delta
      if (event.type === 'response.output_text.done') done = event.text
      last = event
    }
    if (last?.type !== 'response.completed') throw new Error(`ended in ${last?.type}`)
    const [item] = last.response.output
    expect(strip(joined)).toBe(prose)
    expect(done).toBe(joined)
    expect(item).toMatchObject({ content: [{ type: 'output_text', text: joined }] })
    expect(sealOf(last)).toEqual(sealOf(last.response))
    expect(await verified(world, joined)).toMatchObject({ status: 'intact' })
  })

  test('answers messages.create sealed, and the answer verifies', async () => {
    const world = await startWorld(() => ({ text: prose }))
    const { data, response } = await world.anthropic.messages
      .create({ model, max_tokens: 100, messages: [{ role: 'user', content: 'Tides?' }] })
      .withResponse()
    expect(strip(textOf(data))).toBe(prose)
    expect(data).toMatchObject({
      type: 'message',
      model: nameIn('messages'),
      stop_reason: 'end_turn',
      usage: { input_tokens: 9, output_tokens: 12 },
    })
    expect(response.headers.get('streamseal-stream-id')).toBe(sealOf(data).stream_id)
    expect(await verified(world, textOf(data))).toMatchObject({
      status: 'intact',
      seals: [{ streamId: sealOf(data).stream_id, claims: { provider, model: named } }],
    })
  })

  test('answers messages.stream, which the client gathers into what came', async () => {
    const world = await startWorld(() => ({ text: prose }))
    const stream = world.anthropic.messages.stream({
      model,
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Tides?' }],
    })
    let joined = ''
    let last: object = {}
    stream.on('text', delta => {
      joined += delta
    })
    stream.on('streamEvent', event => {
      last = event
    })
    const message = await stream.finalMessage()
    expect(strip(joined)).toBe(prose)
    expect(textOf(message)).toBe(joined)
    expect(last).toMatchObject({ type: 'message_stop', streamseal: { stream_id: expect.any(String) } })
    expect(await verified(world, joined)).toMatchObject({ status: 'intact' })
  })

  test('calls a tool with arguments that bear no mark, for both clients, streamed or not', async () => {
    const world = await startWorld(() => ({ text: prose, call }))
    const { openai, anthropic } = world
    const parameters = { type: 'object' as const, properties: { place: { type: 'string' } } }
    const forOpenAI = {
      model,
      input: 'Tides?',
      tools: [{ type: 'function' as const, name: 'look_up', parameters, strict: false }],
    }
    const forAnthropic = {
      model,
      max_tokens: 100,
      messages: [{ role: 'user' as const, content: 'Tides?' }],
      tools: [{ name: 'look_up', input_schema: parameters }],
    }
    const whole = await openai.responses.create(forOpenAI)
    const streamed = await openai.responses.stream(forOpenAI).finalResponse()
    for (const { output } of [whole, streamed]) {
      expect(output[1]).toMatchObject({ type: 'function_call', name: 'look_up', arguments: call.input })
    }
    const message = await anthropic.messages.create(forAnthropic)
    const gathered = await anthropic.messages.stream(forAnthropic).finalMessage()
    for (const { content, stop_reason } of [message, gathered]) {
      expect(content[1]).toMatchObject({ type: 'tool_use', name: 'look_up', input: JSON.parse(call.input) })
      expect(stop_reason).toBe('tool_use')
    }
    expect(world.provider.requests).toHaveLength(4)
    for (const { body } of world.provider.requests) expect(JSON.stringify(body)).toContain('"look_up"')
    expect(await verified(world, textOf(gathered))).toMatchObject({ status: 'intact' })
  })

  test('gives structured output untouched, its seal beside it', async () => {
    const json = '{"high_water":"14:20","metres":3.9}'
    const world = await startWorld(() => ({ text: json }))
    const schema = { type: 'object', properties: { metres: { type: 'number' } } }
    const response = await world.openai.responses.create({
      model,
      input: 'Tides?',
      text: { format: { type: 'json_schema', name: 'tides', schema } },
    })
    const message = await world.anthropic.messages.create({
      model,
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Tides?' }],
      output_config: { format: { type: 'json_schema', schema } },
    })
    for (const [text, answer] of [
      [response.output_text, response],
      [textOf(message), message],
    ] as const) {
      expect(text).toBe(json)
      const { detached } = sealOf(answer)
      expect(detached).toEqual(expect.any(String))
      expect(await verified(world, text, detached)).toMatchObject({ status: 'intact' })
    }
  })

  test('never sees our marks, which are named as ingredients of its answer', async () => {
    const world = await startWorld(() => ({ text: prose }))
    const first = await world.openai.responses.create({ model, input: 'Tides?' })
    const question = `Repeat this: ${first.output_text}`
    const again = await world.openai.responses.create({
      model,
      input: [{ role: 'user', content: [{ type: 'input_text', text: question }] }],
    })
    const message = await world.anthropic.messages.create({
      model,
      max_tokens: 100,
      messages: [{ role: 'user', content: [{ type: 'text', text: question }] }],
    })
    for (const { body } of world.provider.requests.slice(1))
      expect(JSON.stringify(body)).toContain(`Repeat this: ${prose.slice(0, 40)}`)
    expect(JSON.stringify(world.provider.requests.map(({ body }) => body))).not.toMatch(
      /\udb40|[\u{e0100}-\u{e01ef}]/u,
    )
    for (const text of [again.output_text, textOf(message)]) {
      expect(await verified(world, text)).toMatchObject({
        seals: [{ claims: { ingredients: [{ streamId: sealOf(first).stream_id }] } }],
      })
    }
  })

  test('tells each client of a limit with 429 and the time to wait', async () => {
    const limited: Answer = {
      status: 429,
      headers: { 'content-type': 'application/json', 'retry-after': '7' },
      body: JSON.stringify({
        type: 'error',
        error: { type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'too fast' },
      }),
    }
    const { openai, anthropic } = await startWorld(() => limited)
    for (const stream of [false, true]) {
      const asked = await openai.responses.create({ model, input: 'Tides?', stream }).catch(error => error)
      expect(asked).toBeInstanceOf(OpenAI.RateLimitError)
      expect(asked.code).toBe('rate_limit_exceeded')
      expect(asked.headers.get('retry-after')).toBe('7')
      const refused = await anthropic.messages
        .create({ model, max_tokens: 9, messages: [{ role: 'user', content: 'Tides?' }], stream })
        .catch(error => error)
      expect(refused).toBeInstanceOf(Anthropic.RateLimitError)
      expect(refused.error).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } })
      expect(refused.headers.get('retry-after')).toBe('7')
    }
  })

  test('whose answer is cut is told as an error, never as an end', async () => {
    const { openai, anthropic } = await startWorld(request => {
      return { ...answerOf(request, { text: prose }), fault: { kind: 'cut', at: 1200 } }
    })
    const types: string[] = []
    const read = async (): Promise<void> => {
      for await (const { type } of await openai.responses.create({ model, input: 'Tides?', stream: true }))
        types.push(type)
    }
    await read().catch(error => expect(error).toBeInstanceOf(OpenAI.APIError))
    expect(types).toContain('response.output_text.delta')
    expect(types).not.toContain('response.completed')
    const messages = [{ role: 'user' as const, content: 'Tides?' }]
    await expect(
      anthropic.messages.stream({ model, max_tokens: 9, messages }).finalMessage(),
    ).rejects.toBeInstanceOf(Anthropic.APIError)
    await expect(openai.responses.create({ model, input: 'Tides?' })).rejects.toMatchObject({ status: 502 })
    await expect(anthropic.messages.create({ model, max_tokens: 9, messages })).rejects.toMatchObject({
      status: 500,
      error: { type: 'error', error: { type: 'api_error' } },
    })
  })

  test('is stopped when its client leaves', async () => {
    const { openai, provider: server } = await startWorld(request => {
      return { ...answerOf(request, { text: prose }), fault: { kind: 'stall', at: 2000 } }
    })
    const stream = await openai.responses.create({ model, input: 'Tides?', stream: true })
    for await (const { type } of stream) if (type === 'response.output_text.delta') break
    await vi.waitFor(() => expect(server.openStreams).toBe(0), { timeout: 20_000 })
  })
})

describe('the built-in model', () => {
  test('answers both clients, streamed or not', async () => {
    const provider = await startFakeProvider(() => ({ text: '' }))
    cleanups.push(() => provider.close())
    const world = await clientsOf({}, provider)
    const response = await world.openai.responses.create({ model: 'demo', input: 'Hello' })
    const streamed = await world.openai.responses.stream({ model: 'demo', input: 'Hello' }).finalResponse()
    const asked = {
      model: 'demo',
      max_tokens: 4000,
      messages: [{ role: 'user' as const, content: 'Hello' }],
    }
    const message = await world.anthropic.messages.create(asked)
    const gathered = await world.anthropic.messages.stream(asked).finalMessage()
    const texts = [
      response.output_text,
      streamed.output
        .flatMap(item => (item.type === 'message' ? item.content : []))
        .map(part => (part.type === 'output_text' ? part.text : ''))
        .join(''),
      textOf(message),
      textOf(gathered),
    ]
    for (const text of texts) expect(await verified(world, text)).toMatchObject({ status: 'intact' })
    expect(provider.requests).toHaveLength(0)
  })
})

describe('errors', () => {
  const messages = [{ role: 'user' as const, content: 'Hello' }]

  test('a wrong key is 401 for both clients, in their own shapes', async () => {
    const { gateway } = await startWorldWith(() => ({ text: prose }), { STREAMSEAL_API_KEY: 'right' })
    const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'wrong', maxRetries: 0 })
    const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: 'wrong', maxRetries: 0 })
    const asked = await openai.responses.create({ model: 'm', input: 'x' }).catch(error => error)
    expect(asked).toBeInstanceOf(OpenAI.AuthenticationError)
    expect(asked.code).toBe('invalid_api_key')
    const refused = await anthropic.messages
      .create({ model: 'm', max_tokens: 9, messages })
      .catch(error => error)
    expect(refused).toBeInstanceOf(Anthropic.AuthenticationError)
    expect(refused.error).toMatchObject({ type: 'error', error: { type: 'authentication_error' } })
  })

  test("the gateway's key never goes to a provider", async () => {
    const { openai, anthropic, provider } = await startWorldWith(() => ({ text: prose }), {
      STREAMSEAL_API_KEY: 'right',
    })
    for (const model of ['gpt-test', 'claude-test']) {
      await openai.responses.create({ model, input: 'x' })
      await anthropic.messages.create({ model, max_tokens: 9, messages })
    }
    expect(provider.requests).toHaveLength(4)
    expect(JSON.stringify(provider.requests)).not.toContain('right')
  })

  test('an unknown model is 404 for both clients', async () => {
    const provider = await startFakeProvider(() => ({ text: '' }))
    cleanups.push(() => provider.close())
    const { openai, anthropic } = await clientsOf({}, provider)
    await expect(openai.responses.create({ model: 'gpt-none', input: 'x' })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    })
    await expect(
      anthropic.messages.create({ model: 'claude-none', max_tokens: 9, messages }),
    ).rejects.toMatchObject({ status: 404, error: { error: { type: 'not_found_error' } } })
  })

  test('a body that is too long is 413, one that cannot be read 400, for both clients', async () => {
    const { openai, anthropic, gateway } = await startWorldWith(() => ({ text: prose }), {
      STREAMSEAL_MAX_BODY_BYTES: '2000',
    })
    const long = 'x'.repeat(3000)
    await expect(openai.responses.create({ model: 'm', input: long })).rejects.toMatchObject({ status: 413 })
    await expect(
      anthropic.messages.create({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: long }] }),
    ).rejects.toMatchObject({ status: 413, error: { error: { type: 'request_too_large' } } })
    await expect(openai.responses.create({ model: 'm', input: [] })).rejects.toMatchObject({ status: 400 })
    await expect(
      anthropic.messages.create({ model: 'm', max_tokens: 9, messages: [] }),
    ).rejects.toMatchObject({ status: 400, error: { error: { type: 'invalid_request_error' } } })
    const broken = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect(broken.status).toBe(400)
    expect(await broken.json()).toMatchObject({ type: 'error' })
  })
})

describe('what only a provider can do', () => {
  test('counting tokens passes to Anthropic, without our marks, and is refused elsewhere', async () => {
    const { openai, anthropic, provider } = await startWorldWith(({ path }) =>
      path.startsWith('/v1/messages/count_tokens')
        ? { body: '{"input_tokens":42}', headers: { 'content-type': 'application/json' } }
        : { text: prose },
    )
    const { output_text } = await openai.responses.create({ model: 'gpt-test', input: 'x' })
    const messages = [{ role: 'user' as const, content: output_text }]
    const counted = await anthropic.messages.countTokens({ model: 'anthropic/claude-test', messages })
    expect(counted.input_tokens).toBe(42)
    expect(provider.requests[1]).toMatchObject({
      path: '/v1/messages/count_tokens',
      headers: { 'x-api-key': 'sk-ant', 'anthropic-version': expect.any(String) },
      body: { model: 'claude-test', messages: [{ role: 'user', content: prose }] },
    })
    await expect(anthropic.messages.countTokens({ model: 'gpt-test', messages })).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { type: 'not_found_error' } },
    })
  })

  test('with the seal off, a request passes to a provider of its own dialect as it is', async () => {
    const { gateway, provider } = await startWorldWith(
      () => ({ body: '{"as":"it is"}', headers: { 'content-type': 'application/json' } }),
      { STREAMSEAL_RESPONSES: 'native' },
    )
    const ask = (path: string, body: string): Promise<Response> =>
      fetch(gateway.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'streamseal-seal': 'off', 'anthropic-beta': 'b1' },
        body,
      })
    const stored = '{"model": "gpt-test", "previous_response_id": "resp_1", "input": "x"}'
    const searching = '{"model": "claude-test", "tools": [{"type": "web_search_20250305"}]}'
    const answers = [await ask('/v1/responses', stored), await ask('/v1/messages?beta=true', searching)]
    for (const answer of answers) {
      expect(await answer.text()).toBe('{"as":"it is"}')
      expect(answer.headers.has('streamseal-stream-id')).toBe(false)
    }
    expect(provider.requests).toMatchObject([
      { path: '/v1/responses', headers: { authorization: 'Bearer sk-openai' }, body: JSON.parse(stored) },
      {
        path: '/v1/messages?beta=true',
        headers: { 'x-api-key': 'sk-ant', 'anthropic-beta': 'b1' },
        body: JSON.parse(searching),
      },
    ])
  })

  test('a provider of the same dialect gets what the other has no word for', async () => {
    const { openai, anthropic, provider } = await startWorldWith(() => ({ text: prose }))
    const thinking = { type: 'enabled' as const, budget_tokens: 1024 }
    const system = [
      { type: 'text' as const, text: 'Be brief.', cache_control: { type: 'ephemeral' as const } },
    ]
    const messages = [{ role: 'user' as const, content: 'x' }]
    const asked = { max_tokens: 2000, messages, system, thinking, metadata: { user_id: 'u1' } }
    const headers = { 'anthropic-beta': 'b1' }
    const message = await anthropic.messages.create({ model: 'anthropic/claude-test', ...asked }, { headers })
    expect(strip(textOf(message))).toBe(prose)
    await anthropic.messages.create({ model: 'gpt-test', ...asked }, { headers })
    const carried = { service_tier: 'flex' as const, store: false, metadata: { a: 'b' } }
    await openai.responses.create({ model: 'gpt-test', input: 'x', ...carried })
    await openai.responses.create({ model: 'claude-test', input: 'x', ...carried })
    const [first, second, third, fourth] = provider.requests
    expect(first).toMatchObject({ body: { model: 'claude-test', ...asked }, headers })
    expect(second?.body).not.toHaveProperty('thinking')
    expect(second?.headers).not.toHaveProperty('anthropic-beta')
    expect(third).toMatchObject({ body: { model: 'gpt-test', stream: true, ...carried } })
    expect(fourth?.body).not.toHaveProperty('service_tier')
  })

  test('a sealed answer may use what the provider runs and keeps itself', async () => {
    const { openai, anthropic, provider } = await startWorldWith(() => ({ text: prose }), {
      STREAMSEAL_RESPONSES: 'native',
    })
    const kept = { previous_response_id: 'resp_0', store: true, tools: [{ type: 'web_search' as const }] }
    const response = await openai.responses.create({ model: 'gpt-test', input: 'x', ...kept })
    const tools = [{ type: 'web_search_20250305' as const, name: 'web_search' as const }]
    const message = await anthropic.messages.create({
      model: 'anthropic/claude-test',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'x' }],
      tools,
    })
    for (const text of [response.output_text, textOf(message)]) expect(strip(text)).toBe(prose)
    expect(sealOf(response).stream_id).not.toBe(sealOf(message).stream_id)
    expect(provider.requests).toMatchObject([
      { path: '/v1/responses', body: { model: 'gpt-test', ...kept } },
      { path: '/v1/messages', body: { model: 'claude-test', tools } },
    ])
  })

  test('a server of OpenAI’s dialect is asked once whether it has responses, and answered in parts where it has none', async () => {
    const absent: Answer = { status: 404, body: '404 page not found' }
    const lacking = await startWorldWith(
      ({ path }) => (path.startsWith('/v1/responses') ? absent : { text: prose }),
      { STREAMSEAL_RESPONSES: 'auto' },
    )
    const having = await startWorldWith(() => ({ text: prose }), { STREAMSEAL_RESPONSES: 'auto' })
    for (const world of [lacking, having]) {
      for (let i = 0; i < 2; i++) {
        const { output_text } = await world.openai.responses.create({ model: 'gpt-test', input: 'x' })
        expect(strip(output_text)).toBe(prose)
      }
    }
    const pathsOf = ({ provider }: World): string[] => provider.requests.map(({ path }) => path)
    expect(pathsOf(lacking)).toEqual(['/v1/responses', '/v1/chat/completions', '/v1/chat/completions'])
    expect(pathsOf(having)).toEqual(['/v1/responses', '/v1/responses', '/v1/responses'])
    expect(having.provider.requests[0]?.body).toEqual({})
  })

  test('an answer that is written in the background is refused while it would have to be sealed', async () => {
    const { openai, provider } = await startWorldWith(() => ({ text: prose }), {
      STREAMSEAL_RESPONSES: 'native',
    })
    await expect(
      openai.responses.create({ model: 'gpt-test', input: 'x', background: true }),
    ).rejects.toMatchObject({ status: 400, param: 'background' })
    expect(provider.requests).toHaveLength(0)
    const headers = { 'streamseal-seal': 'off' }
    await openai.responses.create({ model: 'gpt-test', input: 'x', background: true }, { headers })
    expect(provider.requests).toHaveLength(1)
  })

  test('with the seal on, what another model cannot do is refused and not dropped', async () => {
    const { openai, anthropic, provider } = await startWorldWith(() => ({ text: sampleText }))
    for (const model of ['gpt-test', 'claude-test']) {
      await expect(
        openai.responses.create({ model, input: 'x', previous_response_id: 'resp_1' }),
      ).rejects.toMatchObject({ status: 400 })
    }
    await expect(
      anthropic.messages.create({
        model: 'gpt-test',
        max_tokens: 9,
        messages: [{ role: 'user', content: 'x' }],
        tools: [{ type: 'web_search_20250305', name: 'web_search' }],
      }),
    ).rejects.toMatchObject({ status: 400 })
    expect(provider.requests).toHaveLength(0)
  })
})
