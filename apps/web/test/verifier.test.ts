/** The verify page in a real browser: whom it trusts, what it takes, what it sends, what it says. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigner, generateKeys, seal, strip } from '@streamseal/seal'
import { describe, expect, test } from 'vitest'
import { keepScreenshot } from './keep-screenshot.ts'
import { chromiumPath } from './start-browser.ts'
import { startSite } from './start-site.ts'
import { askWhole, copyAnswer, pasteIntoVerifier, textBox, verdictIs } from './steps.ts'
import { useSite } from './use-site.ts'

const found = chromiumPath !== undefined
const pair = await generateKeys('Ed25519')
const stranger = await createSigner(pair.privateJwk, { issuer: 'Somebody else' })
const plain = Array.from(
  { length: 30 },
  (_, number) =>
    `Sentence number ${number} says little, but it says it at some length, so that passages fill.`,
).join(' ')
const foreign = await seal(plain, {
  signer: stranger,
  claims: { model: 'other-model', issuedAt: '2026-01-02T03:04:05Z' },
})

describe.skipIf(!found)(found ? 'in Chromium' : 'skipped: no Chromium found, set CHROMIUM_PATH', () => {
  const site = useSite({ STREAMSEAL_DEMO_TOKENS_PER_SECOND: '3000' })

  test("a stranger's seal states nothing until the reader adds the key, and again nothing once it is removed", async () => {
    const page = await site.open('/verify')
    await textBox(page).fill(foreign.text)
    const unknown = await verdictIs(page, 'unknown-signer')
    expect(await unknown.textContent()).not.toContain('other-model')
    expect(await page.locator('.claims').count()).toBe(0)
    await keepScreenshot(page, 'verdict-unknown-signer')

    await page.getByText('Add another issuer').click()
    await page.getByPlaceholder('Whose key it is').fill('The other one')
    await page.getByLabel('Public key or key set (JSON)').fill(JSON.stringify(pair.publicJwk))
    await page.getByRole('button', { name: 'Add the key' }).click()
    const trusted = await verdictIs(page, 'intact')
    expect(await trusted.textContent()).toMatch(
      /Somebody else.*key of The other one.*2 January 2026.*other-model/s,
    )

    await page.reload()
    await textBox(page).fill(foreign.text)
    await verdictIs(page, 'intact')
    await page.getByRole('button', { name: 'Remove The other one' }).click()
    await verdictIs(page, 'unknown-signer')
  })

  test('a private key is refused, and is not kept', async () => {
    const page = await site.open('/verify')
    await page.getByText('Add another issuer').click()
    await page.getByLabel('Public key or key set (JSON)').fill(JSON.stringify(pair.privateJwk))
    await page.getByRole('button', { name: 'Add the key' }).click()
    await page.getByText('This is a private key').waitFor()
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('"d"')
  })

  test("another gateway's keys are added by its address, and its answers then verify here", async () => {
    const other = await startSite(site.pages, {
      STREAMSEAL_ISSUER: 'The Other Gateway',
      STREAMSEAL_DEMO_TOKENS_PER_SECOND: '3000',
    })
    site.allow(other.url)
    try {
      const page = await site.open()
      await page.goto(other.url)
      await askWhole(page, 'Hello?')
      await copyAnswer(page)
      await page.goto(`${site.url}/verify`)
      await textBox(page).click()
      await page.keyboard.press('Control+V')
      await verdictIs(page, 'unknown-signer')
      await page.getByText('Add another issuer').click()
      await page.getByLabel('Address of the issuer').fill(other.url)
      await page.getByRole('button', { name: 'Fetch its keys' }).click()
      const card = await verdictIs(page, 'intact')
      expect(await card.textContent()).toContain('The Other Gateway')
      await keepScreenshot(page, 'verifier-keys')
    } finally {
      await other.stop()
    }
  })

  test('an address that gives no keys says so in words', async () => {
    const page = await site.open('/verify')
    await page.getByText('Add another issuer').click()
    const address = page.getByLabel('Address of the issuer')
    await address.fill('javascript:alert(1)')
    await page.getByRole('button', { name: 'Fetch its keys' }).click()
    await page.getByText('This is not a web address').waitFor()
    await address.fill(`${site.url}/healthz`)
    await page.getByRole('button', { name: 'Fetch its keys' }).click()
    await page.getByText('There is no Ed25519 public key in it').waitFor()
  })

  test('a file is opened, a dropped one too, and a picture is refused in words', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'streamseal-files-'))
    writeFileSync(join(folder, 'sealed.txt'), foreign.text)
    writeFileSync(join(folder, 'picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 254]))
    const page = await site.open('/verify')
    const input = page.locator('input[type="file"][accept^="text/"]')
    await input.setInputFiles(join(folder, 'picture.png'))
    await page.getByText('is not plain text').waitFor()
    await input.setInputFiles(join(folder, 'sealed.txt'))
    await verdictIs(page, 'unknown-signer')

    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByText('How it works').waitFor()
    await page.evaluate(text => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([text], 'dropped.txt', { type: 'text/plain' }))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
    }, foreign.text)
    await verdictIs(page, 'unknown-signer')
  })

  test('with storage blocked, everything but the memory of it works', async () => {
    const page = await site.open('/verify')
    await page.addInitScript(() => {
      for (const area of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(globalThis, area, {
          get() {
            throw new DOMException('Storage is blocked', 'SecurityError')
          },
        })
      }
    })
    await page.goto(site.url)
    await askWhole(page, 'Hello?')
    await copyAnswer(page)
    await pasteIntoVerifier(page)
    await verdictIs(page, 'intact')
    await page.getByRole('button', { name: 'Use the dark theme' }).click()
    await page.getByText('Add another issuer').click()
    await page.getByLabel('Public key or key set (JSON)').fill(JSON.stringify(pair.publicJwk))
    await page.getByRole('button', { name: 'Add the key' }).click()
    await page.getByRole('button', { name: 'Remove Pasted key' }).waitFor()
  })

  test('a text is pasted anywhere on the page', async () => {
    const page = await site.open('/verify')
    await page.evaluate(text => navigator.clipboard.writeText(text), foreign.text)
    await page.locator('h1').click()
    await page.keyboard.press('Control+V')
    await verdictIs(page, 'unknown-signer')
  })

  test('nothing is sent until the issuer is asked, and then the ending that it kept is found', async () => {
    const page = await site.open()
    await askWhole(page, 'Write some code.')
    await copyAnswer(page)
    const sent: string[] = []
    page.on('request', request => {
      if (request.method() !== 'GET') sent.push(new URL(request.url()).pathname)
    })
    await pasteIntoVerifier(page)
    const open = await verdictIs(page, 'truncated')
    expect(await open.textContent()).toContain('or its ending was kept beside it')
    expect(sent).toEqual([])
    await page.getByRole('button', { name: 'Ask the issuer' }).click()
    await verdictIs(page, 'intact')
    await page.getByText('with the ending that it keeps').waitFor()
    expect(sent).toEqual(['/verify'])
  })

  test('carried from the playground, an answer whose ending stands beside it is whole at once', async () => {
    const page = await site.open()
    await askWhole(page, 'Write some code.')
    await page.getByRole('link', { name: 'Verify this answer' }).click()
    await verdictIs(page, 'intact')
  })

  test('hidden characters become chips that name them, and the clean text is copied without them', async () => {
    const page = await site.open('/verify')
    await textBox(page).fill(`${foreign.text} And\u{200B}\u{200B} a run\u{E0068}\u{E0069}.`)
    await page.locator('.verdict').waitFor()
    await page.getByRole('button', { name: 'Show hidden characters' }).click()
    const chips = await page.locator('.hidden-chip').allTextContents()
    expect(chips).toContain('Zero-width 2')
    expect(chips).toContain('Tag characters 2')
    expect(chips.some(chip => /^Seal: passage 1 \d+$/.test(chip))).toBe(true)
    await keepScreenshot(page, 'hidden-characters')
    await page.getByRole('button', { name: 'Copy clean text' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toBe(strip(`${foreign.text} And\u{200B}\u{200B} a run\u{E0068}\u{E0069}.`))
  })

  test('an excerpt says that it is one, and how much no seal covers', async () => {
    const page = await site.open()
    await askWhole(page, 'Explain a seal.')
    await copyAnswer(page)
    await page.getByRole('link', { name: 'Verify', exact: true }).click()
    const whole = await page.evaluate(() => navigator.clipboard.readText())
    await textBox(page).fill(`A newspaper quotes it:\n\n${whole}`)
    const excerpt = await verdictIs(page, 'excerpt')
    expect(await excerpt.textContent()).toContain('characters are covered by no seal')
    await keepScreenshot(page, 'verdict-excerpt')
  })

  test('a megabyte is verified, in a thread of its own', async () => {
    const page = await site.open('/verify')
    const long = await seal(plain.repeat(350), { signer: stranger, claims: { model: 'other-model' } })
    await textBox(page).fill(long.text)
    await verdictIs(page, 'unknown-signer')
    expect(page.workers().length).toBe(1)
  })
})
