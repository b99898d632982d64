/** A round trip through SQLite, a Redis server that is started for it, and a table of comma-separated values. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import Database from 'libsql'
import papaparse from 'papaparse'
import { type Carried, channel } from './channel.ts'
import { serverStarts, stopServer } from './server.ts'
import { findProgram, library, missing, type Software, temporaryFolder, versionOf } from './software.ts'

/** A column of a table, written to the disk and read by another connection. */
export function sqlite(): Software {
  const folder = temporaryFolder()
  const path = join(folder.path, 'texts.db')
  const channels = [
    channel('content', 'SQLite, a text column', 'intact', text => {
      const writing = new Database(path)
      writing.exec('create table if not exists texts (id integer primary key, text text)')
      const { lastInsertRowid } = writing.prepare('insert into texts (text) values (?)').run(text)
      writing.close()
      const reading = new Database(path)
      const row = reading.prepare('select text from texts where id = ?').get(lastInsertRowid) as {
        text: string
      }
      reading.close()
      return row.text
    }),
  ]
  return { channels, what: 'SQLite (libsql)', close: async () => folder.remove() }
}

export async function redis(): Promise<Software> {
  const program = findProgram('redis-server')
  if (program === undefined) return missing('Redis')
  const folder = temporaryFolder()
  const path = join(folder.path, 'redis.sock')
  const server = spawn(program, ['--port', '0', '--unixsocket', path, '--save', '', '--dir', folder.path], {
    stdio: 'ignore',
  })
  await serverStarts(() => existsSync(path), server, 'Redis')
  const client = new Redis({ path })
  const channels = [
    channel('content', 'Redis, a string', 'intact', async text => {
      await client.set('text', text)
      return (await client.get('text')) ?? undefined
    }),
    channel('content', 'Redis, a stream’s entry', 'intact', async text => {
      const id = (await client.xadd('texts', '*', 'text', text)) as string
      const [[, fields]] = (await client.xrange('texts', id, id)) as [[string, string[]]]
      return fields[1]
    }),
  ]
  const close = async () => {
    client.disconnect()
    await stopServer(server)
    folder.remove()
  }
  return { channels, what: versionOf(program, '--version', /v=(\S+)/, 'Redis'), close }
}

/** All texts in one table of comma-separated values, amid other columns. */
export function csv(): Software {
  const carry = async (texts: readonly string[]): Promise<Carried[]> => {
    const file = papaparse.unparse(texts.map((text, id) => ({ id, text, note: 'a "note", quoted' })))
    const { data } = papaparse.parse<{ text: string }>(file, { header: true })
    return data.map(({ text }, index) => ({ text, from: [index] }))
  }
  return library('Papa Parse', [
    { group: 'content', name: 'CSV, a table of all answers', promised: 'intact', carry },
  ])
}
