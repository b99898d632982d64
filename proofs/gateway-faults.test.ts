/** The storm of faults, shortened: the long one is `npm run proof -- gateway-faults`. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs the proof against the built gateway. */
function prove(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['tools/proof.mjs', 'gateway-faults', ...args],
    { cwd: root, encoding: 'utf8', timeout: 150_000 },
  )
  return { status, output: stdout + stderr }
}

test('no stream hangs, ends falsely clean or loses a character, whatever its upstream does', {
  timeout: 160_000,
}, () => {
  const { status, output } = prove('--streams', '200', '--seed', '1')
  expect(output).toContain('faults: 0')
  expect(status).toBe(0)
})

test('a character that is lost is seen', { timeout: 160_000 }, () => {
  const { status, output } = prove('--streams', '20', '--break')
  expect(output).toContain('FAULT stream 9')
  expect(status).toBe(1)
})
