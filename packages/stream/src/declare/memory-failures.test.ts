import { expect, test } from 'vitest'
import { declare, inMemory, type Memory } from './index.ts'
import { answering } from './models.test-helper.ts'

/** A memory that fails at its operations with these numbers, counted from 1. */
function failing(operation: 'load' | 'append', ...numbers: number[]): Memory {
  const memory = inMemory()
  let count = 0
  const fail = (): void => {
    count += 1
    if (numbers.includes(count)) throw new Error('disk full at http://10.0.0.1/')
  }
  return {
    ...memory,
    load: async id => {
      if (operation === 'load') fail()
      return memory.load(id)
    },
    append: async (id, messages) => {
      if (operation === 'append') fail()
      return memory.append(id, messages)
    },
  }
}

test('a question that cannot be kept is not asked, and leaves nothing', async () => {
  for (const memory of [failing('load', 1), failing('append', 1)]) {
    const { model, asked } = answering('An answer')
    const session = declare.with(model).chat({ memory })()
    const error = await session.send('A question').then(undefined, rejected => rejected)
    expect(error).toMatchObject({ name: 'StreamError', code: 'STORE_UNAVAILABLE', cause: expect.any(Error) })
    expect(error.message).toMatch(/^Cannot (read|keep) the chat/)
    expect(error.message).not.toContain('10.0.0.1')
    expect(asked).toEqual([])
    expect(await session.conversation()).toEqual([])
    expect(await session.send('Again')).toBe('An answer')
  }
})

test('an answer that cannot be kept is in the error, and what can still be kept of it is', async () => {
  const { model, asked } = answering('An answer')
  const session = declare.with(model).chat({ memory: failing('append', 2) })()
  await expect(session.send('A question')).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    partial: { text: 'An answer' },
  })
  expect(await session.conversation()).toMatchObject([
    { content: 'A question', status: 'asked' },
    { content: 'An answer', status: 'failed' },
  ])
  await session.send('And now?')
  expect(asked[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
})

test('an answer of which nothing can be kept leaves its question, which the model is not shown', async () => {
  const { model, asked } = answering('An answer')
  const session = declare.with(model).chat({ memory: failing('append', 2, 3), streaming: true })()
  const deltas: string[] = []
  const reading = (async () => {
    for await (const { delta } of session.send('A question')) deltas.push(delta)
  })()
  await expect(reading).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  expect(deltas.join('')).toBe('An answer')
  await session.send('And now?').result()
  expect(asked[1]?.messages).toEqual([{ role: 'user', content: 'And now?' }])
})
