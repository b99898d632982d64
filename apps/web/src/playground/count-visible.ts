/** How much of a delta a reader sees: marks are made of supplement selectors and are not counted. */

const selectors = /[\u{E0100}-\u{E01EF}]/gu

/** The code points of `text` without the supplement's variation selectors. */
export function countVisible(text: string): number {
  let count = 0
  for (const _character of text.replace(selectors, '')) count++
  return count
}
