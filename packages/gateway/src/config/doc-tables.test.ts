/** The gateway's page says what the code says: its tables are checked row by row. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exitCodes } from '../exit-codes.ts'
import { errorRow, gatewayErrorCodes } from '../http/error-table.ts'
import { settings } from './settings.ts'

const page = readFileSync(new URL('../../../../docs/gateway.md', import.meta.url), 'utf8')

test.each(Object.values(settings))(
  'docs/gateway.md has the row of $variable',
  ({ variable, fallback, meaning }) => {
    expect(page).toContain(`| \`${variable}\` | ${fallback.toLocaleString('en')} | ${meaning} |`)
  },
)

test.each(gatewayErrorCodes)('docs/gateway.md has the row of %s', code => {
  const { status, retryable } = errorRow(code)
  expect(page).toContain(`| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} |`)
})

test('docs/gateway.md has every exit code', () => {
  for (const code of Object.values(exitCodes)) expect(page).toMatch(new RegExp(`\\| ${code} \\|`))
})
