/** A real Chromium with a profile of its own, its clipboard open to the pages under test. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where Chromium is, or nothing: tests that need it then say that they are skipped. */
export const chromiumPath: string | undefined = [process.env.CHROMIUM_PATH ?? '', ...places].find(
  path => path !== '' && existsSync(path),
)

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser and how to end it. */
export interface Browser {
  context: BrowserContext
  close(): Promise<void>
}

/** Starts Chromium. The flags keep it from calling anyone but the gateway under test. */
export async function startBrowser(options: BrowserContextOptions = {}): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('Cannot start Chromium: it is not installed')
  const profile = mkdtempSync(join(tmpdir(), 'streamseal-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    args: flags,
    viewport: { width: 1200, height: 860 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  })
  context.setDefaultTimeout(30_000)
  return {
    context,
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
