/** A sealed answer that comes at 200 tokens a second into the playground costs Chromium no frame: the page has no more tasks that take a frame's time than without marks. `--break` compares sealed answers with nothing, and a frame of a hundredth of its time, and must fail. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { readConfig, startGateway } from 'streamseal'
import { startPacedUpstream } from './frames/paced-upstream.ts'
import { startTrace, type Traced } from './frames/trace.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    tokens: { type: 'string', default: '2000' },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const TOKENS_PER_SECOND = 200
/** A frame at 60 a second, in milliseconds. */
const FRAME_MS = values.break ? 0.16 : 1000 / 60
const pages = resolve('apps/web/dist')
const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
if (!existsSync(path) || !existsSync(pages))
  throw new Error(`Cannot measure frames: ${existsSync(path) ? pages : path} is missing`)

/** One answer, watched. */
interface Watched extends Traced {
  /** Milliseconds between the frames that the page was called for. */
  gapsMs: number[]
  /** Code units of the answer, marks included. */
  units: number
}

const tokens = tokensOf([
  '01-prose-english',
  '03-list-bold-leads',
  '06-table-simple',
  '26-chinese',
  '46-german',
])
const endMs = Date.now() + Number(values.minutes) * 60_000
const data = mkdtempSync(join(tmpdir(), 'streamseal-frames-'))
const upstream = await startPacedUpstream(tokens, TOKENS_PER_SECOND)
const config = readConfig({
  PORT: '0',
  STREAMSEAL_DATA_DIR: data,
  OPENAI_BASE_URL: upstream.baseUrl,
  OPENAI_API_KEY: 'test',
  OLLAMA_HOST: 'http://127.0.0.1:9',
})
const gateway = await startGateway(config, { pages })
const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu'] })
const watched = { sealed: [] as Watched[], plain: [] as Watched[] }
try {
  do {
    for (const kind of ['plain', 'sealed'] as const) {
      watched[kind].push(await watch(browser, kind === 'sealed'))
      console.log(`${kind}: ${shown([watched[kind].at(-1) as Watched])}`)
    }
  } while (Date.now() < endMs)
} finally {
  await browser.close()
  await gateway.stop()
  await upstream.stop()
  rmSync(data, { recursive: true, force: true })
}
console.log(`plain, all: ${shown(watched.plain)}\nsealed, all: ${shown(watched.sealed)}`)
const rows: Row[] = [
  ['tokens a second', String(TOKENS_PER_SECOND)],
  ['tokens an answer', String(tokens.length)],
  ...rowsOf('without marks', watched.plain),
  ...rowsOf('sealed', watched.sealed),
]
if (values.keep)
  keepResults(
    'frames',
    'A sealed answer that comes at 200 tokens a second into the playground costs Chromium no frame: the page has no more tasks that last a whole frame than without marks. Frames that the trace calls dropped, and gaps, are of a headless browser on a machine that does other work, too: compare the two.',
    rows,
  )
const plainLong = values.break ? 0 : tooLong(watched.plain)
const sealedLong = tooLong(watched.sealed)
process.exitCode =
  // One task more than without marks may be the collector's.
  sealedLong <= plainLong + 1 &&
  watched.sealed.every(({ units, taskCpuMs }) => units > 0 && taskCpuMs.length > 100)
    ? 0
    : 1

/** How many tasks took the time of a frame or more. */
function tooLong(all: readonly Watched[]): number {
  return all.flatMap(({ taskCpuMs }) => taskCpuMs).filter(cpuMs => cpuMs >= FRAME_MS).length
}

/** So many pieces of four to five characters, as tokens are. */
function tokensOf(names: readonly string[]): string[] {
  const text = names.map(name => readFileSync(`packages/seal/src/corpus/${name}.md`, 'utf8')).join('\n\n')
  const pieces = text.match(/[\s\S]{1,5}/gu) ?? []
  return Array.from({ length: Number(values.tokens) }, (_, index) => pieces[index % pieces.length] ?? '')
}

async function watch(within: Browser, isSealed: boolean): Promise<Watched> {
  const page = await within.newPage({ viewport: { width: 1200, height: 860 } })
  page.setDefaultTimeout(120_000)
  await page.goto(gateway.url)
  const seal = page.getByRole('checkbox', { name: 'Seal' })
  await seal.setChecked(isSealed)
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Write.')
  const session = await page.context().newCDPSession(page)
  await page.keyboard.press('Enter')
  // Sending a prompt is a visitor's own doing; what is measured begins with the first words of the answer.
  await page.locator('.answer-text p').first().waitFor()
  const stop = await startTrace(session)
  await page.evaluate(countGaps)
  await page.locator('.answer[data-status="complete"]').waitFor()
  const traced = await stop()
  const gapsMs = await page.evaluate(() => (globalThis as unknown as { gapsMs: number[] }).gapsMs)
  const units = await page.evaluate(() => document.querySelector('.answer-text')?.textContent?.length ?? 0)
  await page.close()
  return { ...traced, gapsMs, units }
}

/** Runs in the page. */
function countGaps(): void {
  const gapsMs: number[] = []
  Object.assign(globalThis, { gapsMs })
  let before = performance.now()
  const step = (now: number): void => {
    gapsMs.push(now - before)
    before = now
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
}

function rowsOf(kind: string, all: readonly Watched[]): Row[] {
  return [
    [`${kind}, answers`, String(all.length)],
    [kind, shown(all)],
  ]
}

function shown(all: readonly Watched[]): string {
  const tasks = all.flatMap(({ taskCpuMs }) => taskCpuMs).sort((a, b) => a - b)
  const gaps = all.flatMap(({ gapsMs }) => gapsMs)
  const late = gaps.filter(gap => gap > 25).length
  const sum = (pick: (each: Watched) => number): number => all.reduce((total, each) => total + pick(each), 0)
  const busy = sum(({ taskCpuMs }) => taskCpuMs.reduce((total, each) => total + each, 0))
  const at = (share: number): string =>
    (tasks[Math.min(tasks.length - 1, Math.floor(share * tasks.length))] ?? 0).toFixed(1)
  return `${tooLong(all)} tasks of a frame's time or more; longest task ${at(1)} ms of processor time, 999 of 1,000 under ${at(0.999)} ms, main thread busy ${((busy / sum(({ seconds }) => seconds * 1000)) * 100).toFixed(0)} %; ${sum(({ drawn }) => drawn)} frames drawn, ${sum(({ dropped }) => dropped)} dropped; ${late} of ${gaps.length} gaps over 25 ms`
}
