/** How the pages look and behave for everyone: axe in every state, phones, dark mode, frames, invisible marks. */
import { strip } from '@streamseal/seal'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { findViolations } from './find-violations.ts'
import { keepScreenshot } from './keep-screenshot.ts'
import { chromiumPath } from './start-browser.ts'
import { answerIs, ask, askWhole, pasteIntoVerifier, retype, textBox, verdictIs } from './steps.ts'
import { useSite } from './use-site.ts'

const found = chromiumPath !== undefined
const phone = { viewport: { width: 360, height: 740 } }

describe.skipIf(!found)(found ? 'in Chromium' : 'skipped: no Chromium found, set CHROMIUM_PATH', () => {
  const site = useSite({ STREAMSEAL_DEMO_TOKENS_PER_SECOND: '500' })

  /** Walks through every state of both pages and looks at each. */
  async function walk(page: Page, look: (state: string) => Promise<void>): Promise<void> {
    await page.getByRole('checkbox', { name: 'Seal' }).waitFor()
    await look('empty')
    await ask(page, 'Use Markdown, please.')
    await page.locator('.answer-text table').waitFor()
    await look('streaming')
    await answerIs(page, 'complete')
    await look('complete')
    await page.getByRole('radio', { name: 'Plain text' }).check()
    await look('plain')
    await page.getByRole('link', { name: 'Verify', exact: true }).click()
    await page.getByText('How it works').waitFor()
    await page.getByText('Add another issuer').click()
    await look('verify-empty')
    await page.goto(site.url)
    await askWhole(page, 'Explain a seal.')
    await page.getByRole('link', { name: 'Verify this answer' }).click()
    await verdictIs(page, 'intact')
    await page.getByText('Technical details').click()
    await look('intact')
    await retype(page, 'merchants', 'pirates')
    await verdictIs(page, 'altered')
    await look('altered')
    await page.getByRole('button', { name: 'Show hidden characters' }).click()
    await look('hidden')
    await textBox(page).fill('Nobody sealed this.')
    await verdictIs(page, 'unsealed')
    await look('unsealed')
  }

  test.each([
    ['light', { colorScheme: 'light' as const }],
    ['dark', { colorScheme: 'dark' as const }],
    ['phone', { ...phone, colorScheme: 'light' as const }],
    ['phone-dark', { ...phone, colorScheme: 'dark' as const }],
  ])('axe finds nothing in any state, and nothing scrolls sideways: %s', async (name, options) => {
    const page = await site.openIn(options)
    const wrong: string[] = []
    await walk(page, async state => {
      await keepScreenshot(page, `${name}-${state}`)
      for (const violation of await findViolations(page)) wrong.push(`${state}: ${violation}`)
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (beyond > 0) wrong.push(`${state}: ${beyond} pixels wider than the screen`)
    })
    expect(wrong).toEqual([])
  })

  test('the theme follows the system until it is chosen, and the choice outlives the page', async () => {
    const page = await site.openIn({ colorScheme: 'dark' })
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const dark = await ground()
    await page.getByRole('button', { name: 'Use the light theme' }).click()
    const light = await ground()
    expect(light).not.toBe(dark)
    await page.reload()
    expect(await ground()).toBe(light)
    await page.getByRole('button', { name: 'Use the dark theme' }).click()
    expect(await ground()).toBe(dark)
  })

  test('the page never draws an answer more often than the screen, however fast it arrives', async () => {
    const page = await site.open()
    await page.evaluate(() => {
      const counts = { frames: 0, changes: 0, chars: 0 }
      Object.assign(globalThis, { counts })
      const count = (): void => {
        counts.frames++
        requestAnimationFrame(count)
      }
      requestAnimationFrame(count)
      new MutationObserver(() => {
        const { length } = document.querySelector('.answer-text')?.textContent ?? ''
        if (length !== counts.chars) counts.changes++
        counts.chars = length
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    await askWhole(page, 'Use Markdown, please.')
    const counts = await page.evaluate(
      () => (globalThis as unknown as { counts: { frames: number; changes: number } }).counts,
    )
    expect(counts.changes).toBeGreaterThan(2)
    expect(counts.changes).toBeLessThanOrEqual(counts.frames)
  })

  test('the marks are invisible: a sealed answer and the same text without them are drawn alike', async () => {
    const page = await site.open()
    await askWhole(page, 'Explain a seal.')
    const answer = page.locator('.answer-text')
    const before = await answer.screenshot()
    const text = await answer.evaluate(element => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
      let whole = ''
      while (walker.nextNode()) {
        const { currentNode } = walker
        const value = currentNode.nodeValue ?? ''
        whole += value
        currentNode.nodeValue = value.replace(/[\u{E0100}-\u{E01EF}]/gu, '')
      }
      return whole
    })
    expect(strip(text)).not.toBe(text)
    expect((await answer.screenshot()).equals(before)).toBe(true)
  })

  test('what a model writes cannot become anything but text, links and known elements', async () => {
    const page = await site.open()
    await askWhole(page, 'Use Markdown, please.')
    const names = await page
      .locator('.answer-text *')
      .evaluateAll(all => [...new Set(all.flatMap(one => one.getAttributeNames()))].sort())
    expect(names).toEqual([
      'aria-label',
      'class',
      'data-language',
      'href',
      'rel',
      'start',
      'tabindex',
      'target',
    ])
  })

  test('a gateway that cannot be reached is told in words, and the text so far stays', async () => {
    const page = await site.open()
    await page.context().setOffline(true)
    await ask(page, 'Hello?')
    await answerIs(page, 'failed')
    expect(await page.locator('.failure').textContent()).toMatch(/The connection failed/)
    await keepScreenshot(page, 'failed')
    await page.context().setOffline(false)
    site.forgive(/ERR_INTERNET_DISCONNECTED/)
  })

  test('the verify page works from a paste on a phone', async () => {
    const page = await site.openIn(phone)
    await askWhole(page, 'Erzähle auf Deutsch.')
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await pasteIntoVerifier(page)
    await verdictIs(page, 'intact')
  })
})
