/** Texts in which invisible characters do honest work: they must come through `sanitize` untouched. */
import { readdirSync, readFileSync } from 'node:fs'

/** A text and what it shows. */
export interface HonestText {
  name: string
  text: string
}

/** Writing that needs invisible characters, in many languages and uses. `root` is the repository's folder, here and below. */
export function honestTexts(root: URL): HonestText[] {
  return linesOf(root, 'honest.txt').map(line => {
    const [name = '', text = ''] = line.split('\t')
    return { name, text: unescaped(text) }
  })
}

/** Answers such as language models give. */
export function answerTexts(root: URL): HonestText[] {
  const folder = new URL('packages/seal/src/corpus/', root)
  return readdirSync(folder)
    .filter(name => name.endsWith('.md'))
    .map(name => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))
}

/** Every registered variant of an ideograph. */
export function ideographicVariants(root: URL): string[] {
  return linesOf(root, 'ideographic-variants.txt').flatMap(line => {
    const [base = '', count = ''] = line.split(' ')
    const ideograph = String.fromCodePoint(Number.parseInt(base, 16))
    return Array.from({ length: Number(count) }, (_, i) => ideograph + String.fromCodePoint(0xe0100 + i))
  })
}

/** Every standardized variant of Unicode 17. */
export function standardizedVariants(root: URL): string[] {
  return linesOf(root, 'standardized-variants.txt').map(line =>
    String.fromCodePoint(...line.split(' ').map(code => Number.parseInt(code, 16))),
  )
}

/** Every sequence of emoji-test.txt, Emoji 17.0. */
export function emojiSequences(root: URL): string[] {
  const file = 'node_modules/emoji-test-regex-pattern/dist/emoji-17.0/index-strings.txt'
  return readFileSync(new URL(file, root), 'utf8').trim().split('\n')
}

/** Names, dates and numbers as the Unicode locale data writes them, in every language that this Node knows. */
export function localeTexts(): HonestText[] {
  return [...new Set(languages().map(name => new Intl.Locale(name).toString()))].flatMap(textOf)
}

function languages(): string[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyz']
  const codes = letters.flatMap(a => letters.flatMap(b => [a + b, ...letters.map(c => a + b + c)]))
  return Intl.DisplayNames.supportedLocalesOf(codes)
}

function textOf(locale: string): HonestText[] {
  const languageNames = new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' })
  const name = languageNames.of(locale)
  if (name === undefined) return []
  const regions = new Intl.DisplayNames(locale, { type: 'region' })
  const currencies = new Intl.DisplayNames(locale, { type: 'currency' })
  const date = new Date(Date.UTC(2026, 10, 21, 15, 4, 5))
  const words = [
    ...['en', 'ar', 'fa', 'he', 'zh-Hant', 'my', 'sr-Latn'].map(code => languageNames.of(code) ?? ''),
    ...['DE', 'IR', 'IL', 'IN', 'LK', 'MM', 'KH', 'UN', 'MK'].map(code => regions.of(code) ?? ''),
    ...['EUR', 'USD', 'IRR', 'INR'].map(code => currencies.of(code) ?? ''),
  ]
  const formatted = [
    date.toLocaleDateString(locale, { dateStyle: 'full', timeZone: 'UTC' }),
    date.toLocaleString(locale, { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' }),
    (-1234.5).toLocaleString(locale),
    (0.256).toLocaleString(locale, { style: 'percent' }),
    (-99.9).toLocaleString(locale, { style: 'currency', currency: 'EUR' }),
    (12).toLocaleString(locale, { style: 'unit', unit: 'celsius' }),
    new Intl.RelativeTimeFormat(locale).format(-3, 'day'),
    new Intl.ListFormat(locale).format(words.slice(0, 3)),
  ]
  // A number stands in a sentence: what is around it says which way it is read.
  return [{ name: locale, text: [...words, ...formatted].map(each => `${name} ${each} ${name}`).join('\n') }]
}

function linesOf(root: URL, file: string): string[] {
  const lines = readFileSync(new URL(`vectors/sanitize/${file}`, root), 'utf8').split('\n')
  return lines.filter(line => line !== '' && !line.startsWith('#'))
}

function unescaped(text: string): string {
  return text.replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  )
}
