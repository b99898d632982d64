import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { frameRecording, type RecordingKind } from './frame-recording.ts'
import { type ProviderServer, serveProvider } from './provider-server.ts'
import { sampleStream, sampleText } from './sample-streams.ts'

const servers: ProviderServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(server => server.close())))

async function serve(body: Uint8Array): Promise<string> {
  const server = await serveProvider(() => ({ body }))
  servers.push(server)
  return server.url
}

function recording(kind: RecordingKind, name: string): Uint8Array {
  const path = fileURLToPath(new URL(`../../../../vectors/streams/${kind}/${name}.jsonl`, import.meta.url))
  return frameRecording(kind, readFileSync(path, 'utf8'))
}

const openai = (url: string): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'x', maxRetries: 0 })
const anthropic = (url: string): Anthropic => new Anthropic({ baseURL: url, apiKey: 'x', maxRetries: 0 })
const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }] }
const messages = { ...chat, max_tokens: 9 }

describe('our fakes are true: the official clients read what they send', () => {
  test('openai, chat completions', async () => {
    const completion = await openai(await serve(sampleStream('openai-chat')))
      .chat.completions.stream(chat)
      .finalChatCompletion()
    expect(completion.choices[0]).toMatchObject({ message: { content: sampleText }, finish_reason: 'stop' })
  })

  test('openai, parallel tool calls', async () => {
    const completion = await openai(await serve(recording('openai-chat', 'parallel-tools')))
      .chat.completions.stream(chat)
      .finalChatCompletion()
    expect(
      completion.choices[0]?.message.tool_calls?.map(
        call => call.type === 'function' && call.function.arguments,
      ),
    ).toEqual(['{"city":"Zürich"}', '{}'])
  })

  test('openai, responses', async () => {
    let text = ''
    const stream = await openai(await serve(sampleStream('openai-responses'))).responses.create({
      model: 'm',
      input: 'x',
      stream: true,
    })
    for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta
    expect(text).toBe(sampleText)
  })

  test('openai throws the error in a stream', async () => {
    const stream = openai(await serve(recording('openai-chat', 'error-midstream'))).chat.completions.stream(
      chat,
    )
    await expect(stream.finalChatCompletion()).rejects.toThrow('The server had an error')
  })

  test('@anthropic-ai/sdk, messages with thinking and a tool', async () => {
    const message = await anthropic(await serve(recording('anthropic', 'thinking-text-tool')))
      .messages.stream(messages)
      .finalMessage()
    expect(message.content.map(block => block.type)).toEqual(['thinking', 'text', 'tool_use'])
    expect(message.content[2]).toMatchObject({ name: 'weather', input: { city: 'Zürich' } })
    expect(message.usage.output_tokens).toBe(60)
  })

  test('@anthropic-ai/sdk throws the error in a stream', async () => {
    const stream = anthropic(await serve(recording('anthropic', 'overloaded-midstream'))).messages.stream(
      messages,
    )
    await expect(stream.finalMessage()).rejects.toThrow('Overloaded')
  })
})
