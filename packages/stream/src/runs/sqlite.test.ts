import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Part } from '../contract.ts'
import { storeSuite } from '../testing.ts'
import { createRuns } from './index.ts'
import { openSqliteRunStore } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'streamseal-runs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

storeSuite(
  'SQLite',
  retention => openSqliteRunStore({ path: join(folder, 'runs.db'), pollMs: 10, ...retention }),
  {
    test,
  },
)

test('what an earlier process kept is there after a restart, and what it left running is told as incomplete', async () => {
  const path = join(folder, 'restart.db')
  const run = {
    provider: 'p',
    modelId: 'm',
    createdAt: 1,
    metadata: {},
    leave: 'continue',
    owner: 'o',
  } as const
  const parts: Part[] = [
    { type: 'start', provider: 'p', model: 'm', cursor: 1 },
    { type: 'text-start', id: 't', cursor: 2 },
    { type: 'text-delta', id: 't', delta: 'Hel', cursor: 3 },
  ]
  const before = openSqliteRunStore({ path })
  await before.create({ ...run, id: 'left' }, 60_000)
  await before.append('left', 'o', parts)
  await before.create({ ...run, id: 'ended' }, 60_000)
  await before.finish('ended', 'o', [...parts, { type: 'finish', reason: 'stop', cursor: 4 }], {
    state: 'complete',
    endedAt: Date.now(),
    finishReason: 'stop',
  })
  await before.close()

  const runs = createRuns({ store: openSqliteRunStore({ path, isSoleProcess: true }) })
  const seen: Part[] = []
  for await (const part of runs.read('left', { after: 1 })) seen.push(part)
  expect(seen).toEqual([
    ...parts.slice(1),
    { type: 'text-end', id: 't', cursor: 4 },
    expect.objectContaining({ type: 'error', code: 'STREAM_INCOMPLETE', cursor: 5 }),
  ])
  expect((await runs.get('left'))?.state).toBe('incomplete')
  expect((await (await runs.open('ended'))?.result())?.text).toBe('Hel')
  await runs.close()
})
