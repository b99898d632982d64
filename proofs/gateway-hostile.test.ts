/** The quick ones of the hostile clients; all of them are in `npm run proof -- gateway-hostile`. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs the proof against the built gateway. */
function prove(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['tools/proof.mjs', 'gateway-hostile', ...args],
    { cwd: root, encoding: 'utf8', timeout: 110_000 },
  )
  return { status, output: stdout + stderr }
}

test('smuggled requests, tricks with paths and hosts, and giant headers get no further than a refusal', {
  timeout: 120_000,
}, () => {
  const { status, output } = prove('--only', 'smuggling,paths,giant headers')
  expect(output).toContain('faults: 0')
  expect(status).toBe(0)
})

test('an honest client who is not served is seen', { timeout: 120_000 }, () => {
  const { status, output } = prove('--only', 'wrong keys', '--size', '2', '--break')
  expect(output).toContain('An honest client is answered 401')
  expect(status).toBe(1)
})
