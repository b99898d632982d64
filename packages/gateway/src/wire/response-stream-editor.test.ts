import { strip, type Trust, verify } from '@streamseal/seal'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTestSeals, type TestSeal } from '../../test/test-seals.ts'
import { fromBytes, toBytes } from './byte-string.ts'
import { createEventSplitter, dataOf } from './event-splitter.ts'
import type { PositionUnit } from './marked-text.ts'
import { ResponseStreamEditor } from './response-stream-editor.ts'
import { sealResponse } from './seal-response.ts'

let newSeal: () => TestSeal
let trust: Trust
beforeAll(async () => {
  ;({ newSeal, trust } = await createTestSeals())
})

const prose = 'The tide 🌊 comes in twice a day. Nobody asks it to, and it never stays for long. '
  .repeat(4)
  .trim()
const cited = 'never stays for long'

interface Annotation {
  readonly start_index: number
  readonly end_index: number
}

interface Entry {
  readonly token: string
  readonly logprob: number
  readonly bytes?: readonly number[]
}

interface Part {
  readonly text: string
  readonly annotations: readonly Annotation[]
  readonly logprobs: readonly Entry[]
}

interface Event {
  readonly type: string
  readonly sequence_number: number
  readonly delta?: string
  readonly text?: string
  readonly logprobs?: readonly Entry[]
  readonly part?: Part
  readonly item?: { readonly content: readonly Part[] }
  readonly annotation?: Annotation
  readonly response?: { readonly output: readonly { readonly content?: readonly Part[] }[] }
  readonly streamseal?: { readonly stream_id: string; readonly detached?: string }
}

/** Tokens as a model has them: some begin with a space, some reach over a sentence's end. */
const tokensOf = (text: string): Entry[] =>
  (text.match(/🌊|\. N| ?[a-zA-Z]+|[^a-zA-Z]/gu) ?? []).map(token => ({
    token,
    logprob: -0.25,
    bytes: [...Buffer.from(token)],
  }))

/** Where OpenAI says that `words` stand the last time, in code points. */
function placeOf(text: string, words: string): Annotation {
  const start = [...text.slice(0, text.lastIndexOf(words))].length
  return { start_index: start, end_index: start + words.length }
}

const annotation = {
  type: 'url_citation',
  url: 'https://tide.test',
  title: 'Tides',
  ...placeOf(prose, cited),
}
const part = { type: 'output_text', text: prose, annotations: [annotation], logprobs: tokensOf(prose) }
const item = { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content: [part] }
const response = { id: 'resp_1', object: 'response', model: 'm-1', status: 'completed', output: [item] }
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 }

/** What OpenAI streams for one cited text; `behind` comes behind its message. */
function streamOf(behind: readonly object[] = []): string {
  const events: object[] = [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
    {
      type: 'response.content_part.added',
      ...at,
      part: { ...part, text: '', annotations: [], logprobs: [] },
    },
    ...tokensOf(prose).map(entry => ({
      type: 'response.output_text.delta',
      ...at,
      delta: entry.token,
      logprobs: [entry],
    })),
    { type: 'response.output_text.annotation.added', ...at, annotation_index: 0, annotation },
    { type: 'response.output_text.done', ...at, text: prose, logprobs: part.logprobs },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index: 0, item },
    ...behind,
    { type: 'response.completed', response },
  ]
  return events
    .map((event, sequence_number) => ({ ...event, sequence_number }))
    .map(event => `event: x\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')
}

async function edit(stream: string, unit?: PositionUnit): Promise<{ events: Event[]; seal: TestSeal }> {
  const seal = newSeal()
  const editor = new ResponseStreamEditor({ seals: [seal], choices: 1, maxEventBytes: 1_000_000 }, unit)
  let out = editor.feed(toBytes(stream))
  while (editor.waiting !== undefined) {
    await editor.waiting
    out += editor.feed('')
  }
  expect(editor.failure).toBeUndefined()
  const events = createEventSplitter(1_000_000).feed(fromBytes(out))
  return { events: events.map(event => JSON.parse(dataOf(event) ?? '') as Event), seal }
}

const joined = (events: readonly Event[]): string => events.map(({ delta }) => delta ?? '').join('')

describe('ResponseStreamEditor', () => {
  test('makes what repeats the text equal to what came of it, closing included, and the text verifies', async () => {
    const { events } = await edit(streamOf())
    const text = joined(events)
    expect(strip(text)).toBe(prose)
    expect(text.length).toBeGreaterThan(prose.length + 500)
    const find = (type: string): Event | undefined => events.find(event => event.type === type)
    expect(find('response.output_text.done')?.text).toBe(text)
    expect(find('response.content_part.done')?.part?.text).toBe(text)
    expect(find('response.output_item.done')?.item?.content[0]?.text).toBe(text)
    expect(find('response.completed')?.response?.output[0]?.content?.[0]?.text).toBe(text)
    expect(await verify(text, { trust })).toMatchObject({ status: 'intact', seals: [{ ending: 'complete' }] })
  })

  test('counts the sequence numbers on behind the event that it puts in', async () => {
    const { events } = await edit(streamOf())
    expect(events.map(event => event.sequence_number)).toEqual(events.map((_, index) => index))
  })

  test('moves citations to where the cited words are, in code points, or in UTF-16 units for a client of JavaScript', async () => {
    const inPoints = await edit(streamOf())
    const inUnits = await edit(streamOf(), 'utf16')
    // The model's text has four waves before the words, which JavaScript counts twice each, with and without us.
    const waves = 4
    for (const { events, slice } of [
      {
        ...inPoints,
        slice: (text: string, a: Annotation) => [...text].slice(a.start_index, a.end_index).join(''),
      },
      {
        ...inUnits,
        slice: (text: string, a: Annotation) => text.slice(a.start_index + waves, a.end_index + waves),
      },
    ]) {
      const text = joined(events)
      const said = [
        events.find(({ type }) => type === 'response.output_text.annotation.added')?.annotation,
        ...events
          .flatMap(event => [event.part, event.item?.content[0], event.response?.output[0]?.content?.[0]])
          .flatMap(found => found?.annotations ?? []),
      ].filter(found => found !== undefined)
      expect(said).toHaveLength(4)
      for (const found of said) expect(strip(slice(text, found))).toBe(cited)
    }
  })

  test('gives each mark a token of probability one, so that the tokens make up the text and their sum is what it was', async () => {
    const { events } = await edit(streamOf())
    const text = joined(events)
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta')
    for (const { delta, logprobs } of deltas) expect(logprobs?.map(({ token }) => token).join('')).toBe(delta)
    const last = events.at(-1)?.response?.output[0]?.content?.[0]
    const done = events.find(({ type }) => type === 'response.output_text.done')
    for (const list of [
      last?.logprobs ?? [],
      done?.logprobs ?? [],
      deltas.flatMap(({ logprobs }) => logprobs ?? []),
    ]) {
      expect(list.map(({ token }) => token).join('')).toBe(text)
      const sum = list.reduce((total, { logprob }) => total + logprob, 0)
      expect(sum).toBeCloseTo(tokensOf(prose).length * -0.25)
      for (const { token, bytes } of list) expect(Buffer.from(bytes ?? []).toString()).toBe(token)
    }
  })

  test('closes the seal before a call that the client is to answer, and keeps the items in order', async () => {
    const call = { id: 'fc_1', type: 'function_call', call_id: 'c', name: 'look_up', arguments: '{"a":1}' }
    const behind = [
      { type: 'response.output_item.added', output_index: 1, item: { ...call, arguments: '' } },
      { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: '{"a":1}' },
      { type: 'response.output_item.done', output_index: 1, item: call },
    ]
    const { events } = await edit(streamOf(behind))
    const types = events.map(({ type }) => type)
    expect(types.indexOf('response.output_item.done')).toBeLessThan(
      types.lastIndexOf('response.output_item.added'),
    )
    expect(JSON.stringify(events)).toContain(JSON.stringify(call))
    const text = events
      .filter(({ type }) => type === 'response.output_text.delta')
      .map(({ delta }) => delta)
      .join('')
    expect(await verify(text, { trust })).toMatchObject({ status: 'intact' })
  })

  test('keeps the closing beside the text where a tool of the provider comes last', async () => {
    const search = { id: 'ws_1', type: 'web_search_call', status: 'completed' }
    const behind = [
      { type: 'response.output_item.added', output_index: 1, item: search },
      { type: 'response.output_item.done', output_index: 1, item: search },
    ]
    const { events } = await edit(streamOf(behind))
    const { streamseal } = events.at(-1) ?? {}
    const detached = streamseal?.detached ?? ''
    expect(await verify(joined(events), { trust, detached })).toMatchObject({ status: 'intact' })
  })

  test('seals a text that is only said whole, in whichever event', async () => {
    const all = streamOf().split('\n\n')
    const without = (pattern: RegExp): string =>
      `${all.filter(event => event !== '' && !pattern.test(event)).join('\n\n')}\n\n`
    for (const silence of [
      /output_text\.delta|annotation\.added/,
      /output_text\.|content_part\./,
      /output_text\.|content_part\.|output_item\./,
    ]) {
      const { events } = await edit(without(silence))
      const text = events.at(-1)?.response?.output[0]?.content?.[0]?.text ?? ''
      expect(strip(text)).toBe(prose)
      expect(await verify(text, { trust })).toMatchObject({ status: 'intact' })
    }
  })

  test('passes a stream without a seal as it came', async () => {
    const stream = streamOf()
    const editor = new ResponseStreamEditor({ seals: [], choices: 1, maxEventBytes: 1_000_000 })
    expect(fromBytes(editor.feed(toBytes(stream)))).toBe(stream)
    expect(editor.isDone).toBe(true)
  })
})

describe('sealResponse()', () => {
  test('seals a whole response with its citations and log-probabilities', async () => {
    const sealed = JSON.parse(
      await sealResponse(JSON.stringify(response), [newSeal()]),
    ) as Required<Event>['response']
    const [found] = sealed.output[0]?.content ?? []
    const text = found?.text ?? ''
    const [place] = found?.annotations ?? []
    expect(await verify(text, { trust })).toMatchObject({ status: 'intact' })
    expect(strip([...text].slice(place?.start_index, place?.end_index).join(''))).toBe(cited)
    expect(found?.logprobs.map(({ token }) => token).join('')).toBe(text)
    expect(sealed).toHaveProperty('streamseal.stream_id')
  })

  test('refuses what is no response', async () => {
    await expect(sealResponse('{"choices":[]}', [newSeal()])).rejects.toMatchObject({
      code: 'PROVIDER_PROTOCOL',
    })
  })
})
