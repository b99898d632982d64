import {
  createSealer,
  createSigner,
  generateKeys,
  type Signer,
  strip,
  trustList,
  verify,
} from '@streamseal/seal'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { chunkEvent, chunkHead, textEvents } from '../../test/fake-openai.ts'
import type { AnswerSeal, Closing } from '../sealing/answer-seal.ts'
import { fromBytes, toBytes } from './byte-string.ts'
import { ChatStreamEditor } from './chat-stream-editor.ts'
import { createEventSplitter, dataOf } from './event-splitter.ts'

let signer: Signer
let trust: ReturnType<typeof trustList>
beforeAll(async () => {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  signer = await createSigner(privateJwk)
  trust = trustList(publicJwk)
})

/** A real seal of short segments, so that short texts get marks inside too. */
function newSeal(): AnswerSeal & { endings: string[] } {
  const sealer = createSealer({ signer, claims: { model: 'm' }, segmentChars: 40 })
  const endings: string[] = []
  let outcome: Promise<Closing> | undefined
  return {
    streamId: sealer.streamId,
    endings,
    named: () => undefined,
    feed: text => sealer.feed(text),
    finish(ending) {
      endings.push(ending)
      outcome ??= sealer.finish(ending)
      return outcome
    },
  }
}

/** Feeds a stream in the given slices and returns everything that comes out, decoded. */
async function run(editor: ChatStreamEditor, slices: readonly string[]): Promise<string> {
  let out = ''
  const settle = async (): Promise<void> => {
    while (editor.waiting !== undefined) {
      await editor.waiting
      out += editor.feed('')
    }
  }
  for (const slice of slices) {
    out += editor.feed(slice)
    await settle()
  }
  out += editor.end()
  await settle()
  return fromBytes(out)
}

const edit = (
  events: readonly string[],
  seals: readonly AnswerSeal[] = [newSeal()],
  choices = 1,
): Promise<string> =>
  run(new ChatStreamEditor({ seals, choices, maxEventBytes: 1_000_000 }), [toBytes(events.join(''))])

interface Chunk {
  choices: { index: number; delta: { content?: string }; finish_reason: string | null; logprobs?: unknown }[]
  usage?: unknown
  streamseal?: { stream_id: string; detached?: string; choices?: unknown[] }
}

function chunksOf(stream: string): Chunk[] {
  return createEventSplitter(10_000_000)
    .feed(stream)
    .map(dataOf)
    .filter((data): data is string => data !== undefined && data !== '[DONE]')
    .map(data => JSON.parse(data) as Chunk)
}

const textOf = (chunks: readonly Chunk[], index = 0): string =>
  chunks
    .flatMap(chunk => chunk.choices.filter(choice => choice.index === index))
    .map(choice => choice.delta.content ?? '')
    .join('')

const prose =
  'The cat sat on the mat. It was warm there, and nobody came by for a long while. Später kam der Hund, 犬が来た。 '.repeat(
    6,
  )

describe('ChatStreamEditor', () => {
  test('seals a text for any cutting of the bytes: the text is intact, and stripped it is what the provider sent', async () => {
    const cuts = fc.array(fc.nat(), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), cuts, async (pieceLength, places) => {
        const bytes = toBytes(textEvents(prose, pieceLength).join(''))
        const at = [0, ...places.map(place => place % bytes.length).sort((a, b) => a - b), bytes.length]
        const slices = at.slice(1).map((end, index) => bytes.slice(at[index], end))
        const seal = newSeal()
        const chunks = chunksOf(
          await run(new ChatStreamEditor({ seals: [seal], choices: 1, maxEventBytes: 1_000_000 }), slices),
        )
        const text = textOf(chunks)
        expect(strip(text)).toBe(prose)
        expect(text).not.toBe(prose)
        const detached = chunks.at(-1)?.streamseal?.detached
        const report = await verify(text, { trust, ...(detached === undefined ? {} : { detached }) })
        expect(report.status).toBe('intact')
        expect(chunks.at(-1)?.streamseal?.stream_id).toBe(seal.streamId)
      }),
      { numRuns: 40 },
    )
  })

  test('without seals every byte passes as it came', async () => {
    const events = textEvents(prose)
    expect(await edit(events, [])).toBe(events.join(''))
  })

  test('an event without a mark passes as it came, unknown members, big numbers and comments included', async () => {
    const odd = `: hi\n\ndata: {"id":"x","big":12345678901234567890,"choices":[{"index":0,"delta":{"content":"A"},"finish_reason":null,"x":1.0}],"usage":null}\n\n`
    const out = await edit([odd, ...textEvents('b')])
    expect(out.startsWith(odd)).toBe(true)
  })

  test('only the content changes where a mark goes in, and log-probabilities stay', async () => {
    const events = textEvents(prose, 30)
    const out = chunksOf(await edit(events))
    const given = chunksOf(events.join(''))
    const changed = out.filter(
      chunk => strip(chunk.choices[0]?.delta.content ?? '') !== chunk.choices[0]?.delta.content,
    )
    expect(changed.length).toBeGreaterThan(1)
    const plain = out
      .filter(
        chunk =>
          strip(chunk.choices[0]?.delta.content ?? 'x') !== '' || chunk.choices[0]?.delta.content === '',
      )
      .map(({ streamseal: _beside, ...chunk }) => JSON.parse(strip(JSON.stringify(chunk))))
    expect(plain).toEqual(given)
  })

  test('tool arguments and reasoning are never touched', async () => {
    const call = {
      index: 0,
      id: 'call_1',
      type: 'function',
      function: { name: 'f', arguments: `{"city":"${prose}"}` },
    }
    const events = [
      chunkEvent({ delta: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: null }),
      chunkEvent({ delta: { reasoning_content: prose }, finish_reason: null }),
      chunkEvent({ delta: {}, finish_reason: 'tool_calls' }),
      'data: [DONE]\n\n',
    ]
    const out = await edit(events)
    expect(strip(out)).toBe(out)
    expect(out.startsWith(events.slice(0, 2).join(''))).toBe(true)
    expect(chunksOf(out).at(-1)?.streamseal).toMatchObject({ stream_id: expect.any(String) })
  })

  test('every choice has a seal of its own', async () => {
    const seals = [newSeal(), newSeal()]
    const one = chunkEvent({ index: 0, delta: { content: prose }, finish_reason: null })
    const two = chunkEvent({ index: 1, delta: { content: prose.slice(10) }, finish_reason: null })
    const ends = [0, 1].map(index =>
      chunkEvent({ index, delta: {}, finish_reason: index === 0 ? 'stop' : 'length' }),
    )
    const chunks = chunksOf(await edit([one, two, ...ends, 'data: [DONE]\n\n'], seals, 2))
    const fields = chunks.at(-1)?.streamseal
    expect(fields).toMatchObject({ stream_id: seals[0]?.streamId })
    for (const [index, given] of [prose, prose.slice(10)].entries()) {
      const field = fields?.choices?.[index] as { stream_id: string; detached?: string }
      expect(field.stream_id).toBe(seals[index]?.streamId)
      const text = textOf(chunks, index)
      expect(strip(text)).toBe(given)
      const beside = field.detached === undefined ? {} : { detached: field.detached }
      expect((await verify(text, { trust, ...beside })).status).toBe('intact')
    }
    expect(seals.map(seal => seal.endings)).toEqual([['complete'], ['length-limited']])
  })

  test('a finish reason in the same event as text keeps both', async () => {
    const event = chunkEvent({ delta: { content: 'The end came.' }, finish_reason: 'stop' })
    const chunks = chunksOf(await edit([event, 'data: [DONE]\n\n']))
    expect(chunks).toHaveLength(1)
    expect(chunks[0]?.choices[0]?.finish_reason).toBe('stop')
    expect(strip(textOf(chunks))).toBe('The end came.')
    const { detached } = chunks[0]?.streamseal ?? {}
    expect(
      (await verify(textOf(chunks), { trust, ...(detached === undefined ? {} : { detached }) })).status,
    ).toBe('intact')
  })

  test('what comes after a finish reason passes unsealed', async () => {
    const late = chunkEvent({ delta: { content: ' And more.' }, finish_reason: 'stop' })
    const chunks = chunksOf(await edit([...textEvents(prose).slice(0, -1), late, 'data: [DONE]\n\n']))
    const text = textOf(chunks)
    expect(strip(text)).toBe(`${prose} And more.`)
    const detached = chunks.at(-1)?.streamseal?.detached
    const report = await verify(text, { trust, ...(detached === undefined ? {} : { detached }) })
    expect(report.status).toBe('excerpt')
  })

  test.each([
    ['before anything came', 0],
    ['in the middle', 6],
  ])('a stream that ends %s is an error, never a clean end', async (_when, count) => {
    const editor = new ChatStreamEditor({ seals: [newSeal()], choices: 1, maxEventBytes: 1_000_000 })
    editor.feed(toBytes(textEvents(prose).slice(0, count).join('')))
    expect(() => editor.end()).toThrow(expect.objectContaining({ code: 'STREAM_INCOMPLETE' }))
    expect(editor.isDone).toBe(false)
  })

  test('a cut inside an event is an error', () => {
    const editor = new ChatStreamEditor({ seals: [], choices: 1, maxEventBytes: 1_000_000 })
    const bytes = toBytes(textEvents(prose).join(''))
    editor.feed(bytes.slice(0, bytes.length / 2))
    expect(() => editor.end()).toThrow(expect.objectContaining({ code: 'STREAM_INCOMPLETE' }))
  })

  test('a server that forgets [DONE], or the blank line behind it, is forgiven', async () => {
    const events = textEvents('A short answer.')
    for (const stream of [
      events.slice(0, -1),
      [...events.slice(0, -1), 'data: [DONE]'],
      [...events.slice(0, -1), 'data: [DONE]\n'],
    ]) {
      const out = await edit(stream)
      expect(out.endsWith('data: [DONE]\n\n')).toBe(true)
      expect(out.match(/\[DONE\]/g)).toHaveLength(1)
      expect(chunksOf(out).at(-1)?.streamseal).toBeDefined()
    }
  })

  test('garbage, an oversized event and an error event end in an error that says so', () => {
    const make = (): ChatStreamEditor =>
      new ChatStreamEditor({ seals: [newSeal()], choices: 1, maxEventBytes: 100 })
    expect(() => make().feed('data: <html>\n\n')).toThrow(
      expect.objectContaining({ code: 'PROVIDER_PROTOCOL' }),
    )
    expect(() => make().feed('data: [1]\n\n')).toThrow(/"\[1\]"/)
    expect(() => make().feed(`data: ${'x'.repeat(200)}`)).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    )
    const error = `data: ${JSON.stringify({ error: { message: 'overloaded', code: 'x' } })}\n\n`
    expect(() => make().feed(error)).toThrow(/overloaded/)
  })

  test('close() ends an open seal, so that what came can be verified as cut short', async () => {
    const seal = newSeal()
    const editor = new ChatStreamEditor({ seals: [seal], choices: 1, maxEventBytes: 1_000_000 })
    const begun = editor.feed(toBytes(textEvents(prose, 30).slice(0, 12).join('')))
    const text = textOf(chunksOf(fromBytes(begun + (await editor.close('failed')))))
    expect(seal.endings).toEqual(['failed'])
    const report = await verify(text, { trust, ...(await seal.finish('failed')) })
    expect(report.seals[0]).toMatchObject({ ending: 'failed', content: 'intact' })
    expect(prose.startsWith(strip(text))).toBe(true)
  })

  test('the closing stands in the likeness of the stream', async () => {
    const chunks = chunksOf(await edit(textEvents('The cat sat on the mat and stayed.')))
    for (const chunk of chunks) expect(chunk).toMatchObject(chunkHead)
  })
})
