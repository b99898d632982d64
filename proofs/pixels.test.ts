/** The proof of pixels, in short: a few texts in Chromium, and that it can fail. */
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BrowserPage } from './pixels/browser.ts'
import { compare } from './pixels/cells.ts'
import { startChromium } from './pixels/chromium.ts'
import { deletions, tryHands } from './pixels/hands.ts'
import { answers, growing, paragraph, type Sample } from './pixels/samples.ts'

const path = [process.env.CHROMIUM_PATH ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync)
const names = [
  '01-prose-english',
  '35-hebrew',
  '36-hindi',
  '40-kannada-malayalam-sinhala',
  '41-thai',
  '26-chinese',
]

describe.skipIf(path === undefined)(
  path ? 'in Chromium' : 'skipped: no Chromium found, set CHROMIUM_PATH',
  () => {
    let page: BrowserPage
    let samples: Sample[]

    beforeAll(async () => {
      page = await startChromium(path ?? '')
      samples = await answers(name => names.includes(name))
    }, 120_000)
    afterAll(() => page?.close())

    test('S8 not one pixel of a sealed text differs, rendered, raw and in a field', async () => {
      for (const { text: plain, sealed, lang, name } of samples) {
        expect(sealed).not.toBe(plain)
        expect(await compare(page, { plain, sealed, lang, font: 'sans-serif' }), name).toEqual({ wrong: [] })
      }
    }, 180_000)

    test('S8 not one pixel differs while a text streams in', async () => {
      const { lang, steps } = await growing(samples[0] as Sample, 5)
      for (const { text: plain, sealed } of steps)
        expect(await compare(page, { plain, sealed, lang, font: 'serif' })).toEqual({ wrong: [] })
    }, 180_000)

    test('a letter that is another is seen, and said where', async () => {
      const { text: plain, lang } = samples[0] as Sample
      const { wrong } = await compare(page, {
        plain,
        sealed: plain.replace('a', 'o'),
        lang,
        font: 'sans-serif',
      })
      expect(wrong.map(({ cell }) => cell)).toContain('textarea')
    }, 60_000)

    test('S8 caret, double clicks, find, lines, segments and the accessibility tree are as without marks', async () => {
      for (const sample of samples.filter(({ lang }) => lang === 'en' || lang === 'hi')) {
        const tried = await tryHands(page, await paragraph(sample, 160))
        expect(tried.filter(({ tries, alike }) => tries !== alike)).toEqual([])
        expect(tried.reduce((sum, { tries }) => sum + tries, 0)).toBeGreaterThan(400)
      }
    }, 180_000)

    test('Delete takes a letter and its mark at once, Backspace one selector a press', async () => {
      const short = await paragraph(samples[0] as Sample, 100)
      const [plain, sealed] = await deletions(page, short, 'Delete')
      expect(sealed - plain).toBeLessThanOrEqual(3)
      const [back, sealedBack] = await deletions(page, short, 'Backspace')
      expect(sealedBack).toBeGreaterThan(back + 100)
    }, 180_000)
  },
)
