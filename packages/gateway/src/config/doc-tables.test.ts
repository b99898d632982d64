/** The gateway's page and the published schema say what the code says: both are made from the tables of settings. `STREAMSEAL_WRITE_DOCS=1` writes them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../exit-codes.ts'
import { errorRow, gatewayErrorCodes } from '../http/error-table.ts'
import { configSchema } from './config-schema.ts'
import { loadConfig } from './load-config.ts'
import { type Option, options } from './options.ts'

const pagePath = new URL('../../../../docs/gateway.md', import.meta.url)
const schemaPath = new URL('../../config.schema.json', import.meta.url)
const isWriting = process.env.STREAMSEAL_WRITE_DOCS === '1'
const page = readFileSync(pagePath, 'utf8')

const begin =
  '<!-- settings: made from packages/gateway/src/config/options.ts; STREAMSEAL_WRITE_DOCS=1 npx vitest run packages/gateway/src/config/doc-tables.test.ts writes them -->\n'
const end = '<!-- end of settings -->\n'

function row({ variable, path, fallback, meaning }: Option): string {
  return `| \`${variable}\` | \`${path}\` | ${fallback} | ${meaning} |\n`
}

test('docs/gateway.md has the table of settings', () => {
  const head = '| variable | in the file | default | what |\n| --- | --- | --- | --- |\n'
  const table = `${begin}${head}${options.map(row).join('')}${end}`
  const [before, rest] = page.split(begin)
  const [, after] = rest?.split(end) ?? []
  if (isWriting) writeFileSync(pagePath, `${before}${table}${after}`)
  else expect(page).toContain(table)
})

test('config.schema.json is the schema that files are checked against', () => {
  const schema = `${JSON.stringify(configSchema(), null, 2)}\n`
  if (isWriting) writeFileSync(schemaPath, schema)
  else expect(JSON.parse(readFileSync(schemaPath, 'utf8'))).toEqual(configSchema())
})

test('the configuration file that docs/gateway.md shows can be used', () => {
  const [, example = '{}'] = /```json\n(\{[\s\S]*?\n\})\n```/.exec(page) ?? []
  const path = join(mkdtempSync(join(tmpdir(), 'streamseal-docs-')), 'config.json')
  writeFileSync(path, example)
  const config = loadConfig(
    { GROQ_API_KEY: 'g', WEB_KEY: 'w', BATCH_KEY: 'b', HOOK_SECRET: 'h' },
    { file: path },
  )
  rmSync(dirname(path), { recursive: true })
  expect(config).toMatchObject({
    maxStreams: 500,
    providers: [{ name: 'groq' }],
    keys: [{ name: 'web' }, { name: 'batch' }],
  })
})

test.each(gatewayErrorCodes)('docs/gateway.md has the row of %s', code => {
  const { status, retryable } = errorRow(code)
  expect(page).toContain(`| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} |`)
})

test('docs/gateway.md has every exit code', () => {
  for (const code of Object.values(exitCodes)) expect(page).toMatch(new RegExp(`\\| ${code} \\|`))
})
