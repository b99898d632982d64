import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../packages/stream/src/runs/redis-server.test-helper.ts'

// Inside the repository, so that libsql and the Redis client are found.
const folder = fileURLToPath(new URL('../.cache/run/', import.meta.url))
const program = `${folder}runs-proof-test-${process.pid}.mjs`

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: [fileURLToPath(new URL('runs.proof.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@streamseal/source'],
    external: ['libsql', '@redis/client'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
  })
})

/** Runs the proof, shortened. */
function prove(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    timeout: 150_000,
  })
  return { status, output: stdout + stderr }
}

describe.skipIf(!hasRedis)(
  'the proof of runs, shortened (skipped where redis-server is not installed)',
  () => {
    test('nothing is lost or doubled when a producer, and then a reader’s node, is killed', {
      timeout: 160_000,
      retry: 2,
    }, () => {
      const { status, output } = prove('--only', 'kills', '--rounds', '4')
      expect(output).toContain('lost, doubled, out of order or untold: 0')
      expect(status).toBe(0)
    })

    test('a part that is lost is seen', { timeout: 160_000, retry: 2 }, () => {
      const { status, output } = prove('--only', 'kills', '--rounds', '1', '--break')
      expect(output).toContain('FAULT')
      expect(status).toBe(1)
    })
  },
)
