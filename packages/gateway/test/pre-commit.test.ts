/** The hook of examples/pre-commit, in a real repository, with the real command. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createSigner, generateKeys, inspect, seal } from '@streamseal/seal'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildMain } from './run-streamseal.ts'

const hook = fileURLToPath(new URL('../../../examples/pre-commit/pre-commit', import.meta.url))
const words = 'The keeper wrote down the weather every evening ✔️, and there was little to write.\r\nÜ\n'
let main: string
let marked: string
beforeAll(async () => {
  main = await buildMain()
  const { privateJwk } = await generateKeys('Ed25519')
  const { text } = await seal(words, { signer: await createSigner(privateJwk), claims: { model: 'demo' } })
  marked = text
  expect(inspect(marked).marks.length).toBeGreaterThan(0)
})

let repository: string
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'streamseal-git-'))
  git('init', '-q', '-b', 'main')
  copyFileSync(hook, join(repository, '.git/hooks/pre-commit'))
  chmodSync(join(repository, '.git/hooks/pre-commit'), 0o755)
})
afterEach(() => rmSync(repository, { recursive: true, force: true }))

const env = (more: Record<string, string> = {}): Record<string, string | undefined> => ({
  PATH: process.env.PATH,
  HOME: repository,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  STREAMSEAL: `${process.execPath} ${main}`,
  ...more,
})
const git = (...args: string[]): string =>
  execFileSync('git', args, {
    cwd: repository,
    env: env(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
const commit = (more?: Record<string, string>) =>
  spawnSync('git', ['commit', '-m', 'x'], { cwd: repository, env: env(more), encoding: 'utf8' })
const file = (name: string): string => join(repository, name)
const write = (name: string, content: string | Uint8Array): void => writeFileSync(file(name), content)
const read = (name: string): string => readFileSync(file(name), 'utf8')
const committed = (name: string): string => git('show', `HEAD:${name}`)

test('marks are taken out of what is committed and of the file; nothing else changes', () => {
  write('answer.md', marked)
  write('plain.md', words)
  git('add', '.')
  const { status, stderr } = commit()
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'pre-commit: took marks out of "answer.md"\n' })
  expect(committed('answer.md')).toBe(words)
  expect(committed('plain.md')).toBe(words)
  expect(read('answer.md')).toBe(words)
  expect(git('status', '--porcelain')).toBe('')
})

test.each([
  'a name with spaces.md',
  'quotes "and" back\\slash.md',
  'line\nend.md',
  'ünï*code[1].md',
  '-dash,comma.md',
])('a file named %j is cleaned', name => {
  write(name, marked)
  git('add', '--all')
  expect(commit().status).toBe(0)
  expect(committed(name)).toBe(words)
  expect(read(name)).toBe(words)
})

test('what is staged of a file is cleaned, and changes that are not staged are left alone', () => {
  write('answer.md', marked)
  git('add', '.')
  write('answer.md', `${marked}A line that is not staged.\n`)
  const { status, stderr } = commit()
  expect(status).toBe(0)
  expect(stderr).toContain('was left alone')
  expect(committed('answer.md')).toBe(words)
  expect(read('answer.md')).toBe(`${marked}A line that is not staged.\n`)
})

test('modes stay, links and other bytes are left as they are, deletions pass', () => {
  write('old.md', words)
  git('add', '.')
  commit()
  write('run.sh', marked)
  chmodSync(file('run.sh'), 0o755)
  const bytes = Buffer.concat([Buffer.from([0, 0xff, 0xfe]), Buffer.from(marked)])
  write('image.bin', bytes)
  symlinkSync('run.sh', file('link'))
  rmSync(file('old.md'))
  git('add', '--all')
  const { status, stderr } = commit()
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'pre-commit: took marks out of "run.sh"\n' })
  expect(statSync(file('run.sh')).mode & 0o111).not.toBe(0)
  expect(git('ls-tree', 'HEAD', 'run.sh')).toMatch(/^100755 /)
  expect(readFileSync(file('image.bin')).equals(bytes)).toBe(true)
  expect(git('ls-tree', '--name-only', 'HEAD')).toBe('image.bin\nlink\nrun.sh\n')
})

test('the commit is refused where marks may be there and Streamseal cannot run', () => {
  write('answer.md', marked)
  git('add', '.')
  const { status, stderr } = commit({ STREAMSEAL: '/nowhere/streamseal' })
  expect(status).not.toBe(0)
  expect(stderr).toContain('cannot strip "answer.md" (exit code 127)')
  write('answer.md', words)
  git('add', '.')
  expect(commit({ STREAMSEAL: '/nowhere/streamseal' }).status).toBe(0)
})
