import { defineConfig } from 'vitest/config'

// Tests run from source: the workspaces resolve each other's `src` through this export condition.
// Neither `import` nor `module` among them: the workers pass them on to Node, which would mix the forms of packages that have both.
const conditions = ['@streamseal/source', 'node', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['node'] } },
  test: {
    include: ['{packages,apps,examples,tools,bench,proofs}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.cache/**'],
    pool: 'threads',
    maxWorkers: 2,
    reporters: ['default', './tools/summary-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A test of time on a busy machine may be tried again in CI; the summary names each one that needed it.
    retry: process.env.CI ? 2 : 0,
  },
})
