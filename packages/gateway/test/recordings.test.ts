/** Real streams of several providers through the gateway: what a client gets, stripped, is what the provider sent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { strip } from '@streamseal/seal'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FakeOpenAI, sendEvents, startFakeOpenAI } from './fake-openai.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const roots = ['../../../vectors/streams/', '../../../../shared/recordings/'].map(path =>
  fileURLToPath(new URL(path, import.meta.url)),
)
const recordings = roots
  .flatMap(root => ['openai-chat', 'compatible'].map(kind => join(root, kind)))
  .filter(folder => existsSync(folder))
  .flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
  .filter(path => path.endsWith('.jsonl'))

interface Chunk {
  choices?: { index: number | null; delta?: { content?: unknown } | null }[] | null
  error?: unknown
  streamseal?: { stream_id: string; detached?: string }
}

const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line !== '')

const parse = (line: string): Chunk => JSON.parse(line) as Chunk

/** The first choice's text. */
const contentOf = (chunks: readonly Chunk[]): string =>
  chunks
    .flatMap(chunk => chunk.choices ?? [])
    .filter(choice => (choice.index ?? 0) === 0)
    .map(choice => textOf(choice.delta?.content))
    .join('')

/** Mistral's content may be a list, of which the parts of type `text` are read. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map(part => (part.type === 'text' ? part.text : '')).join('')
}

const choicesOf = (chunks: readonly Chunk[]): number =>
  1 + Math.max(0, ...chunks.flatMap(chunk => chunk.choices ?? []).map(choice => choice.index ?? 0))

describe.skipIf(recordings.length === 0)('recorded streams (skipped where there are none to read)', () => {
  let gateway: TestGateway
  let upstream: FakeOpenAI
  let lines: string[] = []
  beforeAll(async () => {
    upstream = await startFakeOpenAI(response =>
      sendEvents(response, [...lines.map(line => `data: ${line}\n\n`), 'data: [DONE]\n\n']),
    )
    gateway = await startTestGateway({ OPENAI_BASE_URL: upstream.baseUrl })
  })
  afterAll(async () => {
    await gateway.remove()
    await upstream.close()
  })

  test.each(recordings)('%s', async path => {
    lines = linesOf(path)
    const given = lines.map(parse)
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'm',
        stream: true,
        n: choicesOf(given),
        messages: [{ role: 'user', content: 'Hi' }],
      }),
    })
    const events = (await response.text()).split('\n\n').filter(event => event.startsWith('data: '))
    const sent = events.map(event => event.slice(6))
    const last = sent.pop() ?? ''
    const chunks = sent.map(parse)
    expect(strip(contentOf(chunks))).toBe(contentOf(given))
    const failed = given.find(chunk => chunk.error !== undefined && chunk.error !== null)
    if (failed !== undefined) {
      expect(parse(last).error).toEqual(failed.error)
      return
    }
    expect(last).toBe('[DONE]')
    // Events without a mark passed byte for byte.
    expect(sent.filter(data => lines.includes(data)).length).toBeGreaterThanOrEqual(lines.length / 2)
    const { stream_id: streamId, detached } = chunks.at(-1)?.streamseal ?? {}
    expect(response.headers.get('streamseal-stream-id')?.split(', ')[0]).toBe(streamId)
    const verified = await fetch(`${gateway.url}/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: contentOf(chunks), ...(detached === undefined ? {} : { detached }) }),
    })
    expect(await verified.json()).toMatchObject({ status: 'intact' })
  })
})
