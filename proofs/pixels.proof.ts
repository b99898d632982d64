/** A sealed text looks and handles like the same text without marks, in Chromium and in Firefox: pixels, caret, double clicks, find, lines, words, accessibility. `--break` puts a letter where a mark would be, and must fail. */
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { keepResults } from './helpers/keep-results.ts'
import type { BrowserPage } from './pixels/browser.ts'
import { cellCount, compare, fonts } from './pixels/cells.ts'
import { startChromium } from './pixels/chromium.ts'
import { startFirefox } from './pixels/firefox.ts'
import { deletions, type Tried, tryHands } from './pixels/hands.ts'
import { type BrowserResults, pageOf } from './pixels/results-page.ts'
import { answers, countMarks, everywhere, growing, paragraph, type Sample } from './pixels/samples.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    browser: { type: 'string' },
    'pixels-only': { type: 'boolean' },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const browsers = [
  { name: 'chromium', path: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', start: startChromium },
  { name: 'firefox', path: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr', start: startFirefox },
].filter(({ name }) => values.browser === undefined || name === values.browser)
for (const { name, path } of browsers)
  if (!existsSync(path))
    console.log(
      `${name} is skipped: it is not at ${path}; install Debian's ${name === 'firefox' ? 'firefox-esr' : name}`,
    )
const installed = browsers.filter(({ path }) => existsSync(path))
/** Scripts for the hands: a paragraph each. */
const handled = [
  ...['01-prose-english', '24-emoji', '26-chinese', '29-japanese', '31-korean', '32-arabic', '33-persian'],
  ...[
    '35-hebrew',
    '36-hindi',
    '38-bengali',
    '39-tamil-telugu',
    '41-thai',
    '43-russian',
    '45-greek',
    '46-german',
  ],
]
const samples = (await answers()).map(each =>
  values.break ? { ...each, sealed: each.sealed.replace(/ /, 'x ') } : each,
)

/** How many marks each text bears. */
const places = new Map<string, number>()
const results: BrowserResults[] = []
for (const { path, start } of installed) {
  const page = await start(path)
  try {
    results.push(await measure(page, Date.now() + (Number(values.minutes) * 60_000) / installed.length))
  } finally {
    await page.close()
  }
}
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
const where = `${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`
const marks = [...places.values()].reduce((sum, each) => sum + each, 0)
const report = pageOf(results, { marks, where })
console.log(report)
if (values.keep) keep()
const wrong = results.reduce((sum, each) => sum + each.wrong.length, 0)
process.exitCode = wrong > 0 || results.length === 0 || results.some(({ cells }) => cells === 0) ? 1 : 0

function keep(): void {
  writeFileSync('docs/pixels.md', report)
  keepResults(
    'pixels',
    'A sealed text looks and handles like the same text without marks, in Chromium and in Firefox; [pixels.md](../pixels.md) has the whole.',
    results.flatMap(({ name, cells, wrong: differing, tried }) => [
      [`${name}, cells that differ`, `${differing.length} of ${cells.toLocaleString('en')}`] as const,
      ...tried.map(({ what, tries, alike }) => [`${name}, ${what}`, `${alike} of ${tries} alike`] as const),
    ]),
  )
}

async function measure(page: BrowserPage, endMs: number): Promise<BrowserResults> {
  const result: BrowserResults = {
    name: page.name,
    texts: 0,
    cells: 0,
    looks: 0,
    wrong: [],
    tried: [],
    deleted: [],
  }
  if (!values.break && !values['pixels-only']) {
    await handle(page, result)
    await watchGrowing(page, result)
  }
  await lookAtAll(page, result, endMs)
  return result
}

/** Every text once in one font, then in the next: what time allows is spread over all. */
async function lookAtAll(page: BrowserPage, result: BrowserResults, endMs: number): Promise<void> {
  for (let turn = 0; turn < fonts.length; turn++)
    for (const [index, sample] of samples.entries()) {
      if (Date.now() > endMs) return
      const font = fonts[(index + turn) % fonts.length] as string
      await look(page, result, sample, font)
      if (!values.break) await look(page, result, everywhere(sample), font)
      if (turn === 0) result.texts++
      if (index % 10 === 0) console.log(`${page.name}: ${result.cells} cells, ${result.wrong.length} differ`)
    }
}

async function look(page: BrowserPage, result: BrowserResults, sample: Sample, font: string): Promise<void> {
  const { name, text: plain, sealed, lang } = sample
  const { wrong: differing } = await compare(page, { plain, sealed, lang, font })
  result.looks++
  if (!places.has(name)) places.set(name, countMarks(sample))
  result.cells += cellCount
  for (const { cell, pixels } of differing) {
    result.wrong.push(`${name}, ${font}, ${cell}: ${pixels} pixels`)
    console.error(`${page.name}: ${result.wrong.at(-1)}`)
  }
}

/** Looks at texts while they come in. */
async function watchGrowing(page: BrowserPage, result: BrowserResults): Promise<void> {
  for (const [index, sample] of samples.filter((_, at) => at % 4 === 0).entries()) {
    const { name, lang, steps } = await growing(sample, 6)
    for (const [step, { text, sealed }] of steps.entries())
      await look(
        page,
        result,
        { name: `${name}, streaming, step ${step + 1}`, lang, text, sealed },
        fonts[index % fonts.length] as string,
      )
  }
}

async function handle(page: BrowserPage, result: BrowserResults): Promise<void> {
  const totals = new Map<string, Tried>()
  for (const sample of samples.filter(({ name }) => handled.includes(name))) {
    const short = await paragraph(sample)
    for (const tried of await tryHands(page, short)) {
      const sum = totals.get(tried.what)
      totals.set(tried.what, {
        ...tried,
        tries: tried.tries + (sum?.tries ?? 0),
        alike: tried.alike + (sum?.alike ?? 0),
        ...(sum?.example !== undefined && { example: sum.example }),
      })
    }
    console.log(`${page.name}: handled ${sample.name}`)
  }
  result.tried = [...totals.values()]
  for (const key of ['Backspace', 'Delete'] as const) {
    const english = samples[0]
    if (english)
      result.deleted.push({ key, presses: await deletions(page, await paragraph(english, 200), key) })
  }
}
