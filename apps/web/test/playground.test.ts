/** The playground with other models and other gateways: the picker, a key, an OpenAI-compatible upstream, a hostile answer. */
import { describe, expect, test } from 'vitest'
import { chromiumPath } from './start-browser.ts'
import { startSite } from './start-site.ts'
import { startUpstream } from './start-upstream.ts'
import { answerIs, ask, askWhole, copyAnswer, pasteIntoVerifier, verdictIs } from './steps.ts'
import { useSite } from './use-site.ts'

const found = chromiumPath !== undefined

const hostile = `# Hello <script>alert('heading')</script>

<script>alert(1)</script> <img src=x onerror="alert(2)"> <a href="javascript:alert(3)">raw</a>

[click](javascript:alert(4)) [data](data:text/html,<script>alert(5)</script>) [fine](https://example.com/ok)

![tracking](https://tracker.example/pixel.png "title")

<iframe src="https://tracker.example/"></iframe> &lt;b&gt; &amp;copy; <svg onload=alert(6)>

| <b>a</b> | b |
| --- | --- |
| <style>*{display:none}</style> | \`<i>\` |

\`\`\`"><script>alert(7)</script>
</code></pre><script>alert(8)</script>
\`\`\`

It goes on for a while in plain prose, so that there is a place for a mark, and then it ends as it should.
`

describe.skipIf(!found)(found ? 'in Chromium' : 'skipped: no Chromium found, set CHROMIUM_PATH', () => {
  const site = useSite({ STREAMSEAL_DEMO_TOKENS_PER_SECOND: '2000' })

  test('the model that was picked is the model that the seal names', async () => {
    const page = await site.open()
    await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('demo-german')
    await askWhole(page, 'Hello?')
    await copyAnswer(page)
    await pasteIntoVerifier(page)
    const card = await verdictIs(page, 'intact')
    expect(await card.textContent()).toMatch(/Model\s*demo-german/)
  })

  test('an example asks at once', async () => {
    const page = await site.open()
    await page.getByRole('button', { name: 'Some code' }).click()
    await answerIs(page, 'complete')
    expect(await page.locator('.answer-text pre').count()).toBeGreaterThan(0)
  })

  test('a gateway that wants a key is given it, and no other page sees it', async () => {
    const locked = await startSite(site.pages, {
      STREAMSEAL_API_KEY: 'open-sesame',
      STREAMSEAL_DEMO_TOKENS_PER_SECOND: '2000',
    })
    site.allow(locked.url)
    try {
      const page = await site.open()
      await page.goto(locked.url)
      const field = page.getByPlaceholder('Gateway key')
      await field.waitFor()
      await ask(page, 'Hello?')
      await answerIs(page, 'failed')
      await field.fill('open-sesame')
      await askWhole(page, 'Hello?')
      expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('open-sesame')
      await page.locator('option', { hasText: 'demo-german' }).waitFor({ state: 'attached' })
    } finally {
      site.forgive(/401/)
      await locked.stop()
    }
  })

  test('through an OpenAI-compatible server, an answer full of traps arrives as text, sealed, and harmless', async () => {
    const upstream = await startUpstream(hostile)
    const gateway = await startSite(site.pages, { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'test' })
    site.allow(gateway.url)
    try {
      const page = await site.open()
      const dialogs: string[] = []
      page.on('dialog', dialog => {
        dialogs.push(dialog.message())
        void dialog.dismiss()
      })
      await page.goto(gateway.url)
      await askWhole(page, 'Trap me.')
      const answer = page.locator('.answer-text')
      expect(await answer.locator('script, img, iframe, svg, style, b, i').count()).toBe(0)
      expect(await answer.locator('a').evaluateAll(all => all.map(one => one.getAttribute('href')))).toEqual([
        'https://example.com/ok',
      ])
      const text = await answer.textContent()
      expect(text).toContain('<script>alert(1)</script>')
      expect(text).toContain('<b> &copy;')
      expect(text).toContain('</code></pre><script>alert(8)</script>')
      expect(dialogs).toEqual([])

      await page.getByRole('link', { name: 'Verify this answer' }).click()
      const card = await verdictIs(page, 'intact')
      expect(await card.textContent()).toMatch(/Model\s*test-model/)
      expect(await page.locator('.passages').locator('script, img, iframe, svg').count()).toBe(0)
      expect(dialogs).toEqual([])
    } finally {
      await gateway.stop()
      await upstream.stop()
    }
  })
})
