/** The guide's clients in a real Chromium, unchanged but for host and port, and what the browser does by itself. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demo } from '@streamseal/stream/demo'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { chromiumPath } from '../../apps/web/test/start-browser.ts'
import { sseClient, webSocketClient } from './helpers/browser-clients.ts'
import { type QueryServer, queryServer } from './helpers/query-server.ts'

const model = demo({ text: 'I am well, thank you.', tokensPerSecond: 100, firstTokenMs: 0 })
let browser: BrowserContext
let profile: string
let server: QueryServer | undefined

beforeAll(async () => {
  // A browser on a busy machine needs patience; nothing here waits for a time to pass.
  vi.setConfig({ testTimeout: 120_000 })
  profile = mkdtempSync(join(tmpdir(), 'streamseal-clients-'))
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
}, 120_000)
afterAll(async () => {
  await browser?.close()
  rmSync(profile, { recursive: true, force: true })
})
afterEach(() => server?.close())

interface Opened {
  page: Page
  logged: string[]
  server: QueryServer
}

/** A page of the server under test that runs a program; `logged` is what it writes to its console. */
async function open(program: (url: URL) => string): Promise<Opened> {
  server = await queryServer(model, '<title>Client</title><p id="response"></p>')
  const page = await browser.newPage()
  const logged: string[] = []
  page.on('console', message => logged.push(message.text()))
  await page.goto(server.url)
  await page.addScriptTag({ content: program(new URL(server.url)) })
  return { page, logged, server }
}

const shown = (page: Page): Promise<string | null> => page.locator('#response').textContent()

test("the guide's SSE client shows the answer of a query and closes", async () => {
  const { page, logged, server } = await open(() =>
    sseClient.replace("'/query/stream'", "'/query/stream?query=How are you?'"),
  )
  await expect.poll(() => logged, { timeout: 60_000 }).toContain('Stream complete: I am well, thank you.')
  expect(await shown(page)).toBe('I am well, thank you.')
  expect(logged.filter(line => line.startsWith('Chunk:')).length).toBeGreaterThan(3)
  expect([server.asked, server.requests.length]).toEqual([1, 1])
})

test('the bare EventSource of the guide is told that there is no query, and asks nobody', async () => {
  const { logged, server } = await open(() => sseClient)
  await expect.poll(() => logged, { timeout: 60_000 }).toContain('Stream complete: undefined')
  expect([server.asked, server.requests]).toEqual([0, ['GET /query/stream']])
})

test.each([
  ['/query/stream', 0],
  ['/query/stream?query=x', 1],
])(
  'an EventSource of %s that is left open comes back once, is sent away with 204, and the model is not asked again',
  async (path, asked) => {
    const { page, server } = await open(() => `window.source = new EventSource('${path}')`)
    await page.waitForFunction('source.readyState === EventSource.CLOSED', undefined, { timeout: 60_000 })
    expect(server.requests).toEqual([`GET ${path}`, `GET ${path}`])
    expect(server.asked).toBe(asked)
  },
)

test("the guide's WebSocket client shows the answer; an empty query and further ones go over the same socket", async () => {
  const { page, logged, server } = await open(url => webSocketClient.replace('localhost:8000', url.host))
  await expect.poll(() => logged, { timeout: 60_000 }).toContain('Complete: I am well, thank you.')
  expect(await shown(page)).toBe('I am well, thank you.')
  await page.evaluate('ws.send(JSON.stringify({ query: "" })); ws.send(JSON.stringify({ query: "Really?" }))')
  await expect
    .poll(() => logged.filter(line => line.startsWith('Complete:')).length, { timeout: 60_000 })
    .toBe(2)
  expect(logged).toContain('Error: No query provided')
  expect(server.asked).toBe(2)
})

test("Chromium's fetch reads the parts as they come, before the answer has ended", async () => {
  const { page } = await open(() => '// nothing yet')
  const pieces = await page.evaluate(async () => {
    const response = await fetch('/query/parts')
    const seen: string[] = []
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read())
      seen.push(next.value)
    return seen
  })
  expect(pieces.length).toBeGreaterThan(3)
  const parts = pieces
    .join('')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(parts.map(part => part.cursor)).toEqual(parts.map((_, index) => index + 1))
  expect(parts.at(-1).type).toBe('finish')
})
