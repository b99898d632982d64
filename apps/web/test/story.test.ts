/** The whole story, clicked through in a real browser against a real gateway with the built-in model. */
import { describe, expect, test } from 'vitest'
import { keepPicture, keepScreenshot } from './keep-screenshot.ts'
import { chromiumPath } from './start-browser.ts'
import {
  answerIs,
  ask,
  askWhole,
  copyAnswer,
  copySelection,
  pasteIntoVerifier,
  retype,
  textBox,
  verdictIs,
} from './steps.ts'
import { useSite } from './use-site.ts'

const found = chromiumPath !== undefined
const prompt = 'Explain how a wax seal proved who wrote a letter.'

describe.skipIf(!found)(found ? 'in Chromium' : 'skipped: no Chromium found, set CHROMIUM_PATH', () => {
  const site = useSite({ STREAMSEAL_DEMO_TOKENS_PER_SECOND: '400' })

  test('a stranger asks, copies, pastes, is told who, when and with what, changes a word and sees which passage', async () => {
    const page = await site.open()
    await ask(page, prompt)
    await answerIs(page, 'streaming')
    await page.locator('.answer-text p').nth(2).waitFor()
    await keepScreenshot(page, 'story-1-streaming')
    await answerIs(page, 'complete')
    expect(await page.locator('.seal-badge').textContent()).toMatch(/Sealed\s*Stream [0-9a-f]{16}/)
    await keepScreenshot(page, 'story-2-complete')

    await copyAnswer(page)
    await pasteIntoVerifier(page)
    const intact = await verdictIs(page, 'intact')
    const today = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date())
    const words = await intact.textContent()
    expect(words).toContain('exactly as it was issued')
    expect(words).toMatch(/Issued by\s*Example Press/)
    expect(words).toMatch(/Model\s*demo/)
    expect(words).toContain(today)
    expect(await page.locator('.passage').evaluateAll(all => all.map(one => one.dataset.kind))).toEqual([
      'intact',
    ])
    await keepScreenshot(page, 'story-3-intact')

    await retype(page, 'merchants', 'pirates')
    const altered = await verdictIs(page, 'altered')
    expect(await altered.textContent()).toMatch(/Passage \d+ was changed after the text was issued\./)
    const changed = page.locator('.passage[data-kind="altered"]')
    expect(await changed.textContent()).toMatch(/Changed\s*Passage \d+[\s\S]*pirates and courts/)
    expect(await page.locator('.passage[data-kind="intact"]').count()).toBeGreaterThan(0)
    await page.getByRole('link', { name: 'Show the changed passage' }).click()
    expect(await changed.evaluate(row => row.getBoundingClientRect().top)).toBeLessThan(400)
    await keepScreenshot(page, 'story-4-altered')
  })

  test('"Verify this answer" carries the text, and nothing is sent', async () => {
    const page = await site.open()
    await askWhole(page, prompt)
    const sent: string[] = []
    page.on('request', request => {
      if (request.method() !== 'GET') sent.push(request.url())
    })
    await page.getByRole('link', { name: 'Verify this answer' }).click()
    await verdictIs(page, 'intact')
    expect(await textBox(page).inputValue()).toContain('built-in demonstration model')
    expect(sent).toEqual([])
  })

  test.each(['Write some code.', 'Show me a table.', 'Use Markdown, please.', 'Erzähle auf Deutsch.'])(
    'copied by selection as it is rendered, the answer to "%s" still verifies with the ending that its issuer keeps',
    async asked => {
      const page = await site.open()
      await askWhole(page, asked)
      await copySelection(page)
      await pasteIntoVerifier(page)
      await page.locator('.verdict').waitFor()
      const askIssuer = page.getByRole('button', { name: 'Ask the issuer' })
      if (await askIssuer.isVisible()) {
        await askIssuer.click()
        await page.getByText('Answered by').waitFor()
      }
      expect(['intact', 'reformatted']).toContain(await page.locator('.verdict').getAttribute('data-status'))
    },
  )

  test('stopped in the middle, the answer says so, and verifies as far as it was sealed', async () => {
    const slow = await site.open()
    await ask(slow, prompt)
    await slow.locator('.answer-text p').nth(2).waitFor()
    await slow.getByRole('button', { name: 'Stop' }).click()
    await answerIs(slow, 'stopped')
    const kept = await slow.locator('.answer-text').textContent()
    await slow.waitForTimeout(300)
    expect(await slow.locator('.answer-text').textContent()).toBe(kept)
    expect(await slow.locator('.answer').textContent()).toContain('Stopped by you')
    expect(await slow.locator('.seal-badge').textContent()).toContain('the ending is missing here')
    await keepScreenshot(slow, 'stopped')

    await slow.getByRole('link', { name: 'Verify this answer' }).click()
    const card = await verdictIs(slow, 'truncated')
    expect(await card.textContent()).toMatch(
      /No ending found[\s\S]*may have been cut, or its ending was kept beside it/,
    )
    await keepScreenshot(slow, 'verdict-truncated')
    await slow.getByRole('button', { name: 'Ask the issuer' }).click()
    await slow.getByText('Answered by').waitFor()
    await keepScreenshot(slow, 'verdict-stopped-asked')
  })

  test('with the seal off, the page says so and the text has none', async () => {
    const page = await site.open()
    await page.getByRole('checkbox', { name: 'Seal' }).uncheck()
    await askWhole(page, prompt)
    expect(await page.locator('.seal-badge').textContent()).toBe('Not sealed')
    await copyAnswer(page)
    await pasteIntoVerifier(page)
    const card = await verdictIs(page, 'unsealed')
    expect(await card.textContent()).toContain('That does not mean that a person wrote it')
    await keepScreenshot(page, 'verdict-unsealed')
  })

  test('the keyboard alone is enough, from the prompt to the verdict', async () => {
    const page = await site.open()
    const press = async (key: string, times = 1): Promise<void> => {
      for (let count = 0; count < times; count++) await page.keyboard.press(key)
    }
    const focusOn = async (name: RegExp): Promise<void> => {
      for (let count = 0; count < 40; count++) {
        const here = await page.evaluate(() => document.activeElement?.textContent ?? '')
        if (name.test(here)) return
        await press('Tab')
      }
      throw new Error(`Cannot reach ${name} with Tab`)
    }
    // Skip link, brand, two pages, theme, prompt.
    await press('Tab', 6)
    await page.keyboard.type(prompt)
    await press('Enter')
    await answerIs(page, 'complete')
    await focusOn(/^Verify this answer$/)
    await press('Enter')
    await verdictIs(page, 'intact')
    await press('Tab', 1)
    await focusOn(/^Show hidden characters$/)
    await press('Enter')
    await page.locator('.hidden-mark').first().waitFor()
  })

  test('Escape stops, and Shift+Enter makes a line instead of asking', async () => {
    const page = await site.open()
    const box = page.getByRole('textbox', { name: 'Prompt' })
    await box.fill('One')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('two')
    expect(await box.inputValue()).toBe('One\ntwo')
    await page.keyboard.press('Enter')
    await answerIs(page, 'streaming')
    await page.keyboard.press('Escape')
    await answerIs(page, 'stopped')
  })

  test('the pictures of the README show an answer under way and a changed passage', async () => {
    const page = await site.openIn({ viewport: { width: 1120, height: 1240 } })
    await ask(page, prompt)
    await page.locator('.answer-text p').nth(1).waitFor()
    await page.getByText(/Pictures and films/).waitFor()
    await keepPicture(page, 'picture-playground')
    await answerIs(page, 'complete')
    await page.getByRole('link', { name: 'Verify this answer' }).click()
    await verdictIs(page, 'intact')
    await retype(page, 'ring', 'coin')
    await verdictIs(page, 'altered')
    await textBox(page).evaluate(box => box.scrollTo(0, 0))
    await keepPicture(page, 'picture-verifier')
  })
})
