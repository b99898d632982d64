/** A PostgreSQL of our own for tests, in a folder of its own, on a socket in it. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** Debian keeps the programs of a server out of the path. */
const debian = '/usr/lib/postgresql'
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...(existsSync(debian) ? readdirSync(debian).map(version => join(debian, version, 'bin')) : []),
]
const find = (program: string): string | undefined =>
  folders.map(folder => join(folder, program)).find(path => existsSync(path))

const programs = { initdb: find('initdb'), postgres: find('postgres') }

/** Whether PostgreSQL is installed. */
export const hasPostgres: boolean = programs.initdb !== undefined && programs.postgres !== undefined

/** PostgreSQL refuses to run as root: `nobody` does it there. */
const nobody = 65_534

/** Starts one, and returns how to reach it and how to remove it. */
export async function startPostgres(): Promise<{ connectionString: string; remove(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'streamseal-postgres-'))
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(folder, nobody, nobody)
  const options = { cwd: folder, stdio: 'ignore' as const, ...(isRoot ? { uid: nobody, gid: nobody } : {}) }
  const data = join(folder, 'data')
  execFileSync(
    programs.initdb ?? '',
    ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '-A', 'trust'],
    options,
  )
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off']
  const server = spawn(
    programs.postgres ?? '',
    ['-D', data, ...settings.flatMap(each => ['-c', each])],
    options,
  )
  const connectionString = `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`
  await answering(connectionString)
  return {
    connectionString,
    remove: async () => {
      const exited = once(server, 'exit')
      server.kill('SIGINT')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answering(connectionString: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ connectionString })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (tries >= 300) throw error
      await delay(50)
    }
  }
}
