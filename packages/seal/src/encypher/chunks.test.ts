import { describe, expect, test } from 'vitest'
import { cleanText } from './clean.ts'
import { MetadataStream } from './metadata-stream.ts'
import { StreamingHandler } from './streaming-handler.ts'
import { UnicodeMetadata } from './unicode-metadata.ts'

const metadata = { model_id: 'gpt-4', timestamp: 1711843200 }
const hmacSecretKey = 'k'

/** Frozen all the way down, so that a change would throw. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

const chat = (...contents: (string | null | undefined)[]) =>
  frozen({
    id: 'c',
    choices: contents.map((content, index) => ({
      index,
      delta: content === undefined ? {} : { content },
      finish_reason: null,
    })),
  })
const delta = (text: string, index = 0) =>
  frozen({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })

/** An SDK's chunk: an object of a class. */
class SdkChunk {
  choices: { index: number; delta: { content: string } }[]
  constructor(content: string) {
    this.choices = [{ index: 0, delta: { content } }]
  }
  first(): string {
    return this.choices[0]?.delta.content ?? ''
  }
}

function isSigned(text: string): boolean {
  return UnicodeMetadata.verifyMetadata(text, { hmacSecretKey }).valid
}

describe('processChunk', () => {
  test('every choice of an OpenAI chunk gets a block of its own, wherever its first place is', () => {
    const handler = new StreamingHandler({ metadata, hmacSecretKey })
    const chunks = [chat('The', 'Two words'), chat(' cat', ' more'), chat(undefined, ' end')]
    const out = chunks.map(chunk => handler.processChunk(chunk))
    const texts = [0, 1].map(i =>
      out.map(chunk => (chunk.choices[i]?.delta as { content?: string } | undefined)?.content ?? '').join(''),
    )
    expect(texts.map(cleanText)).toEqual(['The cat', 'Two words more end'])
    expect(texts.map(isSigned)).toEqual([true, true])
  })

  test('completion chunks, and the older ones of Anthropic, are marked', async () => {
    for (const make of [
      (text: string) => ({ choices: [{ index: 0, text, finish_reason: null }] }),
      (completion: string) => ({ type: 'completion', completion, stop_reason: null }),
    ]) {
      const handler = new StreamingHandler({ metadata, hmacSecretKey })
      const out = JSON.stringify(['One', ' two'].map(text => handler.processChunk(frozen(make(text)))))
      expect(isSigned(out)).toBe(true)
      expect((await handler.finalize()).marked).toBe(true)
    }
  })

  test("a list of parts, as Mistral streams it, is marked in its texts; thinking passes, and finalize's chunk is such a list", async () => {
    const handler = new StreamingHandler({ metadata, hmacSecretKey, target: 'last_letter' })
    const list = (...content: object[]) =>
      frozen({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'a b' }] }
    const passed = list(thinking)
    expect(handler.processChunk(passed)).toBe(passed)
    const out = handler.processChunk(
      list(thinking, { type: 'text', text: 'The' }, { type: 'text', text: ' ca' }),
    )
    const [first, ...texts] = (out.choices[0]?.delta.content ?? []) as { text?: string }[]
    expect(first).toBe(thinking)
    expect(isSigned(texts.map(({ text }) => text).join(''))).toBe(true)
    const other = new StreamingHandler({ metadata, hmacSecretKey, target: 'file_end' })
    other.processChunk(list({ type: 'text', text: 'The cat' }))
    const stop = {
      choices: [{ index: 0, delta: { content: [{ type: 'reference' }] }, finish_reason: 'stop' }],
    }
    expect(other.processChunk(frozen(stop))).toBe(stop)
    const [end] = (await other.finalize()).ends
    expect(end?.chunk).toMatchObject({ choices: [{ delta: { content: [{ type: 'text' }] } }] })
    expect(isSigned(`The cat${end?.text}`)).toBe(true)
  })

  test("Anthropic's text deltas are marked; thinking and tool input pass as they are", () => {
    const handler = new StreamingHandler({ metadata, hmacSecretKey })
    const thinking = frozen({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'thinking_delta', thinking: 'a b' },
    })
    const input = frozen({
      type: 'content_block_delta',
      index: 2,
      delta: { type: 'input_json_delta', partial_json: '{ "a": 1 }' },
    })
    expect(handler.processChunk(thinking)).toBe(thinking)
    expect(handler.processChunk(input)).toBe(input)
    const out = [delta('The', 1), delta(' cat', 1)]
      .map(event => handler.processChunk(event).delta.text)
      .join('')
    expect([cleanText(out), isSigned(out)]).toEqual(['The cat', true])
  })

  test('Responses deltas are marked, and the events that repeat the whole text repeat the marked one', () => {
    const handler = new StreamingHandler({ metadata, hmacSecretKey })
    const part = { output_index: 0, content_index: 0 }
    const deltas = ['The', ' cat', ' sat'].map(text => ({
      type: 'response.output_text.delta',
      ...part,
      delta: text,
    }))
    const out = deltas.map(event => handler.processChunk(frozen(event)).delta).join('')
    expect([cleanText(out), isSigned(out)]).toEqual(['The cat sat', true])
    const content = [{ type: 'output_text', text: 'The cat sat', annotations: [] }]
    const done = handler.processChunk(
      frozen({ type: 'response.output_text.done', ...part, text: 'The cat sat' }),
    )
    const piece = handler.processChunk(
      frozen({ type: 'response.content_part.done', ...part, part: content[0] }),
    )
    const item = handler.processChunk(
      frozen({ type: 'response.output_item.done', output_index: 0, item: { content } }),
    )
    const completed = handler.processChunk(
      frozen({ type: 'response.completed', response: { output: [{ content }] } }),
    )
    expect(done.text).toBe(out)
    expect(piece.part?.text).toBe(out)
    expect(item.item.content[0]?.text).toBe(out)
    expect(completed.response.output[0]?.content[0]?.text).toBe(out)
  })

  test("an SDK's object stays one of its class, and the one given is not changed", () => {
    const handler = new StreamingHandler({ metadata, hmacSecretKey })
    const chunk = new SdkChunk('The cat')
    const out = handler.processChunk(chunk)
    expect(out).toBeInstanceOf(SdkChunk)
    expect(isSigned(out.first())).toBe(true)
    expect(chunk.first()).toBe('The cat')
  })

  test('what holds no text is returned as it is', () => {
    const handler = new StreamingHandler({ metadata })
    for (const chunk of [
      null,
      undefined,
      5,
      [],
      {},
      { choices: [] },
      { choices: [null] },
      { type: 'ping' },
      { type: 'message_stop' },
    ]) {
      expect(handler.processChunk(chunk)).toBe(chunk)
    }
  })

  test('the last chunk of a choice carries what still waits; with nothing to carry it, finalize gives a chunk', async () => {
    const handler = new StreamingHandler({ metadata, hmacSecretKey, minBufferSize: 100 })
    handler.processChunk(chat('The cat'))
    const last = handler.processChunk(
      frozen({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
    )
    expect(cleanText((last.choices[0]?.delta as { content: string } | undefined)?.content ?? '')).toBe(
      'The cat',
    )
    const other = new StreamingHandler({ metadata, hmacSecretKey, target: 'file_end' })
    other.processChunk(delta('The cat'))
    const [end] = (await other.finalize()).ends
    expect(end).toMatchObject({
      channel: 'block 0',
      marked: true,
      chunk: { type: 'content_block_delta', index: 0 },
    })
    expect(isSigned(`The cat${end?.text}`)).toBe(true)
  })
})

describe('MetadataStream', () => {
  async function pipe<T>(chunks: T[], options: ConstructorParameters<typeof MetadataStream>[0]) {
    const stream = new MetadataStream<T>(options)
    const source = new ReadableStream<T>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk)
        controller.close()
      },
    })
    const out: T[] = []
    for await (const chunk of source.pipeThrough(stream)) out.push(chunk)
    return { out, result: await stream.finalized }
  }

  test('text flows through, marked and sealed to its end', async () => {
    const { out, result } = await pipe(['The', ' cat', ' sat.'], {
      metadata,
      hmacSecretKey,
      encodeFirstChunkOnly: false,
    })
    expect(result.marked).toBe(true)
    const verdict = UnicodeMetadata.verifyMetadata(out.join(''), { hmacSecretKey, detached: result.detached })
    expect(verdict).toMatchObject({ valid: true, contentBound: true })
  })

  test('what is left of a content block goes out before the event that closes it', async () => {
    const stop = { type: 'content_block_stop', index: 0 }
    const events: object[] = [delta('The cat'), delta(' sat.'), stop, { type: 'message_stop' }]
    const { out } = await pipe(events, { metadata, hmacSecretKey, encodeFirstChunkOnly: false })
    const text = out.map(event => (event as { delta?: { text: string } }).delta?.text ?? '').join('')
    expect(UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })).toMatchObject({
      valid: true,
      contentBound: true,
    })
    expect(out.indexOf(stop)).toBe(out.length - 2)
  })

  test('the chunk that finishes a choice carries the end of its text, closing mark and all', async () => {
    const last = {
      id: 'c',
      choices: [{ index: 0, delta: { content: ' on the mat.' }, finish_reason: 'stop' }],
    }
    const { out } = await pipe<object>([chat('The cat', 'A dog'), chat(' sat', ' ran.'), last], {
      metadata,
      hmacSecretKey,
      encodeFirstChunkOnly: false,
    })
    const contentOf = (chunk: object, i: number) =>
      (chunk as typeof last).choices.find(choice => choice.index === i)?.delta.content ?? ''
    const texts = [0, 1].map(i => out.map(chunk => contentOf(chunk, i)).join(''))
    for (const text of texts) {
      expect(UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })).toMatchObject({
        valid: true,
        contentBound: true,
      })
    }
    expect(out[2]).toMatchObject({ choices: [{ finish_reason: 'stop' }] })
  })

  test('messages that follow each other in one stream are marked each by itself', async () => {
    const stop = { type: 'content_block_stop', index: 0 }
    const events: object[] = [delta('The cat sat on it.'), stop, delta('The dog ran to it.'), stop]
    const { out, result } = await pipe(events, { metadata, hmacSecretKey, encodeFirstChunkOnly: false })
    const texts = out
      .map(event => (event as { delta?: { text: string } }).delta?.text ?? '|')
      .join('')
      .split('|')
    const verdicts = texts
      .slice(0, 2)
      .map(text => UnicodeMetadata.verifyMetadata(text, { hmacSecretKey }).contentBound)
    expect(verdicts).toEqual([true, true])
    expect(result).toMatchObject({ marked: true, ends: [{ channel: 'block 0' }, { channel: 'block 0' }] })
  })

  test('a cancelled stream ends as aborted', async () => {
    const stream = new MetadataStream<string>({ metadata, hmacSecretKey, encodeFirstChunkOnly: false })
    const writer = stream.writable.getWriter()
    const reader = stream.readable.getReader()
    void writer.write('The cat ').catch(() => undefined)
    await reader.read()
    await reader.cancel()
    // Where the platform does not tell transformers of a cancellation, nothing is ever settled.
    const outcome = await Promise.race([
      stream.finalized,
      new Promise(resolve => setTimeout(resolve, 200, 'never told')),
    ])
    expect(outcome === 'never told' || (outcome as { marked: boolean }).marked).toBe(true)
  })
})
