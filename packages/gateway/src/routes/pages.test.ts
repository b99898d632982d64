import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readConfig } from '../config/read-config.ts'
import { createServer } from '../http/create-server.ts'
import { addPages } from './pages.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function buildPages(): string {
  const folder = mkdtempSync(join(tmpdir(), 'streamseal-pages-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<title>Playground</title>')
  writeFileSync(join(folder, 'verify.html'), '<title>Verify</title>')
  writeFileSync(join(folder, 'assets', 'main-1.js'), 'export {}')
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function servePages(folder: string | undefined): Promise<string> {
  const app = createServer({ config: readConfig({ STREAMSEAL_LOG_LEVEL: 'silent' }) }, () => false)
  addPages(app, folder)
  cleanups.push(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

test.each([
  ['/', 'Playground'],
  ['/verify', 'Verify'],
])('%s is its page, under a policy that runs no inline script', async (path, title) => {
  const response = await fetch((await servePages(buildPages())) + path)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(await response.text()).toContain(title)
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/)
  expect(policy).toMatch(/frame-ancestors 'none'/)
  expect(policy).not.toMatch(/unsafe/)
  expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  expect(response.headers.get('cache-control')).toBe('no-cache')
})

test('assets are kept for ever, because the build names them by their content', async () => {
  const response = await fetch(`${await servePages(buildPages())}/assets/main-1.js`)
  expect(response.headers.get('content-type')).toMatch(/javascript/)
  expect(response.headers.get('cache-control')).toMatch(/immutable/)
})

test.each(['/assets/../index.html/../../etc/passwd', '/..%2f..%2fetc/passwd', '/assets/none.js'])(
  'no other file is to be had by %s',
  async path => {
    const response = await fetch((await servePages(buildPages())) + path)
    expect(response.status).toBe(404)
  },
)

test('without built pages their paths say what to run', async () => {
  const response = await fetch(`${await servePages(undefined)}/`)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { message: /npm run build/ } })
})
