import { strip, type Trust, verify } from '@streamseal/seal'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { chunkEvent, chunkHead, textEvents } from '../../test/fake-openai.ts'
import { createTestSeals, type TestSeal } from '../../test/test-seals.ts'
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import { fromBytes, toBytes } from './byte-string.ts'
import { ChatStreamEditor } from './chat-stream-editor.ts'
import { createEventSplitter, dataOf } from './event-splitter.ts'
import { sealChatCompletion } from './seal-chat-completion.ts'

let newSeal: () => TestSeal
let trust: Trust
beforeAll(async () => {
  ;({ newSeal, trust } = await createTestSeals())
})

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
  if (editor.failure !== undefined) out += await editor.close('failed')
  return fromBytes(out)
}

/** Cuts `text` at the given places. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [0, ...places.map(place => place % text.length).sort((a, b) => a - b), text.length]
  return at.slice(1).map((end, index) => text.slice(at[index], end))
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
        const slices = cut(bytes, places)
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

  test('a content that is a list of parts is sealed in its texts, and thinking passes, in the form of Mistral', async () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: prose }] }
    const pieces = prose.match(/[\s\S]{1,50}/g) ?? []
    const lists = pieces.map((text, i) => {
      const half = text.length >> 1
      const texts = [text.slice(0, half), text.slice(half)].map(text => ({ type: 'text', text }))
      return i === 0 ? [thinking, ...texts] : texts
    })
    const given = lists.map((content, i) =>
      chunkEvent({ delta: { content }, finish_reason: i === lists.length - 1 ? 'stop' : null }),
    )
    const out = chunksOf(await edit([...given, 'data: [DONE]\n\n']))
    const parts = out.flatMap(
      ({ choices }) => (choices[0]?.delta.content ?? []) as unknown as { type: string; text?: string }[],
    )
    const text = parts.map(part => part.text ?? '').join('')
    expect(strip(text)).toBe(prose)
    const { detached = '' } = out.at(-1)?.streamseal ?? {}
    expect((await verify(text, { trust, detached })).status).toBe('intact')
    expect(parts[0]).toEqual(thinking)
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
    editor.end()
    expect(editor.failure).toMatchObject({ code: 'STREAM_INCOMPLETE' })
    expect(editor.isDone).toBe(false)
  })

  test('a cut inside an event is an error', () => {
    const editor = new ChatStreamEditor({ seals: [], choices: 1, maxEventBytes: 1_000_000 })
    const bytes = toBytes(textEvents(prose).join(''))
    editor.feed(bytes.slice(0, bytes.length / 2))
    editor.end()
    expect(editor.failure).toMatchObject({ code: 'STREAM_INCOMPLETE' })
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
    const failureOf = (bytes: string): unknown => {
      const editor = new ChatStreamEditor({ seals: [newSeal()], choices: 1, maxEventBytes: 100 })
      expect(editor.feed(bytes)).toBe('')
      return editor.failure
    }
    expect(failureOf('data: <html>\n\n')).toMatchObject({ code: 'PROVIDER_PROTOCOL' })
    expect(failureOf('data: [1]\n\n')).toMatchObject({ message: expect.stringContaining('"[1]"') })
    expect(failureOf(`data: ${'x'.repeat(200)}`)).toMatchObject({ code: 'LIMIT_EXCEEDED' })
    const error = `data: ${JSON.stringify({ error: { message: 'overloaded', code: 'x' } })}\n\n`
    expect(failureOf(error)).toMatchObject({ message: expect.stringContaining('overloaded') })
  })

  const bad = [
    ['an error', 'data: {"error":{"message":"boom"}}\n\n', /boom/],
    ['garbage', 'data: {garbage\n\n', /no JSON object/],
    ['an event that is too long', `data: ${'x'.repeat(5000)}\n\n`, /longer than 4096 bytes/],
    ['nothing more', '', /before the answer was complete/],
  ] as const
  test.each(bad)(
    'a stream that ends in %s gives the same text for any cutting, and its seal covers exactly that',
    async (_what, last, message) => {
      const places = fc.array(fc.nat(), { maxLength: 12 })
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 60 }), places, async (pieceLength, at) => {
          const events = textEvents(prose, pieceLength).slice(0, -3)
          const seal = newSeal()
          const editor = new ChatStreamEditor({ seals: [seal], choices: 1, maxEventBytes: 4096 })
          const text = textOf(chunksOf(await run(editor, cut(toBytes(events.join('') + last), at))))
          expect(editor.failure).toMatchObject({ message: expect.stringMatching(message) })
          expect(strip(text)).toBe(prose)
          const report = await verify(text, { trust, ...(await seal.finish('failed')) })
          expect(report.seals[0]).toMatchObject({ ending: 'failed', content: 'intact' })
        }),
        { numRuns: 20 },
      )
    },
  )

  test('text in the finishing event is given out even where the stream fails behind it', async () => {
    const event = chunkEvent({ delta: { content: 'The end came.' }, finish_reason: 'stop' })
    for (const isSigned of [true, false]) {
      const editor = new ChatStreamEditor({ seals: [newSeal()], choices: 1, maxEventBytes: 4096 })
      let out = editor.feed(toBytes(event))
      if (isSigned) {
        await editor.waiting
        out += editor.feed('data: {"error":{"message":"boom"}}\n\n')
      }
      out += await editor.close('failed')
      expect(strip(textOf(chunksOf(fromBytes(out))))).toBe('The end came.')
    }
  })

  test('what stands behind [DONE] is dropped', async () => {
    const events = textEvents(prose)
    const out = await edit([...events, chunkEvent({ delta: { content: 'After!' } }), 'data: [DONE]\n\n'])
    expect(out).not.toContain('After!')
    expect(out.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(out.match(/\[DONE\]|"streamseal"/g)).toEqual(['"streamseal"', '[DONE]'])
  })

  test('a byte order mark before the first event passes, and that event is sealed like any other', async () => {
    const events = [chunkEvent({ delta: { content: prose }, finish_reason: 'stop' }), 'data: [DONE]\n\n']
    const out = await edit([`\uFEFF${events[0]}`, ...events.slice(1)])
    expect(out.startsWith('\uFEFFdata: ')).toBe(true)
    const chunks = chunksOf(out.slice(1))
    expect(strip(textOf(chunks))).toBe(prose)
    const detached = chunks.at(-1)?.streamseal?.detached
    const report = await verify(textOf(chunks), { trust, ...(detached === undefined ? {} : { detached }) })
    expect(report.status).toBe('intact')
    expect(await edit([`\uFEFF${events[0]}`, ...events.slice(1)], [])).toBe(`\uFEFF${events.join('')}`)
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

describe('log-probabilities', () => {
  const said = prose.trim()
  const tokensOf = (text: string): object[] =>
    (text.match(/ ?[^ ]+/g) ?? []).map(token => ({ token, logprob: -0.5, bytes: null, top_logprobs: [] }))

  test('have a token of probability one for each mark, so that they make up the text, streamed and whole', async () => {
    const events = [
      ...tokensOf(said).map(entry =>
        chunkEvent({
          delta: { content: (entry as { token: string }).token },
          logprobs: { content: [entry], refusal: null },
          finish_reason: null,
        }),
      ),
      chunkEvent({ delta: {}, logprobs: null, finish_reason: 'stop' }),
      'data: [DONE]\n\n',
    ]
    const chunks = chunksOf(await edit(events))
    const streamed = chunks.flatMap(({ choices }) => choices).flatMap(({ logprobs }) => listOf(logprobs))
    const message = { role: 'assistant', content: said }
    const choice = { index: 0, message, logprobs: { content: tokensOf(said) }, finish_reason: 'stop' }
    const whole = JSON.parse(await sealChatCompletion(JSON.stringify({ choices: [choice] }), [newSeal()]))
    for (const [list, text] of [
      [streamed, textOf(chunks)],
      [listOf(whole.choices[0].logprobs), whole.choices[0].message.content],
    ] as const) {
      expect(list.map(({ token }) => token).join('')).toBe(text)
      expect(list.length).toBeGreaterThan(tokensOf(said).length)
      const sum = list.reduce((total, { logprob }) => total + logprob, 0)
      expect(sum).toBe(tokensOf(said).length * -0.5)
      expect(await verify(text, { trust })).toMatchObject({ status: 'intact' })
    }
  })
})

function listOf(logprobs: unknown): { token: string; logprob: number }[] {
  return (Object(logprobs) as { content?: { token: string; logprob: number }[] }).content ?? []
}
