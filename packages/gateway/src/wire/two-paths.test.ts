/**
 * The fast path, which edits a provider's own events, against the parts path, which reads them and writes them anew: whatever a
 * provider of a dialect streams, and wherever its stream is cut, a client of that dialect gets the same from both.
 */
import { type Report, strip, type Trust, verify } from '@streamseal/seal'
import { generate, type Model, type Run, type SealPart } from '@streamseal/stream'
import { anthropic } from '@streamseal/stream/anthropic'
import { toAnthropicEvents } from '@streamseal/stream/anthropic-wire'
import { openai } from '@streamseal/stream/openai'
import { toOpenAIChunks, toResponseEvents } from '@streamseal/stream/openai-wire'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { createTestSeals, testSegmentChars } from '../../test/test-seals.ts'
import { fromBytes, toBytes } from './byte-string.ts'
import { createEventSplitter, dataOf } from './event-splitter.ts'
import { chatDialect, messagesDialect, type RelayDialect, responsesDialect } from './relay-dialect.ts'
import { tryParse } from './try-parse.ts'

let seals: Awaited<ReturnType<typeof createTestSeals>>
let trust: Trust
beforeAll(async () => {
  seals = await createTestSeals()
  trust = seals.trust
})

/** What a model says, in whatever dialect. */
interface Said {
  readonly blocks: readonly Block[]
  readonly stop: 'end' | 'limit'
  /** An error instead of the end. */
  readonly fails: boolean
  /** Where the bytes end: a share of them. */
  readonly cut: number | undefined
}

type Block =
  | { readonly kind: 'text' | 'thinking'; readonly pieces: readonly string[] }
  | { readonly kind: 'tool'; readonly pieces: readonly string[] }

type Fields = Record<string, unknown>

/** What a client of a dialect has gathered. */
interface Gathered {
  readonly texts: string[]
  readonly inputs: string[]
  ending: 'whole' | 'error' | 'cut'
  streamseal?: { detached?: string; choices?: { index: number; detached?: string }[] }
}

/** How a dialect is streamed by a provider, read by a client, and written from parts. */
interface Dialect {
  readonly name: string
  readonly row: RelayDialect
  readonly choices: number
  bytesOf(said: Said): string
  model(fetch: typeof globalThis.fetch): Model
  write(run: Run): AsyncIterable<object>
  gather(into: Gathered, event: Fields): void
}

const named = (events: readonly Fields[]): string =>
  events.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')

const usage = { input_tokens: 3, output_tokens: 9 }

const messages: Dialect = {
  name: 'messages',
  row: messagesDialect,
  choices: 1,
  bytesOf({ blocks, stop, fails }) {
    const openings = {
      text: () => ({ type: 'text', text: '' }),
      thinking: () => ({ type: 'thinking', thinking: '', signature: '' }),
      tool: (index: number) => ({ type: 'tool_use', id: `toolu_${index}`, name: 'look_up', input: {} }),
    }
    const deltas = {
      text: (text: string) => ({ type: 'text_delta', text }),
      thinking: (thinking: string) => ({ type: 'thinking_delta', thinking }),
      tool: (partial_json: string) => ({ type: 'input_json_delta', partial_json }),
    }
    const hasCall = blocks.some(({ kind }) => kind === 'tool')
    const reason = stop === 'limit' ? 'max_tokens' : hasCall ? 'tool_use' : 'end_turn'
    return named([
      {
        type: 'message_start',
        message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm-1', content: [], usage },
      },
      ...blocks.flatMap(({ kind, pieces }, index) => [
        { type: 'content_block_start', index, content_block: openings[kind](index) },
        ...pieces.map(piece => ({ type: 'content_block_delta', index, delta: deltas[kind](piece) })),
        { type: 'content_block_stop', index },
      ]),
      ...(fails
        ? [{ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }]
        : [
            { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage },
            { type: 'message_stop' },
          ]),
    ])
  },
  model: fetch => anthropic('m', { apiKey: 'k', baseUrl: 'http://provider.test', fetch }),
  write: run => toAnthropicEvents(run),
  gather(into, { type, delta, streamseal }) {
    const { text, partial_json } = Object(delta) as Fields
    if (typeof text === 'string') append(into.texts, 0, text)
    if (typeof partial_json === 'string') append(into.inputs, 0, partial_json)
    if (streamseal !== undefined) into.streamseal = Object(streamseal)
    if (type === 'message_stop') into.ending = 'whole'
    if (type === 'error') into.ending = 'error'
  },
}

const responses: Dialect = {
  name: 'responses',
  row: responsesDialect('code-point'),
  choices: 1,
  bytesOf({ blocks, stop, fails }) {
    const head = { id: 'resp_1', object: 'response', created_at: 1, model: 'm-1', error: null }
    const items = blocks.map(itemOf)
    const done =
      stop === 'limit'
        ? { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
        : { status: 'completed', incomplete_details: null }
    const events = [
      { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } },
      ...blocks.flatMap((block, index) => itemEvents(block, index)),
      fails
        ? { type: 'error', code: 'server_error', message: 'busy', param: null }
        : { type: `response.${done.status}`, response: { ...head, ...done, output: items, usage } },
    ]
    return named(events.map((event, sequence_number) => ({ ...event, sequence_number })))
  },
  model: fetch => openai('m', { api: 'responses', apiKey: 'k', baseUrl: 'http://provider.test/v1', fetch }),
  write: run => toResponseEvents(run),
  gather(into, { type, delta, text, streamseal, response }) {
    if (type === 'response.output_text.delta') append(into.texts, 0, String(delta))
    if (type === 'response.function_call_arguments.delta') append(into.inputs, 0, String(delta))
    // What repeats a text is what came of it.
    if (type === 'response.output_text.done') expect(into.texts[0]?.endsWith(String(text))).toBe(true)
    if (streamseal !== undefined) into.streamseal = Object(streamseal)
    if (type === 'response.completed' || type === 'response.incomplete') {
      into.ending = 'whole'
      expect(outputText(response)).toBe(into.texts.join(''))
    }
    if (type === 'error' || type === 'response.failed') into.ending = 'error'
  },
}

function itemOf({ kind, pieces }: Block, index: number): Fields {
  const text = pieces.join('')
  if (kind === 'text') {
    const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }]
    return { id: `msg_${index}`, type: 'message', status: 'completed', role: 'assistant', content }
  }
  if (kind === 'thinking')
    return { id: `rs_${index}`, type: 'reasoning', summary: [{ type: 'summary_text', text }] }
  return {
    id: `fc_${index}`,
    type: 'function_call',
    call_id: `call_${index}`,
    name: 'look_up',
    arguments: text,
  }
}

function itemEvents(block: Block, index: number): Fields[] {
  const item = itemOf(block, index)
  const text = block.pieces.join('')
  const at = { item_id: item.id, output_index: index }
  const empty = itemOf({ ...block, pieces: [] }, index)
  const added = {
    type: 'response.output_item.added',
    output_index: index,
    item: { ...empty, content: [], summary: [] },
  }
  const done = { type: 'response.output_item.done', output_index: index, item }
  if (block.kind === 'tool') {
    const deltas = block.pieces.map(delta => ({
      type: 'response.function_call_arguments.delta',
      ...at,
      delta,
    }))
    return [added, ...deltas, { type: 'response.function_call_arguments.done', ...at, arguments: text }, done]
  }
  if (block.kind === 'thinking') {
    const place = { ...at, summary_index: 0 }
    return [
      added,
      ...block.pieces.map(delta => ({ type: 'response.reasoning_summary_text.delta', ...place, delta })),
      done,
    ]
  }
  const place = { ...at, content_index: 0 }
  const part = { type: 'output_text', text, annotations: [], logprobs: [] }
  return [
    added,
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    ...block.pieces.map(delta => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
    done,
  ]
}

function outputText(response: unknown): string {
  const { output } = response as { output: { content?: { text?: string }[] }[] }
  return output.flatMap(item => (item.content ?? []).map(part => part.text ?? '')).join('')
}

/** Several choices speak in turns; thinking and calls are the first one's. */
const chat = (choices: number): Dialect => ({
  name: `chat completions with ${choices} ${choices === 1 ? 'choice' : 'choices'}`,
  row: chatDialect,
  choices,
  bytesOf({ blocks, stop, fails }) {
    const chunk = (index: number, delta: object, finish_reason: string | null = null): Fields => ({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm-1',
      choices: [{ index, delta, finish_reason }],
    })
    const reason =
      stop === 'limit' ? 'length' : blocks.some(({ kind }) => kind === 'tool') ? 'tool_calls' : 'stop'
    const all = Array.from({ length: choices }, (_, index) => index)
    const events = blocks.flatMap(({ kind, pieces }, number) =>
      pieces.flatMap((piece, at) =>
        kind === 'text'
          ? all.map(index => chunk(index, { content: piece }))
          : [
              chunk(
                0,
                kind === 'thinking' ? { reasoning_content: piece } : callDelta(number, piece, at === 0),
              ),
            ],
      ),
    )
    const end = fails
      ? [{ error: { message: 'busy', type: 'server_error', code: 'overloaded' } }]
      : all.map(index => chunk(index, {}, reason))
    const lines = [...events, ...end].map(event => `data: ${JSON.stringify(event)}\n\n`)
    return `${lines.join('')}${fails ? '' : 'data: [DONE]\n\n'}`
  },
  model: fetch => openai('m', { apiKey: 'k', baseUrl: 'http://provider.test/v1', fetch }),
  write: run => toOpenAIChunks(run, { model: 'm' }),
  gather(into, { choices: said, error, streamseal }) {
    if (Array.isArray(said)) for (const choice of said) gatherChoice(into, choice)
    if (streamseal !== undefined) into.streamseal = Object(streamseal)
    if (error !== undefined) into.ending = 'error'
  },
})

function callDelta(index: number, piece: string, isFirst: boolean): object {
  const head = isFirst ? { id: `call_${index}`, type: 'function' } : {}
  const name = isFirst ? { name: 'look_up' } : {}
  return { tool_calls: [{ index, ...head, function: { ...name, arguments: piece } }] }
}

interface ChatChoice {
  readonly index: number
  readonly delta?: {
    readonly content?: unknown
    readonly tool_calls?: { function?: { arguments?: string } }[]
  }
  readonly finish_reason?: unknown
}

function gatherChoice(into: Gathered, { index, delta, finish_reason }: ChatChoice): void {
  if (typeof delta?.content === 'string') append(into.texts, index, delta.content)
  for (const call of delta?.tool_calls ?? []) append(into.inputs, 0, call.function?.arguments ?? '')
  if (typeof finish_reason === 'string') into.ending = 'whole'
}

function append(texts: string[], at: number, text: string): void {
  for (let i = texts.length; i <= at; i++) texts.push('')
  texts[at] = (texts[at] ?? '') + text
}

/** The provider's bytes, as far as they come. */
function sentOf(dialect: Dialect, said: Said): string {
  const bytes = toBytes(dialect.bytesOf(said))
  return said.cut === undefined ? bytes : bytes.slice(0, Math.floor(said.cut * bytes.length))
}

const newGathered = (): Gathered => ({ texts: [], inputs: [], ending: 'cut' })

async function fastPath(dialect: Dialect, bytes: string, sliceLength: number): Promise<Gathered> {
  const { choices } = dialect
  const own = Array.from({ length: choices }, () => seals.newSeal())
  const editor = dialect.row.edit({ seals: own, choices, maxEventBytes: 1_000_000 })
  let out = ''
  const settle = async (): Promise<void> => {
    for (; editor.waiting !== undefined; out += editor.feed('')) await editor.waiting
  }
  for (let at = 0; at < bytes.length; at += sliceLength) {
    out += editor.feed(bytes.slice(at, at + sliceLength))
    await settle()
  }
  out += editor.end()
  await settle()
  if (editor.failure !== undefined) out += await editor.close('failed')
  if (editor.failure !== undefined) out += toBytes(editor.errorEvents(editor.failure))
  const gathered = newGathered()
  for (const event of createEventSplitter(10_000_000).feed(out)) {
    const value = tryParse(fromBytes(dataOf(event) ?? ''))
    if (value !== undefined) dialect.gather(gathered, Object(value))
  }
  return gathered
}

async function partsPath(dialect: Dialect, bytes: string): Promise<Gathered> {
  const headers = { 'content-type': 'text/event-stream' }
  const answer = async (): Promise<Response> => new Response(Buffer.from(bytes, 'latin1'), { headers })
  const { choices } = dialect
  const run = generate(dialect.model(answer), {
    prompt: 'x',
    retry: false,
    ...(choices === 1 ? {} : { choices }),
    seal: { signer: seals.signer, claims: { model: 'm' }, segmentChars: testSegmentChars },
  })
  const kept: SealPart[] = []
  const watch = (async () => {
    for await (const part of run.parts) if (part.type === 'seal') kept.push(part)
  })().catch(() => undefined)
  const gathered = newGathered()
  try {
    for await (const event of dialect.write(run)) dialect.gather(gathered, event as Fields)
  } catch {
    gathered.ending = 'error'
  }
  await watch
  // Where no event has room for it, the gateway keeps what stands beside the text.
  const all = kept.map(({ detached, choice = 0 }) => ({ index: choice, ...(detached && { detached }) }))
  gathered.streamseal = { ...all.find(({ index }) => index === 0), choices: all }
  return gathered
}

interface Verdict {
  readonly text: string
  readonly status: Report['status']
  readonly endings: unknown[]
}

/** What a reader finds out about a choice's text. */
async function verdictOf({ texts, streamseal }: Gathered, choice: number): Promise<Verdict> {
  const text = texts[choice] ?? ''
  const beside = choice === 0 ? streamseal?.detached : undefined
  const detached = streamseal?.choices?.find(({ index }) => index === choice)?.detached ?? beside
  const report = await verify(text, { trust, ...(detached === undefined ? {} : { detached }) })
  return { text: strip(text), status: report.status, endings: report.seals.map(({ ending }) => ending) }
}

const words = [
  'The cat sat on the mat. ',
  'Später kam der Hund',
  '犬が来た。',
  '\n\n',
  '```\nlet a = 1\n```\n',
  '- one\n',
]
const text = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...words) },
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    ),
    {
      minLength: 1,
      maxLength: 14,
    },
  )
  .map(parts => parts.join(''))

/** Cut anywhere, within a character too. */
const inPieces = (whole: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc
    .tuple(whole, fc.integer({ min: 1, max: 17 }))
    .map(([given, length]) => given.match(new RegExp(`[\\s\\S]{1,${length}}`, 'g')) ?? [])
    .filter(pieces => pieces.length > 0)

const block: fc.Arbitrary<Block> = fc.oneof(
  { weight: 3, arbitrary: inPieces(text).map(pieces => ({ kind: 'text' as const, pieces })) },
  inPieces(text).map(pieces => ({ kind: 'thinking' as const, pieces })),
)
const call: fc.Arbitrary<Block> = inPieces(fc.json({ maxDepth: 1 }).map(json => `{"a":${json}}`)).map(
  pieces => ({
    kind: 'tool' as const,
    pieces,
  }),
)

const said: fc.Arbitrary<Said> = fc
  .tuple(
    fc.array(block, { minLength: 1, maxLength: 4 }),
    fc.array(call, { maxLength: 2 }),
    fc.record({
      stop: fc.constantFrom('end' as const, 'limit' as const),
      fails: fc.boolean(),
      cut: fc.option(fc.double({ min: 0.05, max: 1, noNaN: true }), { nil: undefined }),
    }),
  )
  .map(([blocks, calls, end]) => ({ blocks: [...blocks, ...calls], ...end }))

test.each([messages, responses, chat(1), chat(3)])(
  'both paths give a client of $name the same texts, calls, seals and ending, whatever is streamed and wherever it is cut',
  async dialect => {
    await fc.assert(
      fc.asyncProperty(said, fc.integer({ min: 1, max: 400 }), async (answer, sliceLength) => {
        // A choice that never said anything is not missed by who reads parts.
        fc.pre(dialect.choices === 1 || answer.blocks.some(({ kind }) => kind === 'text'))
        const bytes = sentOf(dialect, answer)
        const fast = await fastPath(dialect, bytes, sliceLength)
        const parts = await partsPath(dialect, bytes)
        expect(fast.inputs.join('')).toBe(parts.inputs.join(''))
        expect(fast.ending).toBe(parts.ending)
        const hasCall = answer.blocks.some(({ kind }) => kind === 'tool')
        for (let choice = 0; choice < dialect.choices; choice++) {
          const [ours, theirs] = await Promise.all([verdictOf(fast, choice), verdictOf(parts, choice)])
          if (ours.text === '') continue
          // Before a call the fast path has ended the seal, whatever comes of the call.
          expect(hasCall ? { ...ours, endings: [] } : ours).toEqual(
            hasCall ? { ...theirs, endings: [] } : theirs,
          )
        }
      }),
      { numRuns: 40 },
    )
  },
)
