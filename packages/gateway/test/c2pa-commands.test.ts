/** `streamseal c2pa`, each command as a process of its own. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chainFilesIn } from '../src/c2pa/development-files.ts'
import { buildMain, type Ended, newDataDirectory, removeData, start } from './run-streamseal.ts'

let main: string
let folder: string
beforeAll(async () => {
  main = await buildMain()
  folder = mkdtempSync(join(tmpdir(), 'streamseal-c2pa-'))
  const made = await run(['certificate', '--allow-development', '--out', folder])
  expect(made.stdout).toMatch(/^DEVELOPMENT ONLY/)
}, 120_000)
afterAll(() => {
  removeData()
  rmSync(folder, { recursive: true, force: true })
})

type Env = Record<string, string>
const run = (args: string[], env: Env = {}, input?: string | Uint8Array): Promise<Ended> =>
  start(main, ['c2pa', ...args], env, input).ended
const key = (): string[] => {
  const { keyPath, certificatePath } = chainFilesIn(folder)
  return ['--key', keyPath, '--cert', certificatePath, '--allow-development']
}
const trust = (): string[] => ['--trust', chainFilesIn(folder).trustPath, '--allow-development']
const timeout = 120_000

async function signed(text: string, ...more: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(['sign', ...key(), ...more], {}, text)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

describe('sign and verify', () => {
  test(
    'a text signed in one pipe is trusted in another, and one letter less is not',
    async () => {
      const text = await signed('The cat sat on the mät.', '--model', 'demo-1', '--title', 'A cat')
      expect(text.startsWith('The cat sat on the mät.')).toBe(true)
      const trusted = await run(['verify', ...trust()], {}, text)
      expect(trusted.stdout).toMatch(/^C2PA: trusted\n/)
      expect(trusted.stdout).toContain('DEVELOPMENT CERTIFICATE')
      expect(trusted.stdout).toContain('"demo-1"')
      expect(trusted.code).toBe(0)
      const altered = await run(['verify', '--json', ...trust()], {}, text.replace('cat', 'dog'))
      expect(JSON.parse(altered.stdout)).toMatchObject({ state: 'invalid', content: 'altered' })
      expect(altered.code).toBe(1)
    },
    timeout,
  )

  test(
    'nobody is trusted without a trust list, and no text without a manifest is blamed',
    async () => {
      const text = await signed('Hello')
      const valid = await run(['verify'], {}, text)
      expect(valid).toMatchObject({ code: 1, stderr: '' })
      expect(valid.stdout).toMatch(/^C2PA: valid\n/)
      const plain = await run(['verify'], {}, 'Hello')
      expect(plain.code).toBe(3)
      expect(plain.stdout).toMatch(/^C2PA: unmarked\n/)
    },
    timeout,
  )

  test(
    'a stored manifest leaves the text as it is and is found again by it, in the data directory or in a file',
    async () => {
      const env = { STREAMSEAL_DATA_DIR: newDataDirectory() }
      const kept = await run(['sign', ...key(), '--carrier', 'stored'], env, 'An answer.\n')
      expect(kept).toMatchObject({ code: 0, stdout: 'An answer.\n' })
      expect(kept.stderr).toMatch(/^manifest: urn:c2pa:[\w-]+, kept in the data directory\n$/)
      const found = await run(['verify', '--carrier', 'stored', ...trust()], env, 'An answer.\n')
      expect(found.stdout).toMatch(/^C2PA: trusted\n.*manifest: store/s)
      expect((await run(['verify', '--carrier', 'stored'], env, 'Another.')).code).toBe(3)

      const manifest = join(folder, 'answer.c2pa')
      await signed('An answer.\n', '--carrier', 'stored', '--manifest', manifest)
      const given = await run(['verify', '--manifest', manifest, ...trust()], {}, 'An answer.\n')
      expect(given.code).toBe(0)
      const shown = await run(['inspect', '--manifest', manifest])
      expect(shown.stdout).toMatch(/^C2PA manifest, not verified: \d+ bytes/)
    },
    timeout,
  )

  test(
    'a script and a page carry theirs as code and as an element, through files',
    async () => {
      const script = join(folder, 'hello.py')
      writeFileSync(script, await signed('print(1)\n', '--carrier', 'structured', '--comment', '#'))
      expect(readFileSync(script, 'utf8')).toMatch(/^# -----BEGIN C2PA MANIFEST-----/)
      expect((await run(['verify', script, '--carrier', 'structured', ...trust()])).code).toBe(0)
      const page = join(folder, 'page.html')
      writeFileSync(page, await signed('<html><head></head><body>Hi</body></html>', '--carrier', 'html'))
      expect((await run(['verify', page, '--carrier', 'html', ...trust()])).code).toBe(0)
    },
    timeout,
  )

  test(
    'JSON gives the text and the manifest',
    async () => {
      const { text, id, manifest, manifestBytes } = JSON.parse(await signed('Hello', '--json')) as {
        text: string
        id: string
        manifest: string
        manifestBytes: number
      }
      expect(text).toMatch(/^Hello\u{FEFF}/u)
      expect(id).toMatch(/^urn:c2pa:/)
      expect(Buffer.from(manifest, 'base64')).toHaveLength(manifestBytes)
    },
    timeout,
  )
})

describe('inspect', () => {
  test(
    'shows what a manifest says without believing it, and drives no terminal',
    async () => {
      const title = 'one\u001b[31m\u202etwo'
      const text = await signed('Hello', '--title', title)
      const { code, stdout } = await run(['inspect'], {}, text)
      expect(code).toBe(0)
      expect(stdout).toMatch(/^C2PA manifest, not verified: \d+ bytes\n/)
      expect(stdout).toContain('c2pa.created')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there.
      expect(stdout).not.toMatch(/[\u001b\u202e]/)
      const json = JSON.parse((await run(['inspect', '--json'], {}, text)).stdout) as {
        unverified: { title: string }
      }
      expect(json.unverified.title).toBe(title)
      expect(await run(['inspect'], {}, 'Hello')).toMatchObject({
        code: 1,
        stdout: 'no C2PA manifest found\n',
      })
    },
    timeout,
  )
})

describe('certificates for development', () => {
  test('the key is its owner’s alone', () => {
    expect(statSync(chainFilesIn(folder).keyPath).mode & 0o777).toBe(0o600)
  })

  test(
    'are made and used only where that is asked for, never in production, and never over older ones',
    async () => {
      const out = join(folder, 'more')
      const refused = await run(['certificate', '--out', out])
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(refused.stderr).toContain('without --allow-development')
      const production = { NODE_ENV: 'production' }
      const made = await run(['certificate', '--allow-development', '--out', out], production)
      expect(made.code).toBe(2)
      expect(made.stderr).toContain('NODE_ENV="production"')
      expect((await run(['certificate', '--allow-development', '--out', folder])).stderr).toContain(
        'is there',
      )

      const unasked = await run(['sign', ...key().slice(0, -1)], {}, 'Hello')
      expect(unasked).toMatchObject({ code: 2, stdout: '' })
      expect(unasked.stderr).toContain('development certificate')
      expect((await run(['sign', ...key()], production, 'Hello')).code).toBe(2)
      expect((await run(['verify', ...trust()], production, 'Hello')).code).toBe(2)
    },
    timeout,
  )
})

describe('what cannot be used', () => {
  test.each([
    [['sign'], /--key and --cert/],
    [['sign', '--key', '/no/such.pem', '--cert', '/no/such.pem'], /"\/no\/such.pem": ENOENT/],
    [['sign', '--carrier', 'smoke'], /Allowed choices/],
    [['sign', '--manifest', 'x'], /--manifest with --carrier "embedded"/],
    [['verify', '--trust', '/no/such.pem'], /"\/no\/such.pem": ENOENT/],
    [['verify', '--trust-timestamps', '/no/such.pem'], /without --trust/],
    [['certificate', '--allow-development', '--days', '1e9'], /--days "1e9"/],
  ])(
    '%j ends with exit code 2 and says why',
    async (args, why) => {
      const { code, stdout, stderr } = await run(args, {}, 'Hello')
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(why)
    },
    timeout,
  )

  test(
    'the configured authority may fail, and the one that was asked for may not',
    async () => {
      const { keyPath, certificatePath, trustPath } = chainFilesIn(folder)
      const signing = ['sign', '--key', keyPath, '--cert', certificatePath, '--allow-development']
      const nobody = 'http://127.0.0.1:9/'
      const configured = await run(signing, { STREAMSEAL_C2PA_TSA: nobody }, 'Hello')
      expect(configured).toMatchObject({ code: 0, stderr: expect.stringContaining('signed without one') })
      const verified = await run(
        ['verify', '--trust', trustPath, '--allow-development'],
        {},
        configured.stdout,
      )
      expect(verified.code).toBe(0)
      const asked = await run([...signing, '--timestamp', nobody], {}, 'Hello')
      expect(asked.code).not.toBe(0)
      expect(asked.stdout).toBe('')
    },
    timeout,
  )

  test(
    'a key never reaches a message',
    async () => {
      const { keyPath, trustPath } = chainFilesIn(folder)
      const pem = readFileSync(keyPath, 'utf8')
      const wrong = ['--key', keyPath, '--cert', trustPath, '--allow-development']
      const { code, stderr } = await run(['sign', ...wrong], {}, 'Hello')
      expect(code).toBe(2)
      expect(stderr).not.toContain(pem.split('\n')[1])
    },
    timeout,
  )
})
