/** After `npm ci` alone, from the root, every public name must import and the command must run. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { entries, manifest } from './packages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a program as a user at the root would: plain Node, no loader, no condition of ours. */
function node(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 20_000 })
}

test.each(entries())('$specifier imports from the root, built', ({ specifier }) => {
  const program = `const all = await import('${specifier}'); process.stdout.write(Object.keys(all).join())`
  const { status, stdout, stderr } = node('--input-type=module', '--eval', program)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).not.toBe('')
})

test('the linked command says its version', () => {
  const { status, stdout } = node('node_modules/.bin/streamseal', '--version')
  expect(status).toBe(0)
  expect(stdout.trim()).toBe(manifest('gateway').version)
})
