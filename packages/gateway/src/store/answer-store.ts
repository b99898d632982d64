/** What is kept of every answer, by its seal's stream id: an SQLite file in the data directory. The text itself is not kept. */
import Database from 'libsql'
import { migrate } from './migrate.ts'

/** One answer that was issued. */
export interface AnswerRecord {
  readonly streamId: string
  /** ISO 8601. */
  readonly issuedAt: string
  readonly keyId: string
  readonly provider: string
  readonly model: string
  /** The route that answered, such as `/v1/chat/completions`. */
  readonly route: string
  readonly ending: string
  /** The closing that could not stand in the text. */
  readonly detached?: string
  /** The caller's own name for the request. */
  readonly requestId?: string
  /** Of an answer without any mark: the digest of its text (`textDigest`). */
  readonly textDigest?: string
}

/** Where answers are kept. Calls are synchronous: one insert takes a tenth of a millisecond. */
export interface AnswerStore {
  /** Keeps an answer; a second one with the same stream id replaces the first. */
  keep(answer: AnswerRecord): void
  find(streamId: string): AnswerRecord | undefined
  /** The latest answer of this text that has no mark in it. */
  findByText(textDigest: string): AnswerRecord | undefined
  /** Whether the database answers. */
  isReady(): boolean
  close(): void
}

/** What `openAnswerStore` is told. */
export interface AnswerStoreOptions {
  /** Answers to keep, the oldest are forgotten first; without it none is. */
  readonly keepAnswers?: number
}

/** How many inserts pass between two looks for answers to forget. */
const pruneEvery = 1000

/** Opens (and on first use makes) the database at `path`, or `:memory:`. */
export function openAnswerStore(path: string, { keepAnswers }: AnswerStoreOptions = {}): AnswerStore {
  const database = new Database(path)
  migrate(database)
  const insert = database.prepare(insertSql)
  const select = database.prepare('SELECT * FROM answers WHERE stream_id = ?')
  const selectByText = database.prepare(
    'SELECT * FROM answers WHERE text_digest = ? ORDER BY rowid DESC LIMIT 1',
  )
  const prune = database.prepare('DELETE FROM answers WHERE rowid <= (SELECT max(rowid) FROM answers) - ?')
  let inserted = 0
  const forget = (): void => {
    if (keepAnswers !== undefined) prune.run(keepAnswers)
  }
  forget()
  return {
    keep(answer) {
      insert.run(...toRow(answer))
      inserted += 1
      if (inserted % pruneEvery === 0) forget()
    },
    find: streamId => fromRow(select.get(streamId) as Row | undefined),
    findByText: textDigest => fromRow(selectByText.get(textDigest) as Row | undefined),
    isReady: () => isAnswering(database),
    close: () => {
      database.close()
    },
  }
}

interface Row {
  stream_id: string
  issued_at: string
  key_id: string
  provider: string
  model: string
  route: string
  ending: string
  detached: string | null
  request_id: string | null
  text_digest: string | null
}

const insertSql = `INSERT OR REPLACE INTO answers
  (stream_id, issued_at, key_id, provider, model, route, ending, detached, request_id, text_digest)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

function toRow(answer: AnswerRecord): (string | null)[] {
  const { streamId, issuedAt, keyId, provider, model, route, ending } = answer
  const { detached = null, requestId = null, textDigest = null } = answer
  return [streamId, issuedAt, keyId, provider, model, route, ending, detached, requestId, textDigest]
}

function fromRow(row: Row | undefined): AnswerRecord | undefined {
  if (row === undefined) return undefined
  return {
    streamId: row.stream_id,
    issuedAt: row.issued_at,
    keyId: row.key_id,
    provider: row.provider,
    model: row.model,
    route: row.route,
    ending: row.ending,
    ...(row.detached === null ? {} : { detached: row.detached }),
    ...(row.request_id === null ? {} : { requestId: row.request_id }),
    ...(row.text_digest === null ? {} : { textDigest: row.text_digest }),
  }
}

function isAnswering(database: Database.Database): boolean {
  try {
    return database.prepare('SELECT 1').get() !== undefined
  } catch {
    return false
  }
}
