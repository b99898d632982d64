/** Shows that the layers step fails on a broken layer: each test lays a small tree and runs the step on it. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const step = fileURLToPath(new URL('layers.mjs', import.meta.url))
const trees: string[] = []
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true, force: true })
})

function layers(files: Record<string, string>): { passed: boolean; says: string } {
  const tree = mkdtempSync(join(tmpdir(), 'layers-'))
  trees.push(tree)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
  }
  const { status, stderr } = spawnSync(process.execPath, [step, tree], { encoding: 'utf8' })
  return { passed: status === 0, says: stderr }
}

const leaf = 'export interface Leaf {}\n'
const uses = (path: string): string => `import type { Leaf } from '${path}'\nexport const leaf: Leaf = {}\n`

test('imports that point down pass', () => {
  expect(
    layers({
      'packages/seal/src/encypher/handler.ts': uses('../leaf.ts'),
      'packages/seal/src/leaf.ts': leaf,
      'packages/stream/src/contract.ts': leaf,
      'packages/stream/src/generate.ts': uses('./contract.ts'),
    }),
  ).toEqual({ passed: true, says: '' })
})

test('a type imported from a higher package fails, though no code runs', () => {
  const { passed, says } = layers({
    'packages/seal/src/sealer.ts': uses('../../stream/src/contract.ts'),
    'packages/stream/src/contract.ts': leaf,
  })
  expect(passed).toBe(false)
  expect(says).toContain(
    'seal uses only itself: packages/seal/src/sealer.ts → packages/stream/src/contract.ts',
  )
})

test('a lower module that imports the compatibility port above it fails', () => {
  const { passed, says } = layers({
    'packages/seal/src/sealer.ts': uses('./encypher/leaf.ts'),
    'packages/seal/src/encypher/leaf.ts': leaf,
  })
  expect(passed).toBe(false)
  expect(says).toContain('packages/seal/src/sealer.ts → packages/seal/src/encypher/leaf.ts')
})

test('two providers that import each other’s modules fail', () => {
  const { passed, says } = layers({
    'packages/stream/src/anthropic.ts': uses('./google/usage.ts'),
    'packages/stream/src/google/usage.ts': leaf,
  })
  expect(passed).toBe(false)
  expect(says).toContain('members do not import each other: packages/stream/src/anthropic.ts')
})

test('generate fails when it knows a provider', () => {
  const { passed, says } = layers({
    'packages/stream/src/generate.ts': uses('./openai.ts'),
    'packages/stream/src/openai.ts': leaf,
  })
  expect(passed).toBe(false)
  expect(says).toContain('packages/stream/src/generate.ts → packages/stream/src/openai.ts')
})

test('a circle fails, and so does one of types alone', () => {
  const circle = layers({
    'packages/seal/src/one.ts': "import type { Two } from './two.ts'\nexport interface One { two: Two }\n",
    'packages/seal/src/two.ts': "import type { One } from './one.ts'\nexport interface Two { one: One }\n",
  })
  expect(circle.passed).toBe(false)
  expect(circle.says).toContain('no circles')
})

test('a package reached by a relative path fails, even where the arrow points down', () => {
  const { passed, says } = layers({
    'packages/stream/src/seal-part.ts': uses('../../seal/src/leaf.ts'),
    'packages/seal/src/leaf.ts': leaf,
  })
  expect(passed).toBe(false)
  expect(says).toContain('packages meet by public name')
})

test('an import of nothing fails', () => {
  const { passed, says } = layers({ 'packages/seal/src/sealer.ts': uses('./gone.ts') })
  expect(passed).toBe(false)
  expect(says).toContain('every import resolves')
})
