import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { fallback } from '../index.ts'
import { chatRequest } from '../openai-chat/request.ts'
import { responsesRequest } from '../openai-responses/request.ts'
import { scriptedModel } from '../testing/scripted-model.ts'
import { declare, type Schema, tool } from './index.ts'
import { answering, begin, calls, fails, words } from './models.test-helper.ts'
import { closedSchema, isStrictSchema } from './provider-schema.ts'

async function readAll<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

/** What OpenAI is asked with. */
async function formatFor(output: Schema<unknown, unknown>) {
  const { model, asked } = answering('{}')
  await declare
    .with(model)
    .task({ description: 'x', output, maxRetries: 0 })()
    .catch(() => undefined)
  const request = asked[0] ?? { messages: [] }
  const chat = chatRequest('m', request).response_format
  expect(responsesRequest('m', request).text).toMatchObject({
    format: (chat as { json_schema: object }).json_schema,
  })
  return (chat as { json_schema: { strict: boolean; schema: Record<string, unknown> } }).json_schema
}

describe('the schema that a provider is given', () => {
  test.each([
    ['Zod', z.object({ name: z.string() })],
    ['Valibot', toStandardJsonSchema(v.object({ name: v.string() }))],
    ['ArkType', type({ name: 'string' })],
  ])('of %s is closed, so that it can be enforced to the letter', async (_, output) => {
    expect(await formatFor(output)).toMatchObject({
      strict: true,
      schema: { additionalProperties: false, required: ['name'] },
    })
  })

  test.each([
    ['optional keys', z.object({ a: z.string().optional() })],
    ['defaults', z.object({ a: z.string().default('x') })],
    ['any names', z.record(z.string(), z.number())],
    ['places', z.object({ at: z.tuple([z.string(), z.number()]) })],
    ['keys beside its own', z.looseObject({ a: z.string() })],
    ['optional keys, deep inside', z.object({ list: z.array(z.object({ a: z.string().optional() })) })],
  ])('with %s is not demanded to the letter, which OpenAI would refuse', async (_, output) => {
    expect((await formatFor(output)).strict).toBe(false)
  })

  test('of alternatives is one that strict modes know', async () => {
    const output = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a') }),
      z.object({ kind: z.literal('b'), n: z.number() }),
    ])
    const { strict, schema } = await formatFor(output)
    expect(strict).toBe(true)
    expect(JSON.stringify(schema)).not.toContain('oneOf')
  })

  test('is what the schema takes in, not what it makes of that', async () => {
    const output = z.object({ years: z.string().transform(Number) })
    const task = declare.with(scriptedModel('{"years":"36"}')).task({ description: 'x', output })
    expect(await task()).toEqual({ years: 36 })
    expect((await formatFor(output)).schema).toMatchObject({ properties: { years: { type: 'string' } } })
  })

  test('that says itself what else it takes is left as it is', () => {
    const open = { type: 'object', properties: {}, additionalProperties: { type: 'string' } }
    expect(closedSchema(open)).toEqual(open)
    expect(isStrictSchema(open)).toBe(false)
    expect(closedSchema({ allOf: [{ properties: { a: {} } }] })).toEqual({
      allOf: [{ properties: { a: {} } }],
    })
  })
})

describe('an answer that is not JSON alone', () => {
  const person = z.object({ name: z.string(), age: z.number() })
  const read = (text: string) =>
    declare.with(scriptedModel(text)).task({ description: 'Who?', output: person, maxRetries: 0 })()

  test.each([
    'As [1] says, she is {"name":"Ada","age":36}.',
    'See [the list]:\n```json\n{"name":"Ada","age":36}\n```\n[1] Wikipedia',
    'She is {name: "Ada", age: 36} (see [2])',
    '{"age":36,"name":"Ada"} {',
  ])('is found behind and before prose with brackets: %j', async text => {
    expect(await read(text)).toEqual({ name: 'Ada', age: 36 })
  })

  test('and that broke off behind an inner object is mended whole', async () => {
    const output = z.object({ a: z.object({ b: z.number() }), c: z.number().optional() })
    const task = declare.with(scriptedModel('{"a":{"b":1},"c":2')).task({ description: 'x', output })
    expect(await task()).toEqual({ a: { b: 1 }, c: 2 })
  })

  test('is not mended where it is longer than may be, but asked for again', async () => {
    const loose = `{name: 'Ada', age: 36, more: '${'x'.repeat(100)}'}`
    const { model, asked } = answering(loose, '{"name":"Ada","age":36}')
    const task = declare.with(model).task({ description: 'x', output: person, maxRepairChars: 100 })
    expect(await task()).toEqual({ name: 'Ada', age: 36 })
    expect(asked).toHaveLength(2)
    const mending = declare.with(scriptedModel(loose)).task({ description: 'x', output: person })
    expect(await mending()).toEqual({ name: 'Ada', age: 36 })
  })

  test('whatever it is, the call ends with a value that fits or with OUTPUT_INVALID', async () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      'name',
      '"age"',
      '36',
      '```',
      '/*',
      '\u0000',
      ' ',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async pieces => {
        const outcome = await read(pieces.join('')).then(
          value => person.safeParse(value).success,
          error => error.code === 'OUTPUT_INVALID',
        )
        expect(outcome).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('shows as it streams nothing of the brackets in the prose before it', async () => {
    const task = declare.with(answering(words('As [1] says: ', '{"name":"A', 'da","age":36}')).model).task({
      description: 'Who?',
      output: person,
      streaming: true,
    })
    const seen: unknown[] = []
    for await (const { partial } of task()) if (partial !== undefined) seen.push(structuredClone(partial))
    expect(seen[0]).toEqual({ name: 'A' })
    expect(seen.at(-1)).toEqual({ name: 'Ada', age: 36 })
  })
})

describe('an array, element by element', () => {
  const numbers = z.array(z.object({ n: z.number() }))
  const task = (...scripts: Parameters<typeof answering>) => ({
    description: 'Count',
    ...answering(...scripts),
  })

  test('is transformed like the whole, whatever its least length', async () => {
    const output = z.array(z.string().transform(Number)).min(3)
    const { model } = task(words('{"result":["1",', '"2","3"', ']}'))
    const stream = declare.with(model).task({ description: 'x', output, streaming: true })()
    expect(await readAll(stream.elements())).toEqual([1, 2, 3])
  })

  test('of different places is checked each in its own', async () => {
    const output = z.tuple([z.string(), z.number(), z.boolean()])
    const { model } = task(words('{"result":["a",', '2,true', ']}'))
    const stream = declare.with(model).task({ description: 'x', output, streaming: true })()
    expect(await readAll(stream.elements())).toEqual(['a', 2, true])
  })

  test('names the element that does not fit', async () => {
    const { model } = task(words('{"result":[{"n":1},{"n":"x"},{"n":3}]}'))
    const stream = declare.with(model).task({ description: 'x', output: numbers, streaming: true })()
    await expect(readAll(stream.elements())).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      issues: [{ path: ['1', 'n'] }],
    })
  })

  test('comes behind the calls of tools', async () => {
    const { model } = task(calls('c', '{}', 'look'), words('{"result":[{"n":1},{"n":2}]}'))
    const look = tool({ description: 'x', input: z.object({}), run: () => 'done' })
    const chat = declare.with(model, { stream: true }).chat({ output: numbers, tools: { look } })
    expect(await readAll(chat().send('x').elements())).toEqual([{ n: 1 }, { n: 2 }])
  })

  test('is asked for again where none of it was given, and fails where some was', async () => {
    const again = task('no list', '{"result":[{"n":1}]}')
    const stream = declare.with(again.model).task({ description: 'x', output: numbers, streaming: true })()
    expect(await readAll(stream.elements())).toEqual([{ n: 1 }])
    const late = task(
      words('{"result":[{"n":1},{"n":2},', '{"m":3}]}'),
      '{"result":[{"n":7},{"n":8},{"n":9}]}',
    )
    const given: unknown[] = []
    const reading = (async () => {
      const elements = declare.with(late.model).task({ description: 'x', output: numbers, streaming: true })()
      for await (const element of elements.elements()) given.push(element)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
    expect(given).toEqual([{ n: 1 }, { n: 2 }])
  })

  test('never mixes the elements of two models', async () => {
    const failing = scriptedModel([...begin('{"result":[{"n":1},{"n":2},{"n":3'), fails])
    const other = scriptedModel('{"result":[{"n":10},{"n":20},{"n":30}]}')
    const model = fallback([failing, other], { afterFirstToken: 'restart' })
    const given: unknown[] = []
    const reading = (async () => {
      const stream = declare.with(model).task({ description: 'x', output: numbers, streaming: true })()
      for await (const element of stream.elements()) given.push(element)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
    expect(given).toEqual([{ n: 1 }, { n: 2 }])
  })
})
