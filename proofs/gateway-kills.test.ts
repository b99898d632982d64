import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../packages/stream/src/runs/redis-server.test-helper.ts'

// Inside the gateway's package, so that what it stands on is found.
const folder = fileURLToPath(new URL('../packages/gateway/.cache/', import.meta.url))
const program = `${folder}gateway-kills-test-${process.pid}.mjs`
const own = fileURLToPath(new URL('..', import.meta.url))

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: [fileURLToPath(new URL('gateway-kills.proof.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@streamseal/source'],
    logLevel: 'error',
    plugins: [
      {
        // Ours from source, everyone else's as it is installed.
        name: 'others-are-external',
        setup({ onResolve }) {
          onResolve({ filter: /^[^./#]/ }, ({ path, kind }) =>
            kind === 'entry-point' || /^(streamseal$|@streamseal\/)/.test(path)
              ? undefined
              : { external: true },
          )
        },
      },
    ],
  })
})
afterAll(() => rmSync(program, { force: true }))

/** Runs the proof, shortened. */
function prove(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: own,
    encoding: 'utf8',
    timeout: 170_000,
  })
  return { status, output: stdout + stderr }
}

describe.skipIf(!hasRedis)(
  'the proof of killed gateways, shortened (skipped where redis-server is not installed)',
  () => {
    test('nothing is lost, doubled or contradicted when a gateway is killed that produces, reads, or has not yet spoken', {
      timeout: 180_000,
      retry: 2,
    }, () => {
      const { status, output } = prove('--only', 'kills', '--rounds', '3')
      expect(output).toContain('lost, doubled, out of order, contradicted or untold: 0')
      expect(status).toBe(0)
    })

    test('a part that is lost is seen', { timeout: 180_000, retry: 2 }, () => {
      const { status, output } = prove('--only', 'kills', '--rounds', '1', '--break')
      expect(output).toContain('FAULT')
      expect(status).toBe(1)
    })
  },
)
