/** Runs whose gateway is gone: told as incomplete, or asked again where nobody can have seen any of the answer. */

import { join } from 'node:path'
import type { Part } from '@streamseal/stream'
import { streamParts } from '@streamseal/stream/client'
import type { NewRun } from '@streamseal/stream/runs'
import { openSqliteRunStore } from '@streamseal/stream/runs/sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { type FakeOpenAI, sendEvents, startFakeOpenAI, textEvents } from './fake-openai.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const id = '00112233445566aa'
const said = 'The tide comes twice a day, and goes as often.'

/** What a gateway that died had logged before it. */
const logged = (...parts: Record<string, unknown>[]): Part[] =>
  [{ type: 'start', provider: 'p', model: 'm' }, ...parts].map(
    (part, index) => ({ ...part, cursor: index + 1 }) as Part,
  )
const silent = logged({ type: 'text-start', id: 'text-0' })
const speaking = logged(
  { type: 'text-start', id: 'text-0' },
  { type: 'text-delta', id: 'text-0', delta: 'The tide' },
)

const question = {
  modelName: 'm',
  options: { messages: [{ role: 'user', content: 'Tides?' }] },
  mode: 'full',
  seal: { route: '/stream', ingredients: [] },
  asked: 1,
}

/** A gateway whose store holds a run that a dead one has left. */
async function startAfter(
  parts: Part[],
  env: Record<string, string> = {},
  more: Record<string, unknown> = {},
): Promise<{ gateway: TestGateway; fake: FakeOpenAI; url: string }> {
  const fake = await startFakeOpenAI(response => sendEvents(response, textEvents(said)))
  cleanUps.push(() => fake.close())
  const gateway = await startTestGateway({
    OPENAI_BASE_URL: fake.baseUrl,
    STREAMSEAL_MODEL: 'm',
    STREAMSEAL_LOST_RUNS: 'ask-again',
    STREAMSEAL_RUN_LEASE_MS: '500',
    ...env,
  })
  cleanUps.push(() => gateway.remove())
  const run: NewRun = {
    id,
    provider: 'p',
    modelId: 'm',
    createdAt: Date.now(),
    metadata: { route: '/stream', seal: 'full', question: { ...question, ...more } },
    leave: 'continue',
    owner: 'dead',
  }
  const store = openSqliteRunStore({ path: join(gateway.dataDirectory, 'runs.db') })
  await store.create(run, 1)
  await store.append(id, 'dead', parts)
  await store.close()
  return { gateway, fake, url: `${gateway.url}/runs/${id}/stream` }
}

async function read(url: string, after = 0): Promise<{ cursors: number[]; types: string[]; text: string }> {
  const cursors: number[] = []
  const types: string[] = []
  let text = ''
  for await (const part of streamParts(`${url}?format=parts`, { after, maxAttempts: 0 })) {
    cursors.push(part.cursor)
    types.push(part.type)
    if (part.type === 'text-delta') text += part.delta
  }
  return { cursors, types, text }
}

describe('a run whose gateway died before it spoke', () => {
  test('is asked again once, and every reader gets the same finished answer, wherever it begins', async () => {
    const { gateway, fake, url } = await startAfter(silent)
    const following = read(url, 1)
    const first = await following
    expect(first.types.at(-1)).toBe('finish')
    expect(first.types).toContain('restart')
    expect(first.cursors).toEqual(first.cursors.map((_, index) => index + 2))
    const [late, later] = await Promise.all([read(url), read(url, 5)])
    expect(late.types).not.toContain('restart')
    expect(late.text).toBe(first.text)
    expect(later.cursors).toEqual(first.cursors.filter(cursor => cursor > 5))
    const report = await fetch(`${gateway.url}/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: late.text }),
    })
    expect(await report.json()).toMatchObject({ status: 'intact', text: said })
    expect(fake.seen).toHaveLength(1)
    const last = first.cursors.at(-1)
    expect((await fetch(`${url}?after=${last}`)).status).toBe(204)
  })

  test('is told as incomplete where the setting does not allow asking again, or it was asked often enough', async () => {
    for (const [env, more] of [
      [{ STREAMSEAL_LOST_RUNS: 'tell' }, {}],
      [{}, { asked: 3 }],
    ] as const) {
      const { fake, url } = await startAfter(silent, env, more)
      expect((await read(url)).types.at(-1)).toBe('error')
      expect(fake.seen).toEqual([])
    }
  })
})

test('a run whose gateway died while it spoke is told as incomplete, and never contradicted', async () => {
  const { fake, url } = await startAfter(speaking)
  expect(await read(url)).toMatchObject({ text: 'The tide', types: expect.arrayContaining(['error']) })
  expect(fake.seen).toEqual([])
})

test('a question is kept only where it may be asked again, and never given out', async () => {
  for (const [lost, isKept] of [
    ['tell', false],
    ['ask-again', true],
  ] as const) {
    const { gateway } = await startAfter(silent, { STREAMSEAL_LOST_RUNS: lost })
    const answer = await fetch(`${gateway.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'a question to be kept' }),
    })
    const asked = answer.headers.get('streamseal-stream-id') ?? ''
    const given = (await answer.text()) + (await (await fetch(`${gateway.url}/runs/${asked}`)).text())
    expect(given).not.toContain('a question to be kept')
    const store = openSqliteRunStore({ path: join(gateway.dataDirectory, 'runs.db') })
    expect(JSON.stringify(await store.get(asked)).includes('a question to be kept')).toBe(isKept)
    await store.close()
  }
})
