import { createSigner, generateKeys } from '@streamseal/seal'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { ContentPart, Message } from '../contract.ts'
import type { SealOptions } from '../generate.ts'
import type { ScriptStep } from '../testing/scripted-model.ts'
import { type ChatSession, type ChatSettings, declare, inMemory, tool } from './index.ts'
import { answering, begin, calls, fails, waits, words } from './models.test-helper.ts'
import { acceptedByAll } from './provider-schemas.test-helper.ts'

let seal: SealOptions
beforeAll(async () => {
  seal = { signer: await createSigner((await generateKeys('Ed25519')).privateJwk) }
})

const look = tool({
  description: 'Looks',
  input: z.object({ at: z.number().optional() }),
  run: ({ at }) => {
    if (at === 13) throw new Error('I will not')
    return at === 0 ? '' : { at }
  },
})
const stuck = tool({
  description: 'Never ends',
  input: z.object({}),
  run: () => new Promise(() => undefined),
})

/** How a turn goes: what the model plays for it, and after how many chunks its reader leaves. */
interface Turn {
  kind: 'turn'
  scripts: ScriptStep[][]
  leaveAfter: number | undefined
}
/** A message that somebody adds by hand. */
interface Added {
  kind: 'added'
  message: Message
}

const delta = fc.constantFrom('One ', 'two', ' ', '\n', '', '\u200b', '{"a":', '\u{e0100}')
const deltas = fc.array(delta, { maxLength: 4 })
const input = fc.constantFrom(
  '{"at":1}',
  '{"at":0}',
  '{"at":13}',
  '{"at',
  '',
  '[1]',
  '"x"',
  'null',
  '{"at":"x"}',
)
const toolName = fc.constantFrom('look', 'look', 'look', 'stuck', 'nobody', 'constructor')
const callId = fc.constantFrom('a', 'b')
const callStep = fc
  .tuple(callId, input, toolName, deltas)
  .map(([id, json, name, said]) => calls(id, json, name, ...said))
const lastStep = deltas.chain(said =>
  fc.constantFrom<ScriptStep[]>(
    words(...said),
    [...begin(...said), waits],
    [...begin(...said), fails],
    [...begin(...said), { type: 'finish', reason: 'length' }],
    [...begin(...said).slice(0, 1), fails],
  ),
)
const turn: fc.Arbitrary<Turn> = fc.record({
  kind: fc.constant('turn' as const),
  scripts: fc.tuple(fc.array(callStep, { maxLength: 2 }), lastStep).map(([steps, last]) => [...steps, last]),
  leaveAfter: fc.option(fc.nat(6), { nil: undefined }),
})
const result = (toolCallId: string): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', toolCallId, toolName: 'look', output: 'x' }],
})
const call = (toolCallId: string): Message => ({
  role: 'assistant',
  content: [{ type: 'tool-call', toolCallId, toolName: 'look', input: '{}' }],
})
const added: fc.Arbitrary<Added> = fc.record({
  kind: fc.constant('added' as const),
  message: fc.oneof(
    fc
      .constantFrom<Message['role']>('user', 'assistant', 'system')
      .map(role => ({ role, content: 'By hand' })),
    callId.map(result),
    callId.map(call),
  ),
})

/** Takes a turn in front of a model that never ends by itself where its script does not. */
async function take(session: ChatSession<string, true>, { leaveAfter }: Turn): Promise<void> {
  const stream = session.send('A question', { timeouts: { totalMs: 5000 } })
  const timer = setTimeout(() => stream.cancel(), 20)
  try {
    let seen = 0
    for await (const _ of stream) {
      seen += 1
      if (leaveAfter !== undefined && seen > leaveAfter) break
    }
  } catch {
    // What becomes of the history is the question.
  }
  await stream.result().catch(() => undefined)
  clearTimeout(timer)
}

type Settings = Omit<ChatSettings<string, undefined, undefined>, 'tasks'>

async function play(event: Turn | Added, settings: Settings): Promise<void> {
  const { model } = answering(...(event.kind === 'turn' ? event.scripts : []))
  const session = declare.with(model, { stream: true }).chat(settings)({ sessionId: 's' })
  if (event.kind === 'turn') await take(session, event)
  else await session.addMessage(event.message.content, event.message.role)
}

/** What a model is asked with in the next turn. */
async function askedNext(settings: Settings): Promise<Message[]> {
  const { model, asked } = answering('Fine')
  await declare.with(model).chat(settings)({ sessionId: 's' }).send('And now?')
  return asked[0]?.messages ?? []
}

describe('the history of a chat', () => {
  test('is accepted by every provider, whatever became of the turns before and whenever they were left', async () => {
    const some = fc.array(fc.oneof({ weight: 3, arbitrary: turn }, { weight: 2, arbitrary: added }), {
      maxLength: 5,
    })
    const maxMessages = fc.option(fc.constant(3), { nil: undefined })
    await fc.assert(
      fc.asyncProperty(some, fc.boolean(), maxMessages, async (events, isSealed, most) => {
        const settings = {
          memory: inMemory(),
          tools: { look, stuck },
          greeting: 'Hello',
          window: most === undefined ? {} : { maxMessages: most },
          ...(isSealed ? { seal } : {}),
        }
        for (const event of events) await play(event, settings)
        acceptedByAll(await askedNext(settings))
      }),
      { numRuns: Number(process.env.HISTORY_RUNS ?? 120) },
    )
  }, 60_000)

  test('shows what tools had done in a turn that broke off, and that it did', async () => {
    const memory = inMemory()
    const failing = answering(calls('c1', '{"at":7}', 'look'), [...begin(), fails])
    const session = declare.with(failing.model).chat({ memory, tools: { look } })({ sessionId: 's' })
    await expect(session.send('Look')).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect((await session.conversation()).map(({ role, status }) => [role, status])).toEqual([
      ['user', 'asked'],
      ['assistant', 'complete'],
      ['tool', 'complete'],
      ['assistant', 'failed'],
    ])
    const { model, asked } = answering('Yes')
    await declare.with(model).chat({ memory })({ sessionId: 's' }).send('Have you?')
    expect(asked[0]?.messages.slice(1)).toMatchObject([
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1' }] },
      { role: 'tool', content: [{ output: '{"at":7}' }] },
      { role: 'assistant', content: '(The answer was broken off here.)' },
      { role: 'user', content: 'Have you?' },
    ])
  })

  test('shows no call without its result, and no result without its call', async () => {
    const { model, asked } = answering('Yes')
    const session = declare.with(model).chat()()
    await session.addMessage('Look', 'user')
    await session.addMessage([...call('a').content, ...call('c').content] as ContentPart[], 'assistant')
    await session.addMessage([...result('a').content, ...result('b').content] as ContentPart[], 'tool')
    await session.send('Have you?')
    expect(asked[0]?.messages.slice(1, 3)).toEqual([call('a'), result('a')])
    acceptedByAll(asked[0]?.messages ?? [])
  })

  test('keeps images by address and by bytes as any memory can', async () => {
    const { model, asked } = answering('A cat', 'Still a cat')
    const session = declare.with(model).chat()()
    await session.send([
      { type: 'text', text: 'What is it?' },
      { type: 'image', data: new URL('https://example.com/cat.png') },
      { type: 'image', data: new Uint8Array([1, 2, 3]), mediaType: 'image/png' },
    ])
    await session.send('Sure?')
    expect(asked[1]?.messages[0]?.content).toEqual([
      { type: 'text', text: 'What is it?' },
      { type: 'image', data: 'https://example.com/cat.png' },
      { type: 'image', data: 'AQID', mediaType: 'image/png' },
    ])
  })

  test('takes no message that is empty, and no result without its parts', async () => {
    const { model, asked } = answering('x')
    const session = declare.with(model).chat()()
    for (const empty of ['', ' \n', '\u200b', '\u{e0100}']) {
      await expect(session.send(empty)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    }
    await expect(session.send([])).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    await expect(session.addMessage('21 degrees', 'tool')).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    expect(asked).toEqual([])
    expect(await session.conversation()).toEqual([])
  })
})
