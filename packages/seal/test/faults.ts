/** What goes wrong when every place of a text is marked and each renderer shows it. */
import { faultOf, markEverywhere } from './marking.ts'
import { renderers } from './renderers.ts'

const prose =
  'This is a paragraph of ordinary words that goes on for quite a while. It has a second sentence, too, which is long.'

/** An example amid prose: as a block of its own, between lines, within a line. */
export const surroundings: readonly ((example: string) => string)[] = [
  example => `${prose}\n\n${example}\n\n${prose}`,
  example => `${prose}\n${example}\n${prose}`,
  example => `${prose} ${example} ${prose}`,
]

/** What goes wrong in any renderer, with the text that shows it. */
export function faultsIn(text: string): string[] {
  const { marked, places } = markEverywhere(text)
  if (places === 0) return []
  return renderers.flatMap(renderer => {
    const fault = faultOf(text, marked, renderer)
    return fault === undefined ? [] : [`${fault}: ${JSON.stringify(text)}`]
  })
}
