/** The chats' latest runs: found again, forgotten in time, and opened by two processes at once. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import Database from 'libsql'
import { afterAll, expect, test } from 'vitest'
import { openChatRuns } from './chat-runs.ts'

const folder = mkdtempSync(join(tmpdir(), 'streamseal-chats-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const newFolder = (name: string): string => {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

test('a chat’s latest run is found after a restart', () => {
  const path = newFolder('restart')
  const first = openChatRuns(path, 60_000)
  first.set('chat', 'one')
  first.set('chat', 'two')
  first.close()
  const second = openChatRuns(path, 60_000)
  expect([second.find('chat'), second.find('another')]).toEqual(['two', undefined])
  second.close()
})

test('a file of the time before steps were counted is read on', () => {
  const path = newFolder('old')
  const old = new Database(join(path, 'chats.db'))
  old.exec(`CREATE TABLE chat_runs (chat_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, at INTEGER NOT NULL);
    CREATE INDEX chat_runs_at ON chat_runs (at);
    INSERT INTO chat_runs VALUES ('chat', 'one', ${Date.now()});`)
  old.close()
  const chats = openChatRuns(path, 60_000)
  expect(chats.find('chat')).toBe('one')
  chats.close()
})

/** A process that opens a new file in each of these folders as soon as it is told, and says how many it could not. */
const program = `
import { openChatRuns } from ${JSON.stringify(fileURLToPath(new URL('chat-runs.ts', import.meta.url)))}
const folders = JSON.parse(process.argv[2] ?? '[]')
process.stdin.once('data', beginAt => {
  const refused = []
  for (const [index, folder] of folders.entries()) {
    // At the same time as the other.
    while (performance.timeOrigin + performance.now() < Number(beginAt) + 10 * index);
    try {
      const chats = openChatRuns(folder, 60000)
      chats.set('chat ' + process.pid, 'run')
      chats.close()
    } catch (error) { refused.push(error.code ?? String(error)) }
  }
  process.stdout.write(JSON.stringify(refused) + '\\n')
  process.exit(0)
})
process.stdout.write('ready\\n')
`

test('two processes open the same new files at once, and both keep what they are told', async () => {
  // Inside the package, so that libsql is found.
  const outfile = fileURLToPath(new URL(`../../.cache/chat-runs-${process.pid}.mjs`, import.meta.url))
  await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['libsql'],
    logLevel: 'error',
  })
  const folders = Array.from({ length: 40 }, (_, index) => newFolder(`shared-${index}`))
  const open = (): { ready: Promise<string>; go(beginAt: number): Promise<string> } => {
    const child = spawn(process.execPath, [outfile, JSON.stringify(folders)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const line = (): Promise<string> =>
      new Promise(resolve => child.stdout.setEncoding('utf8').once('data', resolve))
    return {
      ready: line(),
      go(beginAt) {
        const said = line()
        child.stdin.write(`${beginAt}\n`)
        return said
      },
    }
  }
  const processes = [open(), open()]
  await Promise.all(processes.map(({ ready }) => ready))
  const beginAt = Date.now() + 100
  const refused = await Promise.all(processes.map(({ go }) => go(beginAt)))
  rmSync(outfile, { force: true })
  expect(refused).toEqual(['[]\n', '[]\n'])
  for (const path of folders) {
    const database = new Database(join(path, 'chats.db'))
    expect(database.prepare('SELECT count(*) AS n FROM chat_runs').get()).toMatchObject({ n: 2 })
    database.close()
  }
})
