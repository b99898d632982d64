/** Chromium, through playwright-core. */
import { chromium } from 'playwright-core'
import { type BrowserPage, viewport } from './browser.ts'

interface AxNode {
  ignored: boolean
  role?: { value?: unknown }
  name?: { value?: unknown }
}

/** Starts Chromium with one page. */
export async function startChromium(executablePath: string): Promise<BrowserPage> {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  })
  const page = await browser.newPage({ viewport, locale: 'en-GB' })
  return {
    name: `Chromium ${browser.version()}`,
    call: (run, ...args) =>
      // Evaluated by the debugger, as source: nothing of this program's is in the page.
      page.evaluate(`(${run.toString()})(...${JSON.stringify(args)})`),
    screenshot: () => page.screenshot({ fullPage: true }),
    async press(key, times, modifier) {
      for (let count = 0; count < times; count++)
        await page.keyboard.press(modifier ? `${modifier}+${key}` : key)
    },
    doubleClick: (x, y) => page.mouse.dblclick(x, y),
    // The find bar is the window's, which a headless browser does not have; `find()` searches as the bar does.
    find: words => page.evaluate(`(${findAll.toString()})(${JSON.stringify(words)})`),
    async accessibleLines() {
      const session = await page.context().newCDPSession(page)
      const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: AxNode[] }
      await session.detach()
      return nodes
        .filter(node => !node.ignored)
        .map(({ role, name }) => `${String(role?.value ?? '')}: ${String(name?.value ?? '')}`)
    },
    close: () => browser.close(),
  }
}

/** Runs in the page. */
function findAll(words: readonly string[]): boolean[] {
  return words.map(word => {
    getSelection()?.removeAllRanges()
    return (globalThis as unknown as { find(text: string): boolean }).find(word)
  })
}
