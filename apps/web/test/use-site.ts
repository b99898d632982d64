/** A gateway, its pages and a browser for the tests of one file; every page is watched for what must never happen. */
import { rmSync } from 'node:fs'
import type { BrowserContextOptions, Page } from 'playwright-core'
import type { Environment } from 'streamseal'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { type Browser, startBrowser } from './start-browser.ts'
import { buildPages, type Site, startSite } from './start-site.ts'

/** What a test file gets. */
export interface SiteUnderTest {
  readonly url: string
  /** The folder of the built pages. */
  readonly pages: string
  /** Opens a page of the site in the shared browser. */
  open(path?: string): Promise<Page>
  /** Opens it in a browser of its own, such as a phone's or a dark one; it is closed after the test. */
  openIn(options: BrowserContextOptions, path?: string): Promise<Page>
  /** Fails the test where a page erred, broke its policy or asked another server. Servers of a test are `allowed`. */
  allow(origin: string): void
  /** Takes from the troubles of this test those that it brings about itself. */
  forgive(trouble: RegExp): void
}

/** Starts everything before the file's tests and ends it after them. */
export function useSite(env: Environment = {}): SiteUnderTest {
  // A browser on a busy machine of two cores needs patience; nothing here waits for a time to pass.
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
  const running: { pages?: string; site?: Site; browser?: Browser } = {}
  const ownBrowsers: Browser[] = []
  const troubles: string[] = []
  const allowed = new Set<string>()

  beforeAll(async () => {
    running.pages = await buildPages()
    running.site = await startSite(running.pages, env)
    running.browser = await startBrowser()
    allowed.add(running.site.url)
  })
  afterEach(async () => {
    const pages = running.browser?.context.pages() ?? []
    await Promise.all(pages.slice(1).map(page => page.close()))
    for (const browser of ownBrowsers.splice(0)) await browser.close()
    expect(troubles.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await running.browser?.close()
    await running.site?.stop()
    if (running.pages !== undefined) rmSync(running.pages, { recursive: true, force: true })
  })

  async function openWith(browser: Browser, path: string): Promise<Page> {
    const page = await browser.context.newPage()
    watch(page, troubles, allowed)
    await page.goto(started(running.site).url + path)
    return page
  }

  return {
    get url() {
      return started(running.site).url
    },
    get pages() {
      return started(running.pages)
    },
    open: (path = '/') => openWith(started(running.browser), path),
    async openIn(options, path = '/') {
      const browser = await startBrowser(options)
      ownBrowsers.push(browser)
      return openWith(browser, path)
    },
    allow: origin => void allowed.add(origin),
    forgive(trouble) {
      troubles.push(...troubles.splice(0).filter(one => !trouble.test(one)))
    },
  }
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Cannot use the site before it has started')
  return value
}

function watch(page: Page, troubles: string[], allowed: ReadonlySet<string>): void {
  page.on('pageerror', error => troubles.push(`error: ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.push(`console: ${message.text()}`)
  })
  page.on('request', request => {
    if (!allowed.has(new URL(request.url()).origin)) troubles.push(`asked another server: ${request.url()}`)
  })
}
