/** A look into the kept answers, for the command line: where there is no database, none is made. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/read-config.ts'
import { type AnswerStore, openAnswerStore } from './answer-store.ts'

/** The database's file in the data directory. */
export const databaseName = 'streamseal.db'

/** What `use` returns for the store of the data directory, or `undefined` where nothing has been kept there. */
export function withStore<Value>(config: Config, use: (store: AnswerStore) => Value): Value | undefined {
  const path = join(config.dataDirectory, databaseName)
  if (!existsSync(path)) return undefined
  const store = openAnswerStore(path)
  try {
    return use(store)
  } finally {
    store.close()
  }
}
