/** Rendered answers shown in a real Chromium, selected and copied with the keyboard, and pasted where people paste. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { type Channel, channel } from './channel.ts'
import { renderersNamed } from './renderers.ts'
import { findProgram, missing, type Software, temporaryFolder } from './software.ts'

const targets = { 'a text area': '#area', 'a rich editor': '#editor' } as const
const fields = '<!doctype html><textarea id="area"></textarea><div id="editor" contenteditable="true"></div>'

/** Chromium's path, or nothing: then these channels are left out. */
export function chromiumPath(): string | undefined {
  const given = process.env.CHROMIUM_PATH ?? ''
  if (existsSync(given)) return given
  return ['chromium', 'chromium-browser', 'google-chrome'].map(findProgram).find(path => path !== undefined)
}

export async function clipboard(names: readonly string[]): Promise<Software> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) return missing('Chromium')
  const folder = temporaryFolder()
  const context = await chromium.launchPersistentContext(join(folder.path, 'profile'), {
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  // Answers name pictures and frames: nothing is fetched.
  await context.route('**/*', route =>
    route.request().url().startsWith('http') ? route.abort() : route.continue(),
  )
  const desk = await Desk.open(context)
  const channels = renderersNamed(...names).flatMap(({ name, html }) =>
    Object.entries(targets).map(
      ([target, selector]): Channel =>
        channel('chat', `${name}, copied, pasted into ${target}`, 'kept', async text =>
          desk.copyAndPaste(html(text), selector),
        ),
    ),
  )
  const folded = renderersNamed(...names.slice(0, 1)).map(({ name, html }) =>
    channel('chat', `${name}, copied, white space folded into one line`, 'mostly kept', async text =>
      (await desk.copyAndPaste(html(text), '#area')).replaceAll(/\s+/g, ' ').trim(),
    ),
  )
  const close = async () => {
    await context.close()
    folder.remove()
  }
  return {
    channels: [...channels, ...folded],
    what: `Chromium ${context.browser()?.version() ?? ''}`.trim(),
    close,
  }
}

/** Two tabs: one shows the answer, the other takes what is pasted. */
class Desk {
  readonly #shown: Page
  readonly #taken: Page

  constructor(shown: Page, taken: Page) {
    this.#shown = shown
    this.#taken = taken
  }

  static async open(context: BrowserContext): Promise<Desk> {
    const [shown, taken] = [await context.newPage(), await context.newPage()]
    await taken.setContent(fields)
    return new Desk(shown, taken)
  }

  async copyAndPaste(html: string, selector: string): Promise<string> {
    await this.#shown.bringToFront()
    await this.#shown.setContent(`<!doctype html><meta charset="utf-8"><body>${html}`)
    await this.#shown.keyboard.press('Control+A')
    await this.#shown.keyboard.press('Control+C')
    await this.#taken.bringToFront()
    const field = this.#taken.locator(selector)
    await field.evaluate(element => {
      if (element instanceof HTMLTextAreaElement) element.value = ''
      else element.innerHTML = ''
    })
    await field.focus()
    await this.#taken.keyboard.press('Control+V')
    return field.evaluate(element =>
      // biome-ignore lint/performance/useDomNodeTextContent: what an editor sends is what it shows, line by line.
      element instanceof HTMLTextAreaElement ? element.value : (element as HTMLElement).innerText,
    )
  }
}
