/** A round trip through a PostgreSQL server that is started for it. */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { channel } from './channel.ts'
import { serverStarts, stopServer } from './server.ts'
import { findProgram, missing, type Software, temporaryFolder, versionOf } from './software.ts'

/** PostgreSQL refuses to run as root: `nobody` does it there. */
const nobody = 65_534

export async function postgres(): Promise<Software> {
  const [initdb, program] = [findProgram('initdb'), findProgram('postgres')]
  if (initdb === undefined || program === undefined) return missing('PostgreSQL')
  const folder = temporaryFolder()
  const options = { cwd: folder.path, stdio: 'ignore' as const, ...asNobody(folder.path) }
  const data = join(folder.path, 'data')
  execFileSync(
    initdb,
    ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '-A', 'trust'],
    options,
  )
  const settings = ['listen_addresses=', `unix_socket_directories=${folder.path}`, 'fsync=off']
  const server = spawn(program, ['-D', data, ...settings.flatMap(setting => ['-c', setting])], options)
  await serverStarts(() => existsSync(join(folder.path, '.s.PGSQL.5432')), server, 'PostgreSQL')
  const client = await connect(folder.path)
  await client.query('create table texts (id serial primary key, text text, data jsonb)')
  const channels = [
    channel('content', 'PostgreSQL, a text column', 'intact', async text => {
      const inserted = await client.query('insert into texts (text) values ($1) returning id', [text])
      const read = await client.query('select text from texts where id = $1', [inserted.rows[0].id])
      return read.rows[0].text
    }),
    channel('content', 'PostgreSQL, inside a jsonb column', 'intact', async text => {
      const inserted = await client.query('insert into texts (data) values ($1) returning id', [{ text }])
      const read = await client.query("select data->>'text' as text from texts where id = $1", [
        inserted.rows[0].id,
      ])
      return read.rows[0].text
    }),
  ]
  const close = async () => {
    await client.end()
    await stopServer(server)
    folder.remove()
  }
  return { channels, what: versionOf(program, '--version', /([\d.]+)/, 'PostgreSQL'), close }
}

function asNobody(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  chownSync(folder, nobody, nobody)
  return { uid: nobody, gid: nobody }
}

/** The socket is there before the server takes connections. */
async function connect(host: string): Promise<pg.Client> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ host, user: 'postgres', database: 'postgres' })
    try {
      await client.connect()
      return client
    } catch (error) {
      if (tries >= 100) throw error
      await wait(100)
    }
  }
}
