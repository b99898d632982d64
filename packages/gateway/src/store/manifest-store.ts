/** C2PA manifests that no text carries: an SQLite file of their own in the data directory. */
import type { ManifestStore, StoredManifest } from '@streamseal/c2pa'
import Database from 'libsql'
import { migrate } from './migrate.ts'

/** A manifest store that can be closed. */
export interface ManifestDatabase extends ManifestStore {
  close(): void
}

/** What `openManifestStore` is told. */
export interface ManifestStoreOptions {
  /** Manifests to keep, the oldest are forgotten first; without it none is. */
  readonly keepManifests?: number
}

/** The file in the data directory. */
export const manifestDatabaseName = 'manifests.db'

// Append only: a step that has been released never changes.
const steps: readonly string[] = [
  `CREATE TABLE manifests (
     rowid INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     content_hash BLOB NOT NULL,
     manifest BLOB NOT NULL
   );
   CREATE INDEX manifests_by_content ON manifests (content_hash);
   CREATE TABLE bindings (
     manifest INTEGER NOT NULL REFERENCES manifests (rowid) ON DELETE CASCADE,
     algorithm TEXT NOT NULL,
     value BLOB NOT NULL
   );
   CREATE INDEX bindings_by_value ON bindings (algorithm, value);
   CREATE INDEX bindings_by_manifest ON bindings (manifest);`,
]

/** How many inserts pass between two looks for manifests to forget. */
const pruneEvery = 1000

/** How many ids a search gives unless told otherwise. */
const defaultLimit = 16

/** Opens (and on first use makes) the database at `path`, or `:memory:`. */
export function openManifestStore(
  path: string,
  { keepManifests }: ManifestStoreOptions = {},
): ManifestDatabase {
  const database = new Database(path)
  migrate(database, steps)
  database.exec('PRAGMA foreign_keys = ON;')
  const put = putIn(database)
  const selectOne = database.prepare('SELECT manifest FROM manifests WHERE id = ?')
  const byContent = database.prepare(
    'SELECT id FROM manifests WHERE content_hash = ? ORDER BY rowid DESC LIMIT ?',
  )
  const byBinding = database.prepare(
    `SELECT DISTINCT id, manifests.rowid FROM bindings JOIN manifests ON manifests.rowid = bindings.manifest
     WHERE algorithm = ? AND value = ? ORDER BY manifests.rowid DESC LIMIT ?`,
  )
  const remove = database.prepare('DELETE FROM manifests WHERE id = ?')
  const prune = database.prepare(
    'DELETE FROM manifests WHERE rowid <= (SELECT max(rowid) FROM manifests) - ?',
  )
  let inserted = 0
  const forget = (): void => {
    if (keepManifests !== undefined) prune.run(keepManifests)
  }
  forget()
  return {
    async put(record) {
      put(record)
      inserted += 1
      if (inserted % pruneEvery === 0) forget()
    },
    async get(id) {
      const row = selectOne.get(id) as { manifest: Buffer } | undefined
      return row && Uint8Array.from(row.manifest)
    },
    findByContent: async (contentHash, limit = defaultLimit) =>
      idsOf(byContent.all(Buffer.from(contentHash), limit)),
    findByBinding: async ({ algorithm, value }, limit = defaultLimit) =>
      idsOf(byBinding.all(algorithm, Buffer.from(value), limit)),
    delete: async id => remove.run(id).changes > 0,
    close: () => {
      database.close()
    },
  }
}

/** Keeps a manifest with all that it is found by, or nothing of it. */
function putIn(database: Database.Database): (record: StoredManifest) => void {
  const remove = database.prepare('DELETE FROM manifests WHERE id = ?')
  const insert = database.prepare('INSERT INTO manifests (id, content_hash, manifest) VALUES (?, ?, ?)')
  const bind = database.prepare('INSERT INTO bindings (manifest, algorithm, value) VALUES (?, ?, ?)')
  const putAll = ({ id, contentHash, manifest, bindings }: StoredManifest): void => {
    remove.run(id)
    const { lastInsertRowid } = insert.run(id, Buffer.from(contentHash), Buffer.from(manifest))
    for (const { algorithm, value } of bindings) bind.run(lastInsertRowid, algorithm, Buffer.from(value))
  }
  return database.transaction(putAll)
}

const idsOf = (rows: unknown[]): string[] => (rows as { id: string }[]).map(({ id }) => id)
