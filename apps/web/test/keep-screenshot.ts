/** Screenshots of every state, kept under `artifacts/` for people to look at. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const folder = fileURLToPath(new URL('../../../artifacts/web/', import.meta.url))

/** Keeps what the page shows, whole, as `<name>.png`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: true })
}

/** Keeps what fits on the screen, from the top of the page: the pictures of the README are made so. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await page.evaluate(() => {
    ;(document.activeElement as HTMLElement | null)?.blur()
    scrollTo({ top: 0, behavior: 'instant' })
  })
  await page.screenshot({ path: `${folder}${name}.png` })
}
