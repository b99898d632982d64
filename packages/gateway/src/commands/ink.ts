/** Colour for people at a terminal, and nothing where the output goes elsewhere. */

/** Paints a text, or leaves it as it is. */
export type Paint = (text: string) => string

/** What reports are painted with. */
export interface Ink {
  readonly good: Paint
  readonly bad: Paint
  readonly unsure: Paint
  readonly faint: Paint
}

const paint =
  (on: number, off: number): Paint =>
  text =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`
const plain: Paint = text => text

const colours: Ink = { good: paint(32, 39), bad: paint(31, 39), unsure: paint(33, 39), faint: paint(2, 22) }
const noColours: Ink = { good: plain, bad: plain, unsure: plain, faint: plain }

/** Colours on a terminal, unless `NO_COLOR` (no-color.org) is set or the terminal is a `dumb` one; `FORCE_COLOR` other than 0 paints anywhere. */
export function inkFor(
  { isTTY }: { isTTY?: boolean },
  { NO_COLOR, FORCE_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): Ink {
  if (NO_COLOR) return noColours
  if (FORCE_COLOR && FORCE_COLOR !== '0') return colours
  return isTTY && TERM !== 'dumb' ? colours : noColours
}

/** Controls and marks of direction as their numbers: a text under report must not drive the terminal, or reorder what is said of it. */
export function visible(text: string): string {
  return text.replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    unit => `\\u{${unit.charCodeAt(0).toString(16)}}`,
  )
}
