/** The text commands and the keys, each as a process of its own. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildMain, type Ended, newDataDirectory, removeData, start } from './run-streamseal.ts'

let main: string
let folder: string
beforeAll(async () => {
  main = await buildMain()
  folder = mkdtempSync(join(tmpdir(), 'streamseal-text-'))
})
afterAll(() => {
  removeData()
  rmSync(folder, { recursive: true, force: true })
})

type Env = Record<string, string>
const run = (args: string[], env: Env = {}, input?: string | Uint8Array): Promise<Ended> =>
  start(main, args, env, input).ended
const newEnv = (): Env => ({ STREAMSEAL_DATA_DIR: newDataDirectory() })

const sentence = 'The keeper wrote down the weather every evening, and there was little to write. '
/** Five segments. */
const prose = Array.from({ length: 6 }, (_, i) => `Chapter ${i}. ${sentence.repeat(5).trim()}`).join('\n\n')
const control = '\u001b'

async function sealed(env: Env, text = prose, ...more: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(['seal', '--model', 'demo', ...more], env, text)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

describe('verify', () => {
  test('shows the altered passage in its place, with its line and what stands around it', async () => {
    const env = newEnv()
    const text = (await sealed(env)).replace('Chapter 3. The keeper', 'Chapter 3. The thief')
    const { code, stdout } = await run(['verify'], env, text)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Altered: /)
    expect(stdout).toMatch(/altered, segment \d, lines? \d+( to \d+)?, characters \d+ to \d+\n/)
    expect(stdout).toMatch(/│ .*⟦[^⟧]*The thief[^⟧]*⟧/s)
    expect(stdout).not.toContain(control)
    expect(stdout).toMatch(/content +altered in 1 of \d segments/)
    expect(stdout).toMatch(/model +demo\n/)
  })

  test('shows what was added as not sealed, and the rest as an excerpt', async () => {
    const env = newEnv()
    const { code, stdout } = await run(['verify'], env, `Look at this:\n\n${await sealed(env)}`)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Excerpt: /)
    expect(stdout).toMatch(/not sealed, line 1, characters 0 to 15\n +1 │ ⟦Look at this:⟧\n/)
  })

  test('does not vouch for what cannot be compared', async () => {
    const env = newEnv()
    const text = await sealed(env, `${sentence}\n\nA note[^1] stands here.\n\n[^1]: The note.\n\n${sentence}`)
    expect((await run(['verify'], env, text)).code).toBe(0)
    // Reformatted elsewhere, as a page does: then nobody can tell what became of the note.
    const page = text.replace('The note.', 'Another note.').replaceAll('there was', 'there  was')
    const { code, stdout } = await run(['verify'], env, page)
    expect(stdout).toMatch(/^Not wholly comparable: .*\n\nnot comparable, segment \d/)
    expect(stdout).toMatch(/⟦[^⟧]*Another note/)
    expect(code).toBe(1)
  })

  test('paints for people, and never with NO_COLOR', async () => {
    const env = newEnv()
    const text = (await sealed(env)).replace('keeper', 'thief')
    const painted = await run(['verify'], { ...env, FORCE_COLOR: '1' }, text)
    expect(painted.stdout).toContain(`${control}[31mAltered`)
    const plain = await run(['verify'], { ...env, FORCE_COLOR: '1', NO_COLOR: '1' }, text)
    expect(plain.stdout).not.toContain(control)
  })

  // `script` of util-linux makes a terminal; every Debian has it.
  const script = '/usr/bin/script'
  const hasTerminal = process.platform === 'linux' && existsSync(script)
  test.skipIf(!hasTerminal)(
    'paints on a terminal without being told (skipped without util-linux)',
    async () => {
      const env = newEnv()
      const path = join(folder, 'painted.txt')
      writeFileSync(path, await sealed(env))
      const onTerminal = (more: Env): string =>
        execFileSync(script, ['-qec', `"${process.execPath}" "${main}" verify "${path}"`, '/dev/null'], {
          env: { PATH: process.env.PATH, TERM: 'xterm', ...env, ...more },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
        })
      expect(onTerminal({})).toContain(`${control}[32mIntact`)
      expect(onTerminal({ NO_COLOR: '1' })).not.toContain(control)
      expect(onTerminal({ TERM: 'dumb' })).not.toContain(control)
    },
  )

  test('lets no text drive the terminal', async () => {
    const env = newEnv()
    const text = (await sealed(env)).replace('keeper', `${control}[2J\u202e\u0007thief`)
    const { stdout } = await run(['verify'], env, text)
    expect(stdout).toContain('\\u{1b}[2J\\u{202e}\\u{7}thief')
    expect(stdout).not.toContain(control)
  })

  test('--json is the report, and nothing else', async () => {
    const env = newEnv()
    const { stdout } = await run(['verify', '--json'], env, await sealed(env))
    expect(JSON.parse(stdout)).toMatchObject({ status: 'intact', text: prose })
  })

  test('takes the closing that seal gave beside a text', async () => {
    const env = newEnv()
    const code = 'print(1)\n'
    const end = await run(['seal', '--model', 'demo', '--format', 'code'], env, code)
    expect(end.stdout).toBe(code)
    const [, detached] = /^detached: (\S+)\n$/.exec(end.stderr)!
    expect((await run(['verify', '--detached', detached!], env, code)).code).toBe(0)
    expect((await run(['verify'], env, code)).code).toBe(3)
  })
})

describe('texts in and out', () => {
  test('a file is read as standard input is; a byte order mark and line ends stay', async () => {
    const env = newEnv()
    const path = join(folder, 'a text.txt')
    const text = `\ufeff${prose.replaceAll('\n', '\r\n')}\r\n`
    writeFileSync(path, await sealed(env, text))
    expect(await run(['strip', path])).toMatchObject({ code: 0, stdout: text })
    expect(await run(['strip', '-'], {}, readFileSync(path))).toMatchObject({ code: 0, stdout: text })
    expect((await run(['verify', path], env)).code).toBe(0)
  })

  test.each([
    ['Latin-1', Buffer.from('Ein schöner Tag', 'latin1'), /not UTF-8 from byte 7 \(0xF6\)/],
    ['a cut character', Buffer.from('tag € ').subarray(0, 6), /not UTF-8 from byte 4 \(0xE2\)/],
    [
      'one behind a real U+FFFD',
      Buffer.from([0xef, 0xbf, 0xbd, 0x61, 0xff]),
      /not UTF-8 from byte 4 \(0xFF\)/,
    ],
    ['UTF-16', Buffer.from('\ufeffEin Tag', 'utf16le'), /it is UTF-16/],
  ])('%s is refused with its place, not guessed at', async (_, bytes, reason) => {
    const { code, stdout, stderr } = await run(['strip'], {}, bytes)
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toMatch(reason)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test.each([['verify'], ['sanitize'], ['inspect']])('%s refuses what is not UTF-8', async command => {
    const { code, stdout } = await run([command], {}, Buffer.from('Ein schöner Tag', 'latin1'))
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
  })

  test('a text of many megabytes goes through', async () => {
    const env = newEnv()
    const text = sentence.repeat(100_000)
    const marked = await sealed(env, text)
    expect((await run(['strip'], {}, marked)).stdout).toBe(text)
    expect((await run(['verify'], env, marked)).stdout).toMatch(/^Intact/)
  })

  test('a text that is too long is refused', async () => {
    const { code, stderr } = await run(['strip', '--max-bytes', '100'], {}, prose)
    expect(code).toBe(4)
    expect(stderr).toMatch(/longer than 100 bytes/)
    expect((await run(['strip', '--max-bytes', '-1'], {}, prose)).code).toBe(2)
  })

  test.each([['strip'], ['sanitize']])('%s ends quietly where its reader has enough', async command => {
    const { child, ended } = start(main, [command], {}, sentence.repeat(50_000))
    child.stdout!.once('data', () => child.stdout!.destroy())
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })

  test('verify keeps its exit code where its reader has enough', async () => {
    const env = newEnv()
    const { child, ended } = start(main, ['verify', '--json'], env, sentence.repeat(50_000))
    child.stdout!.once('data', () => child.stdout!.destroy())
    expect(await ended).toMatchObject({ code: 3, stderr: '' })
  })

  test('seal --stream writes what it has while more is to come', async () => {
    const env = newEnv()
    const process = start(main, ['seal', '--model', 'demo', '--stream'], env, { open: true })
    process.child.stdin!.write('The first words, ')
    await process.waitFor(/^The first words/)
    process.child.stdin!.end(prose)
    const { code, stdout } = await process.ended
    expect(code).toBe(0)
    expect((await run(['strip'], {}, stdout)).stdout).toBe(`The first words, ${prose}`)
    expect((await run(['verify'], env, stdout)).code).toBe(0)
  })

  test('seal --stream refuses what is not UTF-8', async () => {
    const bytes = Buffer.from('Ein schöner Tag', 'latin1')
    const { code, stderr } = await run(['seal', '--model', 'demo', '--stream'], newEnv(), bytes)
    expect(code).toBe(4)
    expect(stderr).toMatch(/not UTF-8/)
  })
})

describe('inspect, strip and sanitize', () => {
  const tags = `Hi${String.fromCodePoint(0xe0041, 0xe0042)} there.\nOn the second line:\u200b\u200c\u200b\u200c.`

  test('inspect lists the marks and says that nothing was checked of them', async () => {
    const { code, stdout } = await run(['inspect'], {}, await sealed(newEnv()))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^seal [0-9a-f]{16}: \d+ marks, Ed25519, key [\w-]{8}…\n {2}segment 0: at \d+/)
    expect(stdout).toMatch(/ {2}opening: at /)
    expect(stdout).toMatch(/ {2}closing, complete, behind \d segments: at /)
  })

  test('sanitize prints the clean text, and on standard error what it took', async () => {
    const { code, stdout, stderr } = await run(['sanitize'], {}, tags)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hi there.\nOn the second line:.' })
    expect(stderr).toMatch(/^tags: line 1, at 2 to 6, 2 characters\nzero-width: line 2, /)
    const checked = await run(['sanitize', '--check', '--json'], {}, tags)
    expect(checked.code).toBe(1)
    expect(JSON.parse(checked.stdout)).toMatchObject({ removed: [{ kind: 'tags' }, { kind: 'zero-width' }] })
    expect((await run(['sanitize', '--check'], {}, prose)).code).toBe(0)
    const kept = await run(['sanitize', '--keep', 'tags,zero-width'], {}, tags)
    expect(kept.stdout).toBe(tags)
    expect((await run(['sanitize', '--keep', 'everything'], {}, tags)).code).toBe(2)
  })

  test('strip --check says whether there is anything, and prints no text', async () => {
    const marked = await sealed(newEnv())
    expect(await run(['strip', '--check'], {}, marked)).toMatchObject({ code: 1, stdout: '' })
    expect(await run(['strip', '--check'], {}, prose)).toMatchObject({ code: 0, stdout: '' })
    expect((await run(['strip', '--also', 'encypher,others'], {}, prose)).code).toBe(2)
  })
})

describe('keys', () => {
  const ids = (stdout: string): string[] => stdout.match(/[\w-]{43}/g) ?? []

  test('list shows none before the first use, and makes none', async () => {
    const env = newEnv()
    expect(await run(['keys', 'list'], env)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/No keys yet/),
    })
    await sealed(env)
    expect((await run(['keys', 'list'], env)).stdout).toMatch(
      /^\* [\w-]{43} {2}Ed25519 {2}signs {5}\d{4}-\d\d-\d\dT[\d:.]+Z\n$/,
    )
  })

  test('rotate: the new key signs, the old one goes on verifying, and export has both', async () => {
    const env = newEnv()
    const before = await sealed(env)
    const [old] = ids((await run(['keys', 'list'], env)).stdout)
    const rotated = await run(['keys', 'rotate', '--json'], env)
    const { signing, retired } = JSON.parse(rotated.stdout)
    expect(retired).toEqual([old])
    expect((await run(['verify'], env, before)).code).toBe(0)
    const after = await run(['verify', '--json'], env, await sealed(env))
    expect(JSON.parse(after.stdout).seals[0].keyId).toBe(signing)
    const exported = await run(['keys', 'export'], env)
    const { keys } = JSON.parse(exported.stdout)
    expect(keys.map(({ kid }: { kid: string }) => kid)).toEqual([signing, old])
    expect(exported.stdout).not.toContain('"d"')
    const set = join(folder, 'jwks.json')
    writeFileSync(set, exported.stdout)
    expect((await run(['verify', '--keys', set], newEnv(), before)).code).toBe(0)
  })

  test('revoke: verify says so, and shows no claims', async () => {
    const env = newEnv()
    const before = await sealed(env)
    const [old] = ids((await run(['keys', 'list'], env)).stdout)
    const revoked = await run(['keys', 'revoke', old!.slice(0, 10)], env)
    expect(revoked).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/signs from now on\n.*is revoked\n/),
    })
    const { code, stdout } = await run(['verify'], env, before)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Revoked: /)
    expect(stdout).toMatch(/claims +not shown/)
    expect(stdout).not.toMatch(/model +demo/)
    expect((await run(['keys', 'list'], env)).stdout).toMatch(/revoked {3}.*revoked \d{4}-/)
    expect((await run(['verify'], env, await sealed(env))).code).toBe(0)
  })

  test('revoke refuses what names no key or too little of one: 2', async () => {
    const env = newEnv()
    await sealed(env)
    for (const prefix of ['a', 'nothing-like-it'])
      expect(await run(['keys', 'revoke', prefix], env)).toMatchObject({ code: 2, stdout: '' })
  })
})
