/** These tests need other implementations, which `run` installs; the suite of every commit leaves them out. */
import { defineConfig, mergeConfig } from 'vitest/config'
import everyday from '../../vitest.config.ts'

export default mergeConfig(
  { ...everyday, test: { ...everyday.test, include: [] } },
  defineConfig({ test: { include: ['interop/c2pa/**/*.test.ts'] } }),
)
