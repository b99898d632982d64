/** `docs/pixels.md`, from what was measured. */
import { cellCount, fonts } from './cells.ts'
import type { Tried } from './hands.ts'

/** What one browser showed. */
export interface BrowserResults {
  name: string
  /** Texts that were looked at. */
  texts: number
  /** Pairs of pages, and cells on them. */
  looks: number
  cells: number
  /** Cells that differ. */
  wrong: string[]
  tried: Tried[]
  /** Presses that empty a field, without marks and with. */
  deleted: { key: string; presses: [number, number] }[]
}

/** The page. `marks` counts those of all texts; `where` says when and on what machine. */
export function pageOf(
  results: readonly BrowserResults[],
  { marks, where }: { marks: number; where: string },
): string {
  return `${[
    '# What a reader sees and feels of a seal',
    '',
    '`npm run proof -- pixels --keep` measures and writes this page. It needs Chromium, Firefox (Debian’s `firefox-esr`) and fonts for the scripts (`fonts-noto-core`, `fonts-noto-cjk`, `fonts-noto-color-emoji`, `fonts-dejavu`, `fonts-liberation`).',
    '',
    '## Pixels',
    '',
    `Answers in 34 languages (Arabic, Hebrew, Devanagari, Bengali, Tamil, Telugu, Kannada, Malayalam, Sinhala, Thai, Lao, Khmer, Burmese, Chinese, Japanese, Korean, Cyrillic, Greek, Latin, emoji) are sealed with a mark at least every 64 characters, and again with a run as of a mark at every place where the format allows one (${marks.toLocaleString('en')} marks in all), and drawn with their marks and without: as rendered Markdown at three widths, justified and not; as raw text at three widths; in a textarea; in one of ${fonts.length} fonts. Every fourth text is looked at seven times while it streams in. Two pictures are alike when no pixel differs, by any amount.`,
    '',
    table(
      ['browser', 'texts', 'pairs of pages', `cells (${cellCount} a page)`, 'cells that differ'],
      results.map(each => [
        each.name,
        each.texts,
        each.looks,
        each.cells.toLocaleString('en'),
        each.wrong.length,
      ]),
    ),
    ...results.flatMap(({ name, wrong }) => wrong.slice(0, 40).map(each => `\n- ${name}: ${each}`)),
    '',
    '## Hands and machines',
    '',
    'A paragraph in each of 15 languages, with real key presses and clicks. Each number: how many went exactly as in the text without marks. The find bar is Firefox’s own; a headless Chromium has none, and `window.find` stands for it. The accessibility tree is compared less the marks, which its names hold.',
    '',
    table(['', ...results.map(({ name }) => name)], rowsOf(results)),
    '',
    ...results.flatMap(({ name, tried }) =>
      tried.flatMap(({ what, tries, alike, example }) =>
        alike === tries || example === undefined ? [] : [`- ${name}, ${what}: ${code(example)}`],
      ),
    ),
    '',
    '## What cannot be had',
    '',
    'To empty a field that holds an English paragraph, without marks and with:',
    '',
    table(
      ['key', ...results.map(({ name }) => name)],
      ['Backspace', 'Delete'].map(key => [
        key,
        ...results.map(
          ({ deleted }) => deleted.find(each => each.key === key)?.presses.join(' presses, ') ?? '',
        ),
      ]),
    ),
    '',
    'Backspace in Chromium takes one selector a press, so that a mark feels like a key that does nothing; in Firefox it takes the letter and its mark at once, as Delete does in both. In Firefox a phrase is not found across a mark that stands before a space, and `Intl.Segmenter` calls a full stop with a mark behind it a word (the `+`). Not measured: Safari, Windows and macOS with their fonts, telephones, what screen readers say, terminals, and editors that flag hidden characters.',
    '',
    `Measured ${where}.`,
  ].join('\n')}\n`
}

function rowsOf(results: readonly BrowserResults[]): string[][] {
  const whats = [...new Set(results.flatMap(({ tried }) => tried.map(({ what }) => what)))]
  return whats.map(what => [
    what,
    ...results.map(({ tried }) => {
      const found = tried.find(each => each.what === what)
      return found ? `${found.alike} of ${found.tries}` : ''
    }),
  ])
}

function code(example: string): string {
  return `\`${example.replaceAll('`', '´').slice(0, 120)}\``
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
