import { afterEach, describe, expect, test } from 'vitest'
import { anthropicRequest } from './anthropic/request.ts'
import { azureOpenAI } from './azure-openai.ts'
import type { ContentPart, Message, ModelRequest } from './contract.ts'
import { generate } from './generate.ts'
import { googleRequest } from './google/request.ts'
import { chatRequest } from './openai-chat/request.ts'
import { openAICompatible } from './openai-compatible.ts'
import { responsesRequest } from './openai-responses/request.ts'
import { StreamError } from './stream-error.ts'
import {
  type Answer,
  frameRecording,
  type ProviderServer,
  type RecordingKind,
  recordingModels,
  sampleStream,
  sampleText,
  serveProvider,
} from './testing.ts'

const kinds = Object.keys(recordingModels) as RecordingKind[]
const servers: ProviderServer[] = []

async function serve(answer: Answer | ((count: number) => Answer)): Promise<ProviderServer> {
  const server = await serveProvider((_, count) => (typeof answer === 'function' ? answer(count) : answer))
  servers.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()))
})

async function failure(promise: Promise<unknown>): Promise<StreamError> {
  const error: unknown = await promise.then(
    () => undefined,
    reason => reason,
  )
  if (error instanceof StreamError) return error
  throw new Error('did not fail with a StreamError', { cause: error })
}

const json = { 'content-type': 'application/json' }

describe.each(kinds)('%s', kind => {
  test.each([
    [400, 'INVALID_REQUEST', false],
    [401, 'AUTHENTICATION_FAILED', false],
    [403, 'PERMISSION_DENIED', false],
    [404, 'MODEL_NOT_FOUND', false],
    [413, 'INVALID_REQUEST', false],
    [429, 'RATE_LIMITED', true],
    [500, 'PROVIDER_ERROR', true],
    [503, 'OVERLOADED', true],
    [529, 'OVERLOADED', true],
  ])('HTTP %i is %s', async (status, code, retryable) => {
    const headers = { ...json, 'x-request-id': 'req-7', 'retry-after': '3' }
    const server = await serve({ status, headers, body: '{"error":{"message":"so it is"}}' })
    const error = await failure(
      generate(recordingModels[kind](server.url), { prompt: 'x', retry: false }).result(),
    )
    expect(error).toMatchObject({ code, retryable, status, requestId: 'req-7', retryAfterMs: 3000 })
    expect(error.message).toContain('so it is')
  })

  test.each([301, 302, 303, 307, 308])(
    'HTTP %i is not followed: nobody else gets the key or the prompt',
    async status => {
      const target = await serve({ status: 404, body: 'a secret of the target' })
      const server = await serve({ status, headers: { location: `${target.url}/internal` }, body: '' })
      const error = await failure(generate(recordingModels[kind](server.url), { prompt: 'x' }).result())
      expect(error).toMatchObject({ code: 'PROVIDER_PROTOCOL', retryable: false })
      expect(error.message).not.toMatch(/secret|internal/)
      expect([target.connections, server.requests.length]).toEqual([0, 1])
    },
  )

  test('a page with status 200 is PROVIDER_PROTOCOL, which names its content type and is not asked for again', async () => {
    const server = await serve({
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<h1>Hi</h1>',
    })
    const error = await failure(generate(recordingModels[kind](server.url), { prompt: 'x' }).result())
    expect(error).toMatchObject({ code: 'PROVIDER_PROTOCOL', retryable: false })
    expect(error.message).toContain('"text/html; charset=utf-8"')
    expect(server.requests.length).toBe(1)
  })

  test('an address where nobody listens is PROVIDER_UNAVAILABLE', async () => {
    const server = await serve({ body: '' })
    await server.close()
    const error = await failure(
      generate(recordingModels[kind](server.url), { prompt: 'x', retry: false }).result(),
    )
    expect(error.code).toBe('PROVIDER_UNAVAILABLE')
    expect(error.message).toContain('ECONNREFUSED')
  })

  test('no head within connectMs is TIMEOUT_CONNECT', async () => {
    const server = await serve({ body: '', fault: { kind: 'silent' } })
    const run = generate(recordingModels[kind](server.url), {
      prompt: 'x',
      retry: false,
      timeouts: { connectMs: 40 },
    })
    expect((await failure(run.result())).code).toBe('TIMEOUT_CONNECT')
  })

  // A busy machine may be late by itself: one attempt of three in time shows that it can be.
  test('cancel() closes the upstream connection within 100 ms', { retry: 2 }, async () => {
    const server = await serve({ body: ': waiting\n\n', fault: { kind: 'stall', at: 11 } })
    const run = generate(recordingModels[kind](server.url), { prompt: 'x', retry: false })
    while (server.openStreams === 0) await new Promise(resolve => setTimeout(resolve, 5))
    const begun = performance.now()
    run.cancel()
    expect((await run.result()).finishReason).toBe('aborted')
    while (server.openStreams > 0) await new Promise(resolve => setTimeout(resolve, 2))
    expect(performance.now() - begun).toBeLessThan(100)
  })

  test('a document instead of a stream is an error, never a clean end', async () => {
    const server = await serve({
      headers: json,
      body: '{"error":{"message":"no streams here","code":"server_error"}}',
    })
    const error = await failure(
      generate(recordingModels[kind](server.url), { prompt: 'x', retry: false }).result(),
    )
    expect(error).toMatchObject({ code: 'PROVIDER_ERROR' })
  })

  test('one connection serves one answer after the other', async () => {
    const server = await serve({ body: sampleStream(kind) })
    for (let count = 0; count < 3; count++) {
      await generate(recordingModels[kind](server.url), { prompt: 'x' }).result()
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect(server.connections).toBe(1)
  })

  test("lines of JSON, as Ollama's own protocol has them, are PROVIDER_PROTOCOL", async () => {
    const headers = { 'content-type': 'application/x-ndjson' }
    const server = await serve({
      headers,
      body: '{"message":{"content":"Hi"},"done":false}\n{"done":true}\n',
    })
    const error = await failure(generate(recordingModels[kind](server.url), { prompt: 'x' }).result())
    expect(error).toMatchObject({ code: 'PROVIDER_PROTOCOL', retryable: false })
    expect(error.message).toContain('"application/x-ndjson"')
  })

  test('the last event needs no blank line after it, if it is whole', async () => {
    const whole = new TextDecoder().decode(sampleStream(kind))
    const server = await serve({ body: whole.trimEnd() })
    const model = recordingModels[kind](server.url)
    expect(await generate(model, { prompt: 'x', retry: false }).result()).toMatchObject({
      finishReason: 'stop',
    })
  })

  test('events that hold nothing, and comments, change nothing', async () => {
    const text = new TextDecoder().decode(sampleStream(kind))
    const body = text.replaceAll('\n\n', '\n\n: OPENROUTER PROCESSING\n\ndata:\n\n')
    const server = await serve({ body })
    const model = recordingModels[kind](server.url)
    expect(await generate(model, { prompt: 'x', retry: false }).result()).toMatchObject({
      text: sampleText,
      usage: { inputTokens: 9, outputTokens: 12 },
    })
  })

  test('an empty stream is STREAM_INCOMPLETE', async () => {
    const server = await serve({ body: '' })
    expect(
      (await failure(generate(recordingModels[kind](server.url), { prompt: 'x', retry: false }).result()))
        .code,
    ).toBe('STREAM_INCOMPLETE')
  })
})

describe('requests', () => {
  const messages: Message[] = [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', data: new Uint8Array([1, 2, 3]), mediaType: 'image/png' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Let me see.' },
        { type: 'tool-call', toolCallId: 'c1', toolName: 'look', input: '{"at":1}' },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'look', output: 'a cat' }] },
  ]
  const request: ModelRequest = {
    messages,
    maxOutputTokens: 9,
    temperature: 0,
    stopSequences: ['END'],
    tools: [{ name: 'look', description: 'Looks', inputSchema: { type: 'object' } }],
    toolChoice: 'required',
    responseFormat: { type: 'json', schema: { type: 'object' }, name: 'thing' },
    providerOptions: { extra: true },
  }

  test('chat completions', () => {
    expect(chatRequest('m', request)).toEqual({
      model: 'm',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 9,
      temperature: 0,
      stop: ['END'],
      tools: [
        {
          type: 'function',
          function: { name: 'look', description: 'Looks', parameters: { type: 'object' } },
        },
      ],
      tool_choice: 'required',
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'thing', schema: { type: 'object' }, strict: true },
      },
      extra: true,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } },
          ],
        },
        {
          role: 'assistant',
          content: 'Let me see.',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
      ],
    })
  })

  test('Anthropic: the system apart, results said by the user, a limit always', () => {
    const body = anthropicRequest('m', request)
    expect(body).toMatchObject({
      system: 'Be brief.',
      max_tokens: 9,
      tool_choice: { type: 'any' },
      stop_sequences: ['END'],
      stream: true,
    })
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AQID' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 'c1', name: 'look', input: { at: 1 } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'a cat' }] },
    ])
    expect(anthropicRequest('m', { messages })).toMatchObject({ max_tokens: 4096 })
  })

  test('Google: parts, roles, function calls', () => {
    expect(googleRequest(request)).toMatchObject({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: { maxOutputTokens: 9, temperature: 0, responseMimeType: 'application/json' },
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
      contents: [
        {
          role: 'user',
          parts: [{ text: 'What is this?' }, { inlineData: { mimeType: 'image/png', data: 'AQID' } }],
        },
        {
          role: 'model',
          parts: [{ text: 'Let me see.' }, { functionCall: { name: 'look', args: { at: 1 } } }],
        },
        { role: 'user', parts: [{ functionResponse: { name: 'look', response: { output: 'a cat' } } }] },
      ],
    })
  })

  test('Responses: calls and results beside the messages', () => {
    expect(responsesRequest('m', request)).toMatchObject({
      max_output_tokens: 9,
      text: { format: { type: 'json_schema', name: 'thing' } },
      input: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url: 'data:image/png;base64,AQID' },
          ],
        },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Let me see.' }] },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}' },
        { type: 'function_call_output', call_id: 'c1', output: 'a cat' },
      ],
    })
  })

  test('JSON that follows a schema is asked for in each provider’s own way, or plainly where it has none', () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } }
    const asked: ModelRequest = { messages, responseFormat: { type: 'json', schema, name: 'city' } }
    const strict = { name: 'city', schema, strict: true }
    expect(chatRequest('m', asked).response_format).toEqual({ type: 'json_schema', json_schema: strict })
    expect(chatRequest('m', asked, { jsonSchema: false }).response_format).toEqual({ type: 'json_object' })
    expect(responsesRequest('m', asked).text).toEqual({ format: { type: 'json_schema', ...strict } })
    expect(anthropicRequest('m', asked).output_config).toEqual({ format: { type: 'json_schema', schema } })
    expect(googleRequest(asked).generationConfig).toMatchObject({
      responseMimeType: 'application/json',
      responseJsonSchema: schema,
    })
    const plain: ModelRequest = { messages, responseFormat: { type: 'json' } }
    expect(chatRequest('m', plain).response_format).toEqual({ type: 'json_object' })
    expect(responsesRequest('m', plain).text).toEqual({ format: { type: 'json_object' } })
    expect(googleRequest(plain).generationConfig).toEqual({ responseMimeType: 'application/json' })
  })

  test.each<[string, string | Uint8Array | URL]>([
    ['bytes', new Uint8Array([1, 2, 3])],
    ['base64', 'AQID'],
    ['a data URL', 'data:image/png;base64,AQID'],
  ])('images and files as %s', (_, data) => {
    const content: ContentPart[] = [
      { type: 'image', data, mediaType: 'image/png' },
      { type: 'file', data, mediaType: 'application/pdf', filename: 'a.pdf' },
    ]
    const asked: ModelRequest = { messages: [{ role: 'user', content }] }
    const image = 'data:image/png;base64,AQID'
    const isUrl = typeof data === 'string' && data.startsWith('data:')
    const file = isUrl ? image : 'data:application/pdf;base64,AQID'
    expect(chatRequest('m', asked)).toMatchObject({
      messages: [
        {
          content: [
            { type: 'image_url', image_url: { url: image } },
            { type: 'file', file: { filename: 'a.pdf', file_data: file } },
          ],
        },
      ],
    })
    expect(responsesRequest('m', asked)).toMatchObject({
      input: [
        {
          content: [
            { type: 'input_image', image_url: image },
            { type: 'input_file', filename: 'a.pdf', file_data: file },
          ],
        },
      ],
    })
    expect(anthropicRequest('m', asked)).toMatchObject({
      messages: [
        {
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AQID' } },
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: 'AQID' },
            },
          ],
        },
      ],
    })
    expect(googleRequest(asked)).toMatchObject({
      contents: [
        {
          parts: [
            { inlineData: { mimeType: 'image/png', data: 'AQID' } },
            { inlineData: { mimeType: 'application/pdf', data: 'AQID' } },
          ],
        },
      ],
    })
  })

  test('images and files by web address go to the provider as addresses', () => {
    const data = new URL('https://example.org/a.pdf')
    const content: ContentPart[] = [
      { type: 'image', data },
      { type: 'file', data, mediaType: 'application/pdf' },
    ]
    const asked: ModelRequest = { messages: [{ role: 'user', content }] }
    const url = data.href
    expect(chatRequest('m', asked)).toMatchObject({
      messages: [{ content: [{ image_url: { url } }, { type: 'file', file: { file_data: url } }] }],
    })
    expect(responsesRequest('m', asked)).toMatchObject({
      input: [{ content: [{ image_url: url }, { type: 'input_file', file_url: url }] }],
    })
    expect(anthropicRequest('m', asked)).toMatchObject({
      messages: [{ content: [{ source: { type: 'url', url } }, { source: { type: 'url', url } }] }],
    })
    expect(googleRequest(asked)).toMatchObject({
      contents: [{ parts: [{ fileData: { fileUri: url } }, { fileData: { fileUri: url } }] }],
    })
  })

  test('log-probabilities and several answers are asked for where the provider has them', () => {
    const asked: ModelRequest = { messages, choices: 2, topLogprobs: 3 }
    expect(chatRequest('m', asked)).toMatchObject({ n: 2, logprobs: true, top_logprobs: 3 })
    expect(chatRequest('m', { messages, topLogprobs: 0 })).toMatchObject({ logprobs: true })
    expect(responsesRequest('m', asked)).toMatchObject({
      top_logprobs: 3,
      include: ['message.output_text.logprobs'],
    })
    expect(googleRequest(asked).generationConfig).toMatchObject({
      candidateCount: 2,
      responseLogprobs: true,
      logprobs: 3,
    })
  })

  test('a tool result that names no tool, as OpenAI’s clients send it, reaches Google under its tool’s name', () => {
    const call: Message = {
      role: 'assistant',
      content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'look', input: '{}' }],
    }
    const result: Message = {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: 'c1', toolName: '', output: 'broken', isError: true }],
    }
    expect(googleRequest({ messages: [call, result] })).toMatchObject({
      contents: [{}, { parts: [{ functionResponse: { name: 'look', response: { error: 'broken' } } }] }],
    })
  })

  test('Azure is asked at its deployment, with its key', async () => {
    const server = await serve({
      body: frameRecording(
        'openai-chat',
        '{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}],"model":"gpt"}',
      ),
    })
    const { text } = await generate(
      azureOpenAI('my gpt', { endpoint: server.url, apiKey: 'k', apiVersion: 'v' }),
      { prompt: 'x', retry: false },
    ).result()
    expect(text).toBe('Hi')
    expect(server.requests[0]).toMatchObject({
      path: '/openai/deployments/my%20gpt/chat/completions?api-version=v',
      headers: { 'api-key': 'k' },
    })
  })

  test('a compatible server gets the key as a bearer token, or none', async () => {
    const body = frameRecording(
      'openai-chat',
      '{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}',
    )
    const server = await serve({ body })
    await generate(openAICompatible('m', { baseUrl: server.url, apiKey: 'k' }), {
      prompt: 'x',
      retry: false,
    }).result()
    await generate(openAICompatible('m', { baseUrl: `${server.url}/`, headers: { 'x-team': 'a' } }), {
      prompt: 'x',
    }).result()
    expect(
      server.requests.map(({ path, headers }) => [path, headers.authorization, headers['x-team']]),
    ).toEqual([
      ['/chat/completions', 'Bearer k', undefined],
      ['/chat/completions', undefined, 'a'],
    ])
  })

  test.each<[RecordingKind, unknown]>([
    [
      'anthropic',
      {
        type: 'message',
        id: 'm1',
        model: 'm',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
          { type: 'text', text: 'All at once.' },
          { type: 'tool_use', id: 't1', name: 'look', input: { at: 1 } },
        ],
        stop_reason: 'tool_use',
        usage: { input_tokens: 1, output_tokens: 3 },
      },
    ],
    [
      'openai-responses',
      {
        object: 'response',
        id: 'r1',
        model: 'm',
        status: 'completed',
        error: null,
        output: [
          { type: 'reasoning', id: 'a', summary: [{ type: 'summary_text', text: 'Hm.' }] },
          { type: 'message', id: 'b', content: [{ type: 'output_text', text: 'All at once.' }] },
          { type: 'function_call', id: 'c', call_id: 't1', name: 'look', arguments: '{"at":1}' },
        ],
        usage: { input_tokens: 1, output_tokens: 3 },
      },
    ],
    [
      'google',
      [
        {
          modelVersion: 'm',
          candidates: [
            {
              content: {
                parts: [
                  { text: 'Hm.', thought: true },
                  { text: 'All at once.' },
                  { functionCall: { id: 't1', name: 'look', args: { at: 1 } } },
                ],
              },
              finishReason: 'STOP',
            },
          ],
          usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 3 },
        },
      ],
    ],
  ])('%s: an answer that comes whole, as a document, gives the same parts', async (kind, answer) => {
    const server = await serve({ headers: json, body: JSON.stringify(answer) })
    const result = await generate(recordingModels[kind](server.url), { prompt: 'x', retry: false }).result()
    expect(result).toMatchObject({
      reasoning: 'Hm.',
      text: 'All at once.',
      toolCalls: [{ id: 't1', toolName: 'look', input: '{"at":1}' }],
      finishReason: 'tool-calls',
      usage: { inputTokens: 1, outputTokens: 3 },
    })
  })

  test('the second of two answers may begin long after the first has ended', async () => {
    const chunk = (index: number, content: string): object => ({
      choices: [{ index, delta: { content }, finish_reason: 'stop' }],
    })
    const lines = [chunk(0, 'One.'), chunk(1, 'Two.')].map(each => JSON.stringify(each)).join('\n')
    const body = frameRecording('openai-chat', lines)
    const server = await serve({ body, cuts: [Buffer.from(body).indexOf('\n\n') + 2], pauseMs: 2200 })
    const model = recordingModels.compatible(server.url)
    const run = generate(model, { prompt: 'x', choices: 2, retry: false })
    expect((await run.result()).choices).toEqual(['One.', 'Two.'])
  })

  test('a whole completion, from a server that does not stream, gives the same parts', async () => {
    const completion = {
      id: 'x',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'All at once.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 3 },
    }
    const server = await serve({ headers: json, body: JSON.stringify(completion) })
    const result = await generate(openAICompatible('m', { baseUrl: server.url }), {
      prompt: 'x',
      retry: false,
    }).result()
    expect(result).toMatchObject({
      text: 'All at once.',
      finishReason: 'stop',
      usage: { inputTokens: 1, outputTokens: 3 },
    })
  })
})
