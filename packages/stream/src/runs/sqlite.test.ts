import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { storeSuite } from '../testing.ts'
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
