import { strip, type Trust, verify } from '@streamseal/seal'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTestSeals, type TestSeal } from '../../test/test-seals.ts'
import { fromBytes, toBytes } from './byte-string.ts'
import { createEventSplitter, dataOf } from './event-splitter.ts'
import { MessageStreamEditor } from './message-stream-editor.ts'
import { sealMessage } from './seal-message.ts'

let newSeal: () => TestSeal
let trust: Trust
beforeAll(async () => {
  ;({ newSeal, trust } = await createTestSeals())
})

const prose = 'The tide comes in twice a day. Nobody asks it to, and it never stays for long. '
  .repeat(4)
  .trim()

interface Event {
  readonly type: string
  readonly index?: number
  readonly delta?: { readonly text?: string; readonly type?: string }
  readonly streamseal?: { readonly detached?: string }
}

const block = (index: number, content_block: object, deltas: readonly object[]): object[] => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map(delta => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
]
const textBlock = (index: number, text: string): object[] =>
  block(
    index,
    { type: 'text', text: '' },
    (text.match(/[\s\S]{1,9}/g) ?? []).map(piece => ({ type: 'text_delta', text: piece })),
  )
const toolBlock = (index: number, type = 'tool_use'): object[] =>
  block(index, { type, id: 'toolu_1', name: 'look_up', input: {} }, [
    { type: 'input_json_delta', partial_json: '{"a": 1}' },
  ])

function streamOf(blocks: readonly object[], stop_reason = 'end_turn'): string {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm-1', content: [] }
  return [
    { type: 'message_start', message },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ]
    .map(event => `event: ${'type' in event ? event.type : ''}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')
}

async function edit(
  stream: string,
): Promise<{ events: Event[]; bytes: string; editor: MessageStreamEditor }> {
  const editor = new MessageStreamEditor({ seals: [newSeal()], choices: 1, maxEventBytes: 1_000_000 })
  let out = editor.feed(toBytes(stream))
  while (editor.waiting !== undefined) {
    await editor.waiting
    out += editor.feed('')
  }
  const bytes = fromBytes(out)
  const events = createEventSplitter(1_000_000).feed(bytes)
  return { events: events.map(event => JSON.parse(dataOf(event) ?? '{}') as Event), bytes, editor }
}

const textOf = (events: readonly Event[]): string => events.map(({ delta }) => delta?.text ?? '').join('')
/** The blocks' beginnings and ends, as they come: `+0`, `-0`. */
const orderOf = (events: readonly Event[]): string =>
  events
    .filter(({ type }) => type === 'content_block_start' || type === 'content_block_stop')
    .map(({ type, index }) => `${type === 'content_block_start' ? '+' : '-'}${index}`)
    .join(' ')

describe('MessageStreamEditor', () => {
  test('seals all text blocks as one text, whose closing is in the last', async () => {
    const { events, editor } = await edit(streamOf([...textBlock(0, `${prose} `), ...textBlock(1, prose)]))
    expect(strip(textOf(events))).toBe(`${prose} ${prose}`)
    expect(orderOf(events)).toBe('+0 -0 +1 -1')
    expect(await verify(textOf(events), { trust })).toMatchObject({
      status: 'intact',
      seals: [{ ending: 'complete' }],
    })
    expect(editor.isDone).toBe(true)
  })

  test('ends the seal before a tool that the client is to run, so that no block overlaps another', async () => {
    const stream = streamOf([...textBlock(0, prose), ...toolBlock(1), ...toolBlock(2)], 'tool_use')
    const { events, bytes } = await edit(stream)
    expect(orderOf(events)).toBe('+0 -0 +1 -1 +2 -2')
    expect(bytes).toContain('{"type":"input_json_delta","partial_json":"{\\"a\\": 1}"}')
    expect(await verify(textOf(events), { trust })).toMatchObject({ status: 'intact' })
    expect(events.at(-1)?.streamseal).toEqual({ stream_id: expect.any(String) })
  })

  test('goes on with the seal behind a tool that the provider runs, and keeps the closing beside the text where none follows', async () => {
    const search = toolBlock(1, 'server_tool_use')
    const going = await edit(streamOf([...textBlock(0, `${prose} `), ...search, ...textBlock(2, prose)]))
    expect(orderOf(going.events)).toBe('+0 -0 +1 -1 +2 -2')
    expect(await verify(textOf(going.events), { trust })).toMatchObject({ status: 'intact' })
    const ending = await edit(streamOf([...textBlock(0, prose), ...search], 'pause_turn'))
    expect(orderOf(ending.events)).toBe('+0 -0 +1 -1')
    const { detached = '' } = ending.events.at(-1)?.streamseal ?? {}
    expect(await verify(textOf(ending.events), { trust, detached })).toMatchObject({ status: 'intact' })
  })

  test('says how the model stopped', async () => {
    for (const [reason, ending] of [
      ['max_tokens', 'length-limited'],
      ['model_context_window_exceeded', 'length-limited'],
      ['refusal', 'aborted'],
      ['stop_sequence', 'complete'],
    ] as const) {
      const { events } = await edit(streamOf(textBlock(0, prose), reason))
      expect(await verify(textOf(events), { trust })).toMatchObject({ seals: [{ ending }] })
    }
  })

  test('passes thinking, citations, pings and unknown events byte for byte', async () => {
    const others = [
      ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
        { type: 'thinking_delta', thinking: prose },
        { type: 'signature_delta', signature: 'c2ln' },
      ]),
      { type: 'ping' },
      { type: 'soon', deep: { unknown: [1.5e-9, null] } },
    ]
    const cited = block(1, { type: 'text', text: '' }, [
      { type: 'text_delta', text: 'Short.' },
      {
        type: 'citations_delta',
        citation: { type: 'char_location', start_char_index: 3, end_char_index: 9 },
      },
    ])
    const stream = streamOf([...others, ...cited])
    const { bytes } = await edit(stream)
    const given = stream.split('\n\n')
    const kept = given.filter(event => event !== '' && bytes.includes(`${event}\n\n`))
    // All but the last event, which has the seal's field.
    expect(kept).toHaveLength(given.length - 2)
  })

  test('passes a stream without a seal as it came', () => {
    const stream = streamOf([...textBlock(0, prose), ...toolBlock(1)])
    const editor = new MessageStreamEditor({ seals: [], choices: 1, maxEventBytes: 1_000_000 })
    expect(fromBytes(editor.feed(toBytes(stream)))).toBe(stream)
    expect(editor.isDone).toBe(true)
  })

  test('tells an overlong event and an early end as failures', () => {
    const seals = [newSeal()]
    const small = new MessageStreamEditor({ seals, choices: 1, maxEventBytes: 20 })
    small.feed(toBytes(streamOf(textBlock(0, prose))))
    expect(small.failure).toMatchObject({ code: 'LIMIT_EXCEEDED' })
    const cut = new MessageStreamEditor({ seals, choices: 1, maxEventBytes: 1_000_000 })
    cut.feed(toBytes(streamOf(textBlock(0, prose)).slice(0, 500)))
    cut.end()
    expect(cut.failure).toMatchObject({ code: 'STREAM_INCOMPLETE' })
    expect(cut.errorEvents(cut.failure)).toMatch(
      /^event: error\ndata: \{"type":"error","error":\{"type":"api_error"/,
    )
  })
})

describe('sealMessage()', () => {
  test('seals the text blocks of a whole message, and nothing else of it', async () => {
    const tool = { type: 'tool_use', id: 't', name: 'look_up', input: { a: prose } }
    const texts = [`${prose} `, prose].map(text => ({ type: 'text', text }))
    const message = { type: 'message', model: 'm-1', content: [...texts, tool], stop_reason: 'tool_use' }
    const sealed = JSON.parse(await sealMessage(JSON.stringify(message), [newSeal()])) as {
      content: { text?: string }[]
    }
    const text = sealed.content.map(part => part.text ?? '').join('')
    expect(strip(text)).toBe(`${prose} ${prose}`)
    expect(sealed.content[2]).toEqual(tool)
    expect(await verify(text, { trust })).toMatchObject({ status: 'intact' })
  })

  test('refuses what is no message', async () => {
    await expect(sealMessage('{"choices":[]}', [newSeal()])).rejects.toMatchObject({
      code: 'PROVIDER_PROTOCOL',
    })
  })
})
