/** The page about errors says what the code does. */
import { readFileSync } from 'node:fs'
import { StreamError, type StreamErrorCode } from '@streamseal/stream'
import { statusOfCode } from '@streamseal/stream/openai-wire'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const rows = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \| (\d+) \| (yes|no) \|/gm)].map(
  ([, code = '', status = '', retryable = '']) => ({ code: code as StreamErrorCode, status, retryable }),
)
const declared =
  /type StreamErrorCode =([\s\S]*?)\n\n/.exec(read('packages/stream/src/contract.ts'))?.[1] ?? ''

test('every code has a row, in the order of the contract', () => {
  expect(rows.map(({ code }) => code)).toEqual(declared.match(/\w+/g))
})

test.each(rows)('$code has the status and the retryability of its row', ({ code, status, retryable }) => {
  expect(statusOfCode(code)).toBe(Number(status))
  expect(new StreamError('Cannot answer', { code }).retryable).toBe(retryable === 'yes')
})
