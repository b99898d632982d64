/** C2PA on the verify page: a manifest in the text is checked in the browser, a kept one only where the reader asks. */
import { createC2paSigner, createDevelopmentChain, signText } from '@streamseal/c2pa'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { keepScreenshot } from './keep-screenshot.ts'
import { chromiumPath } from './start-browser.ts'
import { askWhole, copyAnswer, pasteIntoVerifier, textBox, verdictIs } from './steps.ts'
import { useSite } from './use-site.ts'

const found = chromiumPath !== undefined
const prose = 'The cat sat on the mat. It was warm there, and nobody came by for a long while.'

describe.skipIf(!found)(found ? 'in Chromium' : 'skipped: no Chromium found, set CHROMIUM_PATH', () => {
  const site = useSite({ STREAMSEAL_C2PA_DEVELOPMENT: '1', STREAMSEAL_DEMO_TOKENS_PER_SECOND: '100000' })

  test('a text with a manifest is verified in the browser, and nothing is sent', async () => {
    const { privateKey, chain } = await createDevelopmentChain()
    const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
    const { text } = await signText(prose, { signer, claims: { model: 'their-model' } })
    const page = await site.open('/verify')
    const { sent, scripts } = watchRequests(page)
    await textBox(page).fill(prose)
    await verdictIs(page, 'unsealed')
    const before = scripts.length
    expect(await page.locator('[data-c2pa]').count()).toBe(0)

    await textBox(page).fill(text)
    const card = page.locator('[data-c2pa="valid"]')
    await card.waitFor()
    const words = await card.textContent()
    expect(words).toContain('The text is as it was signed. Who signed it is not known')
    expect(words).toMatch(/Model\s*their-model/)
    expect(words).toMatch(/How it was made\s*by generative AI/)
    await keepScreenshot(page, 'c2pa-valid')
    // What it takes was loaded now, and not with the page.
    expect(scripts.length).toBeGreaterThan(before)

    await textBox(page).fill(text.replace('cat', 'dog'))
    const altered = page.locator('[data-c2pa="invalid"]')
    await altered.waitFor()
    expect(await altered.textContent()).toContain('The text was changed after it was signed')
    expect(await altered.textContent()).not.toContain('their-model')
    expect(sent).toEqual([])
  })

  test('a reader’s own trust list is kept in the browser, sent nowhere, and forgotten where it is removed', async () => {
    const { privateKey, chain, root } = await createDevelopmentChain()
    const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
    const { text } = await signText(prose, { signer, claims: { model: 'their-model' } })
    const page = await site.open('/verify')
    const { sent } = watchRequests(page)
    await textBox(page).fill(text)
    await page.locator('[data-c2pa="valid"]').waitFor()
    await page.getByText('Add certificates').click()
    const panel = page.locator('section', { has: page.getByText('C2PA signers you trust') })
    await panel.getByLabel('Certificates (PEM)').fill('Hello')
    await panel.getByRole('button', { name: 'Trust them' }).click()
    await panel.getByText('There is no certificate in it').waitFor()
    await panel
      .locator('input[type=file]')
      .setInputFiles({ name: 'their-root.pem', mimeType: 'text/plain', buffer: Buffer.from(root) })
    await panel.getByRole('button', { name: 'Trust them' }).click()
    const trusted = page.locator('[data-c2pa="trusted"]')
    await trusted.waitFor()
    expect(await trusted.textContent()).toContain('by someone whom the trust list knows')
    expect(await panel.textContent()).toContain('for development only')
    expect(await panel.getByLabel('Certificates (PEM)').inputValue()).toBe('')
    await keepScreenshot(page, 'c2pa-own-trust')

    await page.reload()
    await textBox(page).fill(text)
    await page.locator('[data-c2pa="trusted"]').waitFor()
    await page.getByRole('button', { name: 'Remove their-root.pem' }).click()
    await page.locator('[data-c2pa="valid"]').waitFor()
    expect(sent).toEqual([])
  })

  test('a manifest that the gateway keeps is found where the reader asks for it', async () => {
    const page = await site.open()
    await askWhole(page, 'Explain how a wax seal proved who wrote a letter.')
    await copyAnswer(page)
    await pasteIntoVerifier(page)
    await verdictIs(page, 'intact')
    const { sent } = watchRequests(page)
    const card = page.locator('[data-c2pa]')
    expect(await card.textContent()).toContain('One may be kept beside it')
    expect(sent).toEqual([])
    await page.getByRole('button', { name: 'Ask for a manifest' }).click()
    await page.locator('[data-c2pa="trusted"]').waitFor()
    const words = await card.textContent()
    expect(words).toContain('keeps the manifest; the text does not carry it')
    expect(words).toMatch(/How it was made\s*by people, with software/)
    expect(words).toContain('claimSignature.validated')
    expect(sent).toEqual([expect.stringMatching(/\/verify$/)])
    await keepScreenshot(page, 'c2pa-trusted')
  })
})

/** What a page sends from now on, and the scripts that it loads. */
function watchRequests(page: Page): { sent: string[]; scripts: string[] } {
  const sent: string[] = []
  const scripts: string[] = []
  page.context().on('request', request => {
    if (request.method() !== 'GET') sent.push(request.url())
    if (request.url().endsWith('.js')) scripts.push(request.url())
  })
  return { sent, scripts }
}
