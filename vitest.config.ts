import { defineConfig } from 'vitest/config'

// Tests run from source: the workspaces resolve each other's `src` through this export condition.
const conditions = ['@streamseal/source', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['node', 'import', 'default'] } },
  test: {
    include: ['{packages,apps,examples,tools,bench,proofs}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.cache/**'],
    pool: 'threads',
    maxWorkers: 2,
    reporters: ['default', './tools/summary-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
