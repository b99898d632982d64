/** Pictures, tools with their results, and structured output: each API, with its maker's own client, on a model of either maker. */
import Anthropic from '@anthropic-ai/sdk'
import { strip } from '@streamseal/seal'
import type { ProviderServer } from '@streamseal/stream/testing'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { type Said, startFakeProvider } from './fake-providers.ts'
import { startTestGateway } from './start-test-gateway.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const prose = 'The tide comes in twice a day. Nobody asks it to, and it never stays for long. '.repeat(12)
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
const pictured = `data:image/png;base64,${pixel}`
const schema = { type: 'object', properties: { metres: { type: 'number' } }, additionalProperties: false }
const parameters = { type: 'object' as const, properties: { place: { type: 'string' } } }
const input = '{"place":"Bremerhaven"}'
const result = 'High water at 14:20.'

interface World {
  readonly provider: ProviderServer
  readonly openai: OpenAI
  readonly anthropic: Anthropic
}

async function startWorld(said: Said, responses: string): Promise<World> {
  const provider = await startFakeProvider(() => said)
  cleanups.push(() => provider.close())
  const gateway = await startTestGateway({
    ANTHROPIC_BASE_URL: provider.url,
    ANTHROPIC_API_KEY: 'sk-ant',
    OPENAI_BASE_URL: `${provider.url}/v1`,
    OPENAI_API_KEY: 'sk-openai',
    STREAMSEAL_RESPONSES: responses,
  })
  cleanups.push(() => gateway.remove())
  const shared = { apiKey: 'none', maxRetries: 0 }
  return {
    provider,
    openai: new OpenAI({ baseURL: `${gateway.url}/v1`, ...shared }),
    anthropic: new Anthropic({ baseURL: gateway.url, ...shared }),
  }
}

/** What a client is to be able to do, whatever the API. */
interface Client {
  readonly api: string
  /** Asks about a picture; gives the answer's text. */
  see(world: World, model: string): Promise<string>
  /** Sends a tool's result; gives the text. */
  answerTool(world: World, model: string): Promise<string>
  /** Is called back by a tool; gives name and input. */
  callTool(world: World, model: string): Promise<{ name: string; input: string }>
  /** Asks for JSON; gives the text. */
  structure(world: World, model: string): Promise<string>
}

const messageText = ({ content }: Anthropic.Message): string =>
  content.map(block => (block.type === 'text' ? block.text : '')).join('')

/** Relayed chat completions are streamed, because the test's provider streams them. */
async function chatOf(
  { openai }: World,
  body: Omit<OpenAI.Chat.ChatCompletionCreateParamsStreaming, 'stream'>,
): Promise<OpenAI.Chat.ChatCompletion> {
  return openai.chat.completions.stream({ ...body, stream: true }).finalChatCompletion()
}

const chat: Client = {
  api: '/v1/chat/completions',
  async see(world, model) {
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image_url' as const, image_url: { url: pictured } },
    ]
    const { choices } = await chatOf(world, { model, messages: [{ role: 'user', content }] })
    return choices[0]?.message.content ?? ''
  },
  async answerTool(world, model) {
    const call = { id: 'call_9', type: 'function' as const, function: { name: 'look_up', arguments: input } }
    const { choices } = await chatOf(world, {
      model,
      messages: [
        { role: 'user', content: 'Tides?' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_9', content: result },
      ],
      tools: [{ type: 'function', function: { name: 'look_up', parameters } }],
    })
    return choices[0]?.message.content ?? ''
  },
  async callTool(world, model) {
    const { choices } = await chatOf(world, {
      model,
      messages: [{ role: 'user', content: 'Tides?' }],
      tools: [{ type: 'function', function: { name: 'look_up', parameters } }],
    })
    const [call] = choices[0]?.message.tool_calls ?? []
    if (call?.type !== 'function') throw new Error('no call')
    return { name: call.function.name, input: call.function.arguments }
  },
  async structure(world, model) {
    const { choices } = await chatOf(world, {
      model,
      messages: [{ role: 'user', content: 'Tides?' }],
      response_format: { type: 'json_schema', json_schema: { name: 'tides', schema, strict: true } },
    })
    return choices[0]?.message.content ?? ''
  },
}

const responses: Client = {
  api: '/v1/responses',
  async see({ openai }, model) {
    const content = [
      { type: 'input_text' as const, text: 'What is this?' },
      { type: 'input_image' as const, image_url: pictured, detail: 'auto' as const },
    ]
    return (await openai.responses.create({ model, input: [{ role: 'user', content }] })).output_text
  },
  async answerTool({ openai }, model) {
    const answer = await openai.responses.create({
      model,
      input: [
        { role: 'user', content: 'Tides?' },
        { type: 'function_call', call_id: 'call_9', name: 'look_up', arguments: input },
        { type: 'function_call_output', call_id: 'call_9', output: result },
      ],
      tools: [{ type: 'function', name: 'look_up', parameters, strict: false }],
    })
    return answer.output_text
  },
  async callTool({ openai }, model) {
    const tools = [{ type: 'function' as const, name: 'look_up', parameters, strict: false }]
    const { output } = await openai.responses.create({ model, input: 'Tides?', tools })
    const call = output.find(item => item.type === 'function_call')
    return { name: call?.name ?? '', input: call?.arguments ?? '' }
  },
  async structure({ openai }, model) {
    const format = { type: 'json_schema' as const, name: 'tides', schema, strict: true }
    return (await openai.responses.create({ model, input: 'Tides?', text: { format } })).output_text
  },
}

const messages: Client = {
  api: '/v1/messages',
  async see({ anthropic }, model) {
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: pixel }
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image' as const, source },
    ]
    return messageText(
      await anthropic.messages.create({ model, max_tokens: 9, messages: [{ role: 'user', content }] }),
    )
  },
  async answerTool({ anthropic }, model) {
    const call = { type: 'tool_use' as const, id: 'call_9', name: 'look_up', input: JSON.parse(input) }
    return messageText(
      await anthropic.messages.create({
        model,
        max_tokens: 9,
        messages: [
          { role: 'user', content: 'Tides?' },
          { role: 'assistant', content: [call] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_9', content: result }] },
        ],
        tools: [{ name: 'look_up', input_schema: parameters }],
      }),
    )
  },
  async callTool({ anthropic }, model) {
    const { content } = await anthropic.messages
      .stream({
        model,
        max_tokens: 9,
        messages: [{ role: 'user', content: 'Tides?' }],
        tools: [{ name: 'look_up', input_schema: parameters }],
      })
      .finalMessage()
    const call = content.find(block => block.type === 'tool_use')
    return { name: call?.name ?? '', input: JSON.stringify(call?.input) }
  },
  async structure({ anthropic }, model) {
    return messageText(
      await anthropic.messages.create({
        model,
        max_tokens: 9,
        messages: [{ role: 'user', content: 'Tides?' }],
        output_config: { format: { type: 'json_schema', schema } },
      }),
    )
  },
}

const ways = [chat, responses, messages].flatMap(client =>
  [
    { model: 'gpt-test', has: 'native' },
    { model: 'gpt-test', has: 'chat' },
    { model: 'claude-test', has: 'native' },
  ].map(way => ({ ...way, api: client.api, client })),
)

describe.each(ways)('$api on $model, whose server speaks responses as "$has"', ({ client, model, has }) => {
  test('a picture reaches the model, and its answer comes back sealed', async () => {
    const world = await startWorld({ text: prose }, has)
    const text = await client.see(world, model)
    expect(strip(text)).toBe(prose)
    expect(text).not.toBe(prose)
    expect(JSON.stringify(world.provider.requests[0]?.body)).toContain(pixel)
  })

  test('a tool is called with its input untouched, and its result reaches the model', async () => {
    const calling = await startWorld({ text: prose, call: { name: 'look_up', input } }, has)
    expect(await client.callTool(calling, model)).toEqual({ name: 'look_up', input })
    const world = await startWorld({ text: prose }, has)
    expect(strip(await client.answerTool(world, model))).toBe(prose)
    const sent = JSON.stringify(world.provider.requests[0]?.body)
    for (const word of ['look_up', 'call_9', 'Bremerhaven', result]) expect(sent).toContain(word)
  })

  test('structured output is asked for by its schema, and comes back untouched', async () => {
    const json = '{"metres":3.9}'
    const world = await startWorld({ text: json }, has)
    expect(await client.structure(world, model)).toBe(json)
    expect(JSON.stringify(world.provider.requests[0]?.body)).toContain('"metres"')
  })
})
