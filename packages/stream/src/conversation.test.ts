import { afterEach, describe, expect, test } from 'vitest'
import { anthropic } from './anthropic.ts'
import type { Message, Model } from './contract.ts'
import { generate } from './generate.ts'
import { google } from './google.ts'
import { deepSeek, openAICompatible } from './openai-compatible.ts'
import { fromChatBody, toOpenAIChunks, toOpenAICompletion } from './openai-wire.ts'
import { frameRecording, type ProviderServer, type RecordingKind, serveProvider } from './testing.ts'

const servers: ProviderServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()))
})

/** Two turns: what the second request says of the first answer. */
async function secondRequest(
  kind: RecordingKind,
  toModel: (url: string) => Model,
  events: object[],
): Promise<unknown> {
  const body = frameRecording(kind, events.map(event => JSON.stringify(event)).join('\n'))
  const server = await serveProvider(() => ({ body }))
  servers.push(server)
  const question: Message = { role: 'user', content: 'How is the weather?' }
  const { message, toolCalls } = await generate(toModel(server.url), { messages: [question] }).result()
  if (message === undefined) throw new Error('the result holds no message')
  const results: Message = {
    role: 'tool',
    content: toolCalls.map(({ id, toolName }) => ({
      type: 'tool-result',
      toolCallId: id,
      toolName,
      output: 'sunny',
    })),
  }
  await generate(toModel(server.url), { messages: [question, message, results] }).result()
  return server.requests[1]?.body
}

describe('an answer goes back on the conversation', () => {
  test('Anthropic gets its signed and its redacted thoughts back, before the call', async () => {
    const body = await secondRequest('anthropic', url => anthropic('m', { baseUrl: url, apiKey: 'k' }), [
      { type: 'message_start', message: { id: 'm1', model: 'm' } },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'redacted_thinking', data: 'b3BhcXVl' },
      },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'thinking', thinking: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'thinking_delta', thinking: 'Rome.' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'signature_delta', signature: 'c2ln' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'text', text: 'Let me see.' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'content_block_start', index: 3, content_block: { type: 'tool_use', id: 't1', name: 'look' } },
      {
        type: 'content_block_delta',
        index: 3,
        delta: { type: 'input_json_delta', partial_json: '{"at":1}' },
      },
      { type: 'content_block_stop', index: 3 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    ])
    expect(body).toMatchObject({
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          content: [
            { type: 'redacted_thinking', data: 'b3BhcXVl' },
            { type: 'thinking', thinking: 'Rome.', signature: 'c2ln' },
            { type: 'text', text: 'Let me see.' },
            { type: 'tool_use', id: 't1', name: 'look', input: { at: 1 } },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'sunny' }] },
      ],
    })
  })

  test('Google gets its signature back with the call', async () => {
    const call = { functionCall: { name: 'look', args: { at: 1 } }, thoughtSignature: 'c2ln' }
    const body = await secondRequest('google', url => google('m', { baseUrl: url, apiKey: 'k' }), [
      { candidates: [{ content: { parts: [{ text: 'Hm', thought: true }, call] }, finishReason: 'STOP' }] },
    ])
    expect(body).toMatchObject({
      contents: [
        { role: 'user' },
        { role: 'model', parts: [call] },
        { role: 'user', parts: [{ functionResponse: { name: 'look', response: { output: 'sunny' } } }] },
      ],
    })
  })

  test("Google's imitation of chat completions gets its signature back, also from a client who had it from us", async () => {
    const extra_content = { google: { thought_signature: 'c2ln' } }
    const call = {
      id: 't1',
      type: 'function',
      function: { name: 'look', arguments: '{"at":1}' },
      extra_content,
    }
    const delta = { tool_calls: [{ index: 0, ...call }] }
    const events = [{ choices: [{ index: 0, delta, finish_reason: 'tool_calls' }] }]
    const toModel = (url: string): Model => openAICompatible('m', { baseUrl: url, apiKey: 'k' })
    const back = { role: 'assistant', content: null, tool_calls: [call] }
    expect(await secondRequest('compatible', toModel, events)).toMatchObject({ messages: [{}, back, {}] })

    const body = frameRecording('compatible', events.map(event => JSON.stringify(event)).join('\n'))
    const server = await serveProvider(() => ({ body }))
    servers.push(server)
    const run = generate(toModel(server.url), { prompt: 'x' })
    const calls: object[] = []
    for await (const { choices } of toOpenAIChunks(run))
      calls.push(...(choices[0]?.delta.tool_calls ?? []).filter(each => each.extra_content !== undefined))
    expect(calls).toEqual([{ index: 0, function: { arguments: '' }, extra_content }])
    const { choices } = await toOpenAICompletion(generate(toModel(server.url), { prompt: 'x' }))
    expect(choices[0]?.message.tool_calls).toEqual([call])
    const { request } = fromChatBody({ model: 'm', messages: [back] })
    expect(request.messages[0]?.content).toMatchObject([{ signature: { provider: 'google', value: 'c2ln' } }])
  })

  test('DeepSeek gets its reasoning back, and nobody else does', async () => {
    const events = [
      { choices: [{ index: 0, delta: { reasoning_content: 'Rome.' } }] },
      {
        choices: [
          {
            index: 0,
            delta: { tool_calls: [{ index: 0, id: 't1', function: { name: 'look', arguments: '{}' } }] },
            finish_reason: 'tool_calls',
          },
        ],
      },
    ]
    const back = { role: 'assistant', content: null, reasoning_content: 'Rome.' }
    const toModel = (url: string): Model => deepSeek('m', { baseUrl: url, apiKey: 'k' })
    expect(await secondRequest('compatible', toModel, events)).toMatchObject({ messages: [{}, back, {}] })
    const other = (url: string): Model => deepSeek('m', { baseUrl: url, apiKey: 'k', sendReasoning: false })
    expect(JSON.stringify(await secondRequest('compatible', other, events))).not.toContain('Rome.')
  })

  test("a signature is sent to its own provider only, and a call that was cut isn't sent at all", async () => {
    const server = await serveProvider(() => ({ status: 400, body: '{}' }))
    servers.push(server)
    const thought = { provider: 'google', value: 'c2ln' }
    const messages: Message[] = [
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm', signature: thought },
          { type: 'text', text: 'Yes' },
        ],
      },
    ]
    const model = anthropic('m', { baseUrl: server.url, apiKey: 'k' })
    await expect(generate(model, { messages }).result()).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(server.requests[0]?.body).toMatchObject({
      messages: [{ role: 'assistant', content: [{ type: 'text', text: 'Yes' }] }],
    })
    const half: Message = {
      role: 'assistant',
      content: [{ type: 'tool-call', toolCallId: 'a', toolName: 'look', input: '{"at"' }],
    }
    await expect(generate(model, { messages: [half] }).result()).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('its input is not JSON'),
    })
    expect(server.requests).toHaveLength(1)
  })
})
