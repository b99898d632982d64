import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

  test('refuses a database that a newer program has written', () => {
    const path = join(folder, 'streamseal.db')
    const database = new Database(path)
    database.exec('PRAGMA user_version = 999')
    database.close()
    expect(() => openAnswerStore(path)).toThrow(/version 999/)
  })
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
