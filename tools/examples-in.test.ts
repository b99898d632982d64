import { expect, test } from 'vitest'
import { examplesInMarkdown, examplesInSource } from './examples-in.mjs'

test('a TypeScript fence is found with its line; other fences are not', () => {
  const markdown = 'Text\n\n```sh\nnpm ci\n```\n\n```ts\nconst one = 1\n```\n'
  expect(examplesInMarkdown(markdown)).toEqual([{ code: 'const one = 1\n', line: 7, runs: true }])
})

test('a fence marked no-run is found, and said not to run', () => {
  expect(examplesInMarkdown('```ts no-run\nawait fetch(url)\n```\n')).toMatchObject([{ runs: false }])
})

test('an indented fence loses its indentation and keeps the code’s own', () => {
  const markdown = '- item\n\n  ```ts\n  if (a) {\n    b()\n  }\n  ```\n'
  expect(examplesInMarkdown(markdown)).toMatchObject([{ code: 'if (a) {\n  b()\n}\n' }])
})

test('only fences under @example are taken from a doc comment, each at its line in the file', () => {
  const source = [
    "import { x } from './x.ts'",
    '/**',
    ' * Adds.',
    ' * ```ts',
    ' * not this one',
    ' * ```',
    ' * @param one',
    ' * @example',
    ' * ```ts',
    ' * add(1)',
    ' * ```',
    ' * @example Twice',
    ' * ```ts',
    ' * add(2)',
    ' * ```',
    ' */',
    'export const add = x',
  ].join('\n')
  expect(examplesInSource(source)).toEqual([
    { code: 'add(1)\n', line: 9, runs: true },
    { code: 'add(2)\n', line: 13, runs: true },
  ])
})

test('a source without doc comments has no examples', () => {
  expect(examplesInSource('// ```ts\n// no\n// ```\nexport const a = 1')).toEqual([])
})
