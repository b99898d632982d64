/** What a visitor does, as the tests say it. */
import type { Locator, Page } from 'playwright-core'

/** Writes a prompt and sends it with Enter. */
export async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt)
  await page.keyboard.press('Enter')
}

/** Waits until the answer stands as said. */
export async function answerIs(page: Page, status: string): Promise<void> {
  await page.locator(`.answer[data-status="${status}"]`).waitFor()
}

/** Asks and waits for the whole answer. */
export async function askWhole(page: Page, prompt: string): Promise<void> {
  await ask(page, prompt)
  await answerIs(page, 'complete')
}

/** Presses Copy and waits until the page says that it did. */
export async function copyAnswer(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
}

/** Selects the answer as it is shown, and copies it with the keyboard. */
export async function copySelection(page: Page): Promise<void> {
  await page.evaluate(() => {
    const answer = document.querySelector('.answer-text')
    if (answer !== null) getSelection()?.selectAllChildren(answer)
  })
  await page.keyboard.press('Control+C')
}

/** The verify page's box. */
export function textBox(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Text', exact: true })
}

/** Goes to the verify page by its link and pastes what is on the clipboard. */
export async function pasteIntoVerifier(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Verify', exact: true }).click()
  await textBox(page).click()
  await page.keyboard.press('Control+V')
}

/** Waits for a verdict and returns its card. */
export async function verdictIs(page: Page, status: string): Promise<Locator> {
  const card = page.locator(`.verdict[data-status="${status}"]`)
  await card.waitFor()
  return card
}

/** Selects the `nth` occurrence of `word` in the box, as a double click would, and types over it. */
export async function retype(page: Page, word: string, typed: string, nth = 0): Promise<void> {
  await textBox(page).evaluate(
    (box: HTMLTextAreaElement, [wanted, count]) => {
      let at = box.value.indexOf(wanted)
      for (let skipped = 0; skipped < count; skipped++) at = box.value.indexOf(wanted, at + 1)
      box.focus()
      box.setSelectionRange(at, at + wanted.length)
    },
    [word, nth] as [string, number],
  )
  await page.keyboard.type(typed)
}
