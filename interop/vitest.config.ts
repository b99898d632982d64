/** The suites that need another system, run by `interop/run`; everything else is as in the main suite. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import main from '../vitest.config.ts'

export default defineConfig({
  ...main,
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: { ...main.test, include: ['interop/**/*.test.ts'] },
})
