import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../config/config-error.ts'
import { type AnswerRecord, openAnswerStore } from './answer-store.ts'
import { openDataDirectory } from './data-directory.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamseal-store-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const answer = (streamId: string, more: Partial<AnswerRecord> = {}): AnswerRecord => ({
  streamId,
  issuedAt: '2026-11-21T04:00:00.000Z',
  keyId: 'kid',
  provider: 'demo',
  model: 'demo',
  route: '/query/stream',
  ending: 'complete',
  ...more,
})

describe('openAnswerStore()', () => {
  test('finds what was kept after the file is opened again', () => {
    const path = join(folder, 'streamseal.db')
    const first = openAnswerStore(path)
    first.keep(answer('a', { detached: 'closing', requestId: 'mine' }))
    first.keep(answer('b'))
    first.close()
    const again = openAnswerStore(path)
    expect(again.find('a')).toEqual(answer('a', { detached: 'closing', requestId: 'mine' }))
    expect(again.find('b')).toEqual(answer('b'))
    expect(again.find('c')).toBeUndefined()
    again.close()
  })

  test('forgets the oldest beyond its bound', () => {
    const path = join(folder, 'streamseal.db')
    const first = openAnswerStore(path)
    for (let index = 0; index < 20; index++) first.keep(answer(`s${index}`))
    first.close()
    const again = openAnswerStore(path, { keepAnswers: 5 })
    expect(again.find('s14')).toBeUndefined()
    expect(again.find('s15')).toEqual(answer('s15'))
    again.close()
  })

  test('says that it is not ready once closed', () => {
    const store = openAnswerStore(':memory:')
    expect(store.isReady()).toBe(true)
    store.close()
    expect(store.isReady()).toBe(false)
  })

  test('finds the latest answer of a text, in a database of the first version too', () => {
    const path = join(folder, 'streamseal.db')
    const old = new Database(path)
    old.exec(`CREATE TABLE answers (rowid INTEGER PRIMARY KEY AUTOINCREMENT, stream_id TEXT NOT NULL UNIQUE,
      issued_at TEXT NOT NULL, key_id TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, route TEXT NOT NULL,
      ending TEXT NOT NULL, detached TEXT, request_id TEXT);
      INSERT INTO answers VALUES (1, 'old', 't', 'k', 'p', 'm', '/', 'complete', NULL, NULL); PRAGMA user_version = 1;`)
    old.close()
    const store = openAnswerStore(path)
    store.keep(answer('a', { detached: 'first', textDigest: 'd' }))
    store.keep(answer('b', { detached: 'second', textDigest: 'd' }))
    expect(store.findByText('d')).toMatchObject({ streamId: 'b', detached: 'second' })
    expect(store.findByText('e')).toBeUndefined()
    expect(store.find('old')).toMatchObject({ model: 'm' })
    store.close()
  })

  test('refuses a database that a newer program has written', () => {
    const path = join(folder, 'streamseal.db')
    const database = new Database(path)
    database.exec('PRAGMA user_version = 999')
    database.close()
    expect(() => openAnswerStore(path)).toThrow(/version 999/)
  })
})

test('processes that start together with new files all open them', async () => {
  const outfile = join(folder, 'open.mjs')
  await build({
    stdin: {
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      contents: `import { openAnswerStore } from './answer-store.ts'
        const [startAt, folder] = process.argv.slice(2)
        for (let count = 0; count < 15; count++) {
          while (Date.now() < Number(startAt) + count * 40);
          openAnswerStore(folder + '/' + count + '.db').close()
        }`,
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    plugins: [
      {
        name: 'libsql',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^libsql$/ }, () => ({ path: import.meta.resolve('libsql'), external: true })),
      },
    ],
  })
  const startAt = String(Date.now() + 500)
  const open = (): Promise<unknown> => promisify(execFile)(process.execPath, [outfile, startAt, folder])
  await expect(Promise.all([open(), open(), open()])).resolves.toHaveLength(3)
})

describe('openDataDirectory()', () => {
  test('makes the directory, and closes one that others may enter', () => {
    const path = join(folder, 'new', 'data')
    openDataDirectory(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    chmodSync(path, 0o755)
    openDataDirectory(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  test('names the variable and the path where a file is in the way', () => {
    const path = join(folder, 'file')
    writeFileSync(path, '')
    expect(() => openDataDirectory(join(path, 'data'))).toThrow(ConfigError)
    expect(() => openDataDirectory(join(path, 'data'))).toThrow(/STREAMSEAL_DATA_DIR=".*file/)
  })
})
