/** Runs every example as a user would, in a process of its own, against the built packages. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { exampleFiles } from './files.mjs'
import { runTypeScript } from './run-typescript.mjs'

test.each(exampleFiles())('%s runs to its end', async file => {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  expect(await runTypeScript(path, { timeoutMs: 25_000 })).toMatchObject({ ok: true })
})
