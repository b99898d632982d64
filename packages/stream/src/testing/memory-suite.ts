/** The tests that every memory of chats passes: ours, and a stranger's by the same call. */
import assert from 'node:assert/strict'
import type { ChatMessage, Memory } from '../declare/memory.ts'
import type { TestFunction } from './model-suite.ts'

/** How the suite runs. */
export interface MemorySuiteOptions {
  /** The runner's `test`. */
  test: TestFunction
}

const message = (content: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  role: 'user',
  content,
  turnId: `turn-${content}`,
  at: '2026-11-21T08:00:00.000Z',
  ...more,
})

const contentsOf = (messages: readonly ChatMessage[]): unknown[] => messages.map(({ content }) => content)

/** What each test is given: a memory, and a second one over the same store, as another process has it. */
type MemoryTest = (memory: Memory, other: Memory) => Promise<void>

const hostile = [
  'line\nline\r\n\u2028\u2029',
  '"quotes" \\ and \u0000 and \u{1F600} and e\u0301',
  '\ufe0f\u{e0100}\u200d',
  '',
]

const tests: Record<string, MemoryTest> = {
  'an unknown session has no messages': async memory => {
    assert.deepEqual(await memory.load('nobody'), [])
    await memory.clear('nobody')
  },
  'gives back what was appended, in order, whatever it holds': async memory => {
    const tool: ChatMessage = {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: 'c', toolName: 't', output: '1', isError: true }],
      turnId: 't',
      status: 'complete',
      at: '2026-11-21T08:00:00.000Z',
    }
    const all = [...hostile.map(text => message(text)), tool]
    await memory.append('s', all.slice(0, 2))
    await memory.append('s', all.slice(2))
    assert.deepEqual(await memory.load('s'), all)
  },
  'keeps sessions apart, whatever their ids hold': async memory => {
    const ids = ['a', 'A', 'a/../b', '', 'a b', "a'; DROP TABLE x; --", '\u{1F600}', 'x'.repeat(500)]
    for (const id of ids) await memory.append(id, [message(`of ${id}`)])
    for (const id of ids) assert.deepEqual(contentsOf(await memory.load(id)), [`of ${id}`])
  },
  'forgets a session, and no other': async memory => {
    await memory.append('s', [message('1')])
    await memory.append('t', [message('2')])
    await memory.clear('s')
    assert.deepEqual(await memory.load('s'), [])
    assert.deepEqual(contentsOf(await memory.load('t')), ['2'])
    await memory.append('s', [message('3')])
    assert.deepEqual(contentsOf(await memory.load('s')), ['3'])
  },
  'what it gave is the caller’s to change': async memory => {
    await memory.append('s', [message('1')])
    const [first] = await memory.load('s')
    assert.ok(first)
    first.content = 'changed'
    assert.deepEqual(contentsOf(await memory.load('s')), ['1'])
  },
  'shows what another process appended': async (memory, other) => {
    await memory.append('s', [message('1')])
    await other.append('s', [message('2')])
    assert.deepEqual(contentsOf(await memory.load('s')), ['1', '2'])
    assert.deepEqual(contentsOf(await other.load('s')), ['1', '2'])
  },
  'two that write at the same time lose nothing, and what was appended together stays together': async (
    memory,
    other,
  ) => {
    const write = async (who: Memory, name: string): Promise<void> => {
      for (let index = 0; index < 50; index += 1) {
        await who.append('s', [message(`${name}${index}`), message(`${name}${index} answered`)])
      }
    }
    await Promise.all([write(memory, 'a'), write(memory, 'b'), write(other, 'c'), write(other, 'd')])
    const said = contentsOf(await memory.load('s')) as string[]
    assert.equal(said.length, 400)
    for (let index = 0; index < said.length; index += 2)
      assert.equal(said[index + 1], `${said[index]} answered`)
    for (const name of 'abcd') {
      const own = said.filter(text => text.startsWith(name) && !text.endsWith('answered'))
      assert.deepEqual(
        own,
        Array.from({ length: 50 }, (_, index) => `${name}${index}`),
      )
    }
  },
  '100 sessions, interleaved, keep their order': async memory => {
    const ids = Array.from({ length: 100 }, (_, index) => `session ${index}`)
    for (let turn = 0; turn < 5; turn += 1) {
      await Promise.all(ids.map(id => memory.append(id, [message(`${id}, ${turn}`)])))
    }
    for (const id of ids) {
      assert.deepEqual(
        contentsOf(await memory.load(id)),
        Array.from({ length: 5 }, (_, turn) => `${id}, ${turn}`),
      )
    }
  },
}

/**
 * Registers the tests. Each calls `makeMemories` anew, which must answer with two memories over one empty store, and closes
 * both.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { inMemory } from '@streamseal/stream/declare'
 * import { memorySuite } from '@streamseal/stream/testing'
 * const bodies: (() => Promise<void>)[] = []
 * const one = () => {
 *   const memory = inMemory()
 *   return [memory, memory] as const
 * }
 * memorySuite('in memory', one, { test: (_name, body) => bodies.push(body) })
 * for (const body of bodies) await body()
 * assert.ok(bodies.length > 5)
 * ```
 */
export function memorySuite(
  name: string,
  makeMemories: () => readonly [Memory, Memory] | Promise<readonly [Memory, Memory]>,
  { test }: MemorySuiteOptions,
): void {
  for (const [sentence, body] of Object.entries(tests)) {
    test(`${name}: ${sentence}`, async () => {
      const [memory, other] = await makeMemories()
      try {
        await body(memory, other)
      } finally {
        await memory.close()
        if (other !== memory) await other.close()
      }
    })
  }
}
