import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import { toBytes } from './byte-string.ts'
import { ChatStreamEditor } from './chat-stream-editor.ts'
import { repeatedEvent } from './repeated-event.ts'

const content = ['choices', 0, 'delta', 'content'] as const

const event = (text: string, more = ''): string =>
  toBytes(
    `data: {"id":"é","choices":[{"index":0,"delta":{"content":${JSON.stringify(text)}},"x":1.0}]${more}}\n\n`,
  )

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('\\', '"', '\u2028é犬😀\t'),
)

describe('RepeatedEvent', () => {
  test('finds the text of any event that differs in nothing else, wherever it stands', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (learned, before, text) => {
        const likeness = repeatedEvent(event(learned), content)
        const bytes = event(before) + event(text)
        const from = event(before).length
        // A lone surrogate is written as U+FFFD.
        if (Buffer.from(text).toString() !== text) return
        expect(likeness?.match(bytes, from)).toBe(true)
        expect(likeness?.textOf(bytes)).toBe(text)
        expect(likeness?.withText(bytes, from, text)).toBe(event(text))
        expect(likeness?.end).toBe(bytes.length)
      }),
    )
  })

  test.each([
    ['another member', event('a').replace('1.0', '1.1')],
    ['one more member', event('a', ',"usage":{}')],
    ['a text that does not end', event('a').slice(0, -20)],
    ['half of its blank line', event('a').slice(0, -1)],
    ['a control character in the text', event('a\n').replace('\\n', '\n')],
    ['an escape that JSON does not have', event('a\n').replace('\\n', '\\x')],
    ['an escape that is cut', event('a\n').replace('\\n', '\\u12')],
    ['no text', event('a').replace('"a"', 'null')],
    ['another object behind the text', event('a').replace('"a"', '"a","content":"b"')],
  ])('does not take an event with %s', (_what, other) => {
    expect(repeatedEvent(event('b'), content)?.match(other, 0)).toBe(false)
  })

  test('takes padding of any length for a difference of no meaning', () => {
    const padded = (text: string, padding: string): string => event(text, `,"obfuscation":"${padding}","z":0`)
    const likeness = repeatedEvent(padded('a', 'xyz'), content)
    const other = padded('\\', '"é'.slice(1))
    expect(likeness?.match(other, 0)).toBe(true)
    expect(likeness?.textOf(other)).toBe('\\')
    expect(likeness?.withText(other, 0, 'b')).toBe(padded('b', 'é'))
    expect(likeness?.match(other.replace('"z":0', '"z":1'), 0)).toBe(false)
  })

  test.each([
    ['several lines of data', 'data: {"choices":\ndata: [{"delta":{"content":"a"}}]}\n\n'],
    ['a carriage return', 'data: {"choices":[{"delta":\r{"content":"a"}}]}\n\n'],
    ['another field', 'id: 1\ndata: {"choices":[{"delta":{"content":"a"}}]}\n\n'],
  ])('learns nothing from an event with %s', (_what, odd) => {
    expect(repeatedEvent(odd, content)).toBeUndefined()
  })
})

/** A seal whose marks stand at the same places of the text for any cutting of it. */
function evenSeal(): AnswerSeal & { text: string } {
  return {
    streamId: '00',
    text: '',
    named: () => undefined,
    feed(piece) {
      const from = this.text.length
      this.text += piece
      return [...piece].map((each, at) => ((from + at) % 7 === 6 ? `${each}\u{e0101}` : each)).join('')
    },
    finish: async () => ({ text: '' }),
  }
}

const delta = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 6 }).map(text => ({ content: text })) },
  fc.string({ maxLength: 6 }).map(text => ({ reasoning_content: text })),
  fc.string({ maxLength: 6 }).map(text => ({ tool_calls: [{ index: 0, function: { arguments: text } }] })),
  fc.constantFrom({ role: 'assistant' }, { content: null }, { content: 'é"\\' }, {}),
)
const chunk = fc
  .tuple(
    delta,
    fc.constantFrom(undefined, undefined, undefined, { total: 1 }),
    fc.constantFrom('a', 'a', 'b'),
  )
  .map(([each, usage, id]) => ({ id, choices: [{ index: 0, delta: each }], usage }))

test('a stream whose events are recognised gives the bytes of one whose events are all read', () => {
  fc.assert(
    fc.property(
      fc.array(chunk, { maxLength: 40 }),
      fc.nat({ max: 60 }),
      fc.boolean(),
      (chunks, at, isSealed) => {
        const events = chunks.map(each => toBytes(`data: ${JSON.stringify(each)}\n\n`))
        const run = (slices: readonly string[]): [string, number, string?] => {
          const seal = evenSeal()
          const seals = isSealed ? [seal] : []
          const editor = new ChatStreamEditor({ seals, choices: 1, maxEventBytes: 10_000 })
          return [slices.map(slice => editor.feed(slice)).join(''), editor.events, seal.text]
        }
        const whole = run([events.join('')])
        // Cut inside its events a stream repeats nothing: each event is put together, and read.
        const [first = '', ...others] = events
        const cut = 1 + (at % 5)
        const inside = others.map(
          (each, i) => ((i === 0 ? first : others[i - 1]) ?? '').slice(-cut) + each.slice(0, -cut),
        )
        const read = run([first.slice(0, -cut), ...inside, events.at(-1)?.slice(-cut) ?? ''])
        expect(whole).toEqual(run(events))
        expect(whole).toEqual(read)
      },
    ),
  )
})

test('no event that was recognised is parsed', () => {
  const seal = evenSeal()
  const editor = new ChatStreamEditor({ seals: [seal], choices: 1, maxEventBytes: 10_000 })
  editor.feed(event('a').repeat(3))
  const parse = JSON.parse
  JSON.parse = () => {
    throw new Error('parsed')
  }
  try {
    expect(editor.feed(event('b') + event('c'))).toBe(event('b') + event('c'))
  } finally {
    JSON.parse = parse
  }
  expect([editor.failure, editor.events, seal.text]).toEqual([undefined, 5, 'aaabc'])
})
