/** What hands and machines do with a text: caret, double click, find, words and lines, what assistive technology reads, and how many presses it takes to delete. */
import MarkdownIt from 'markdown-it'
import type { BrowserPage } from './browser.ts'
import { escaped, show } from './cells.ts'
import type { Sample } from './samples.ts'

const markdown = new MarkdownIt({ html: false })
const mark = /[\u{e0100}-\u{e01ef}]+/gu
const rightToLeft = new Set(['ar', 'fa', 'he', 'ur'])

/** What one thing was tried on, and how often it went as in the text without marks. */
export interface Tried {
  what: string
  tries: number
  alike: number
  /** The first that did not. */
  example?: string
}

/** Tries everything with one sample. */
export async function tryHands(page: BrowserPage, sample: Sample): Promise<Tried[]> {
  return [
    await caret(page, sample),
    await wordStops(page, sample),
    await doubleClicks(page, sample),
    ...(await finds(page, sample)),
    await lines(page, sample),
    ...(await segments(page, sample)),
    await accessible(page, sample),
  ]
}

/** How many presses empty a field, without marks and with. */
export async function deletions(
  page: BrowserPage,
  sample: Sample,
  key: 'Backspace' | 'Delete',
): Promise<[number, number]> {
  return [await pressesToEmpty(page, sample.text, key), await pressesToEmpty(page, sample.sealed, key)]
}

async function pressesToEmpty(page: BrowserPage, text: string, key: 'Backspace' | 'Delete'): Promise<number> {
  await showField(page, text)
  await page.call(placeCaret, key === 'Delete' ? 0 : text.length)
  for (let presses = 0; presses < 2 * text.length + 20; ) {
    const left = await page.call(() => document.querySelector('textarea')?.value.length ?? 0)
    if (left === 0) return presses
    const next = left > 12 ? Math.min(50, Math.ceil(left / 8)) : 1
    await page.press(key, next)
    presses += next
  }
  return Number.NaN
}

async function caret(page: BrowserPage, sample: Sample): Promise<Tried> {
  const stops = (text: string): Promise<number[]> => caretStops(page, sample, text)
  return alike('caret steps', await stops(sample.text), await stops(sample.sealed))
}

async function wordStops(page: BrowserPage, sample: Sample): Promise<Tried> {
  const stops = (text: string): Promise<number[]> => caretStops(page, sample, text, 'Control')
  return alike('steps from word to word', await stops(sample.text), await stops(sample.sealed))
}

/** Where the caret stands after each press, counted in characters that are not of a mark. */
async function caretStops(
  page: BrowserPage,
  { text, lang }: Sample,
  shown: string,
  modifier?: 'Control',
): Promise<number[]> {
  await showField(page, shown)
  await page.call(placeCaret, 0)
  await page.call(recordCaret)
  await page.press(
    rightToLeft.has(lang) ? 'ArrowLeft' : 'ArrowRight',
    modifier ? 60 : text.length + 4,
    modifier,
  )
  const places = await page.call(() => (globalThis as unknown as { caretPlaces: number[] }).caretPlaces)
  return places.map(place => shown.slice(0, place).replaceAll(mark, '').length)
}

function showField(page: BrowserPage, text: string): Promise<void> {
  return show(
    page,
    `<textarea data-text="${escaped(text)}" style="width:600px;font:18px sans-serif" dir="auto"></textarea>`,
  )
}

/** Runs in the page. */
function placeCaret(place: number): void {
  const field = document.querySelector('textarea')
  field?.focus()
  field?.setSelectionRange(place, place)
}

/** Runs in the page. */
function recordCaret(): void {
  const places: number[] = []
  Object.assign(globalThis, { caretPlaces: places })
  const field = document.querySelector('textarea')
  field?.addEventListener('keyup', ({ key }) => {
    if (key.startsWith('Arrow')) places.push(field.selectionStart)
  })
}

/** The words before each mark and behind it. */
function wordsAt(sample: Sample): { before: string; after: string; phrase: string }[] {
  const found: { before: string; after: string; phrase: string }[] = []
  for (const { index, 0: run } of sample.sealed.matchAll(mark)) {
    const left = sample.sealed.slice(0, index).replaceAll(mark, '')
    const right = sample.sealed.slice(index + run.length).replaceAll(mark, '')
    const before = /[\p{L}\p{M}\p{N}]+(?=[^\p{L}\p{M}\p{N}]*$)/u.exec(left)
    const after = /^[^\p{L}\p{M}\p{N}\n]*([\p{L}\p{M}\p{N}]+)/u.exec(right)
    if (before?.[0] === undefined || after?.[1] === undefined) continue
    const from = before[0].slice(-8)
    const to = after[1].slice(0, 8)
    found.push({
      before: from,
      after: to,
      phrase:
        from +
        left.slice(before.index + before[0].length) +
        right.slice(0, after[0].length - after[1].length) +
        to,
    })
  }
  return found
}

function showParagraph(page: BrowserPage, text: string, lang: string): Promise<void> {
  const paragraphs = text.split('\n').filter(Boolean)
  return show(
    page,
    `<main lang="${lang}" dir="auto" style="font:18px/1.6 sans-serif;width:640px">${paragraphs.map(line => `<p>${escaped(line)}</p>`).join('')}</main>`,
  )
}

async function doubleClicks(page: BrowserPage, sample: Sample): Promise<Tried> {
  await showParagraph(page, sample.text, sample.lang)
  const points = await page.call(wordPoints)
  const select = async (): Promise<string[]> => {
    const selected: string[] = []
    for (const { x, y } of points) {
      await page.call(() => getSelection()?.removeAllRanges())
      await page.doubleClick(x, y)
      selected.push((await page.call(() => String(getSelection()))).replaceAll(mark, ''))
    }
    return selected
  }
  const plain = await select()
  await showParagraph(page, sample.sealed, sample.lang)
  return alike('double clicks', plain, await select())
}

/** Runs in the page: the middle of some words that can be seen. */
function wordPoints(): { x: number; y: number }[] {
  const points: { x: number; y: number }[] = []
  for (const paragraph of document.querySelectorAll('p')) {
    const node = paragraph.firstChild
    if (node === null) continue
    const words = new Intl.Segmenter(undefined, { granularity: 'word' }).segment(node.nodeValue ?? '')
    for (const { index, segment, isWordLike } of words) {
      const range = document.createRange()
      range.setStart(node, index)
      range.setEnd(node, index + segment.length)
      const rects = range.getClientRects()
      const [box] = rects
      if (isWordLike && rects.length === 1 && box && box.bottom < innerHeight)
        points.push({ x: box.x + box.width / 2, y: box.y + box.height / 2 })
    }
  }
  return points.filter((_, index) => index % Math.ceil(points.length / 40) === 0)
}

async function finds(page: BrowserPage, sample: Sample): Promise<Tried[]> {
  const places = wordsAt(sample)
  const words = places.flatMap(({ before, after }) => [before, after])
  const phrases = places.map(({ phrase }) => phrase)
  await showParagraph(page, sample.text, sample.lang)
  // What is not found without marks (a word that a line of its own splits) says nothing.
  const findable = await page.find([...words, ...phrases])
  await showParagraph(page, sample.sealed, sample.lang)
  const found = await page.find([...words, ...phrases])
  const judge = (what: string, all: readonly string[], from: number): Tried => {
    const tried = all.filter((_, index) => findable[from + index])
    const missed = all.filter((_, index) => findable[from + index] && !found[from + index])
    return {
      what,
      tries: tried.length,
      alike: tried.length - missed.length,
      ...(missed[0] && { example: missed[0] }),
    }
  }
  return [
    judge('find a word beside a mark', words, 0),
    judge('find a phrase across a mark', phrases, words.length),
  ]
}

async function lines(page: BrowserPage, sample: Sample): Promise<Tried> {
  await showParagraph(page, sample.text, sample.lang)
  const plain = await page.call(lineCounts)
  await showParagraph(page, sample.sealed, sample.lang)
  return alike('lines, at 26 widths', plain, await page.call(lineCounts))
}

/** Runs in the page: for each width, the lines of each paragraph and how wide each is. */
function lineCounts(): string[] {
  const main = document.querySelector('main') as HTMLElement
  return Array.from({ length: 26 }, (_, index) => {
    main.style.width = `${150 + 20 * index}px`
    return [...document.querySelectorAll('p')]
      .map(paragraph => {
        const range = document.createRange()
        range.selectNodeContents(paragraph)
        const right = new Map<number, number>()
        for (const box of range.getClientRects())
          right.set(Math.round(box.y), Math.max(right.get(Math.round(box.y)) ?? 0, Math.round(box.right)))
        return [...right].join()
      })
      .join(';')
  })
}

async function segments(page: BrowserPage, sample: Sample): Promise<Tried[]> {
  const tried: Tried[] = []
  for (const granularity of ['grapheme', 'word', 'sentence'] as const) {
    const plain = await page.call(segment, sample.text, sample.lang, granularity)
    const sealed = await page.call(segment, sample.sealed, sample.lang, granularity)
    tried.push(
      alike(
        `Intl.Segmenter, ${granularity}s`,
        plain,
        sealed.map(each => each.replaceAll(mark, '')),
      ),
    )
  }
  return tried
}

/** Runs in the page. */
function segment(text: string, lang: string, granularity: 'grapheme' | 'word' | 'sentence'): string[] {
  return Array.from(
    new Intl.Segmenter(lang, { granularity }).segment(text),
    each => `${each.segment}${each.isWordLike ? '+' : ''}`,
  )
}

async function accessible(page: BrowserPage, sample: Sample): Promise<Tried> {
  const read = async (text: string): Promise<string[]> => {
    await show(page, `<main lang="${sample.lang}">${markdown.render(text)}</main>`)
    return (await page.accessibleLines()).map(line => line.replaceAll(mark, ''))
  }
  return alike('accessibility tree', await read(sample.text), await read(sample.sealed))
}

/** Both lists, item by item. */
function alike(
  what: string,
  plain: readonly (string | number)[],
  sealed: readonly (string | number)[],
): Tried {
  const tries = Math.max(plain.length, sealed.length)
  const indices = Array.from({ length: tries }, (_, index) => index)
  const first = indices.find(index => plain[index] !== sealed[index])
  const count = indices.filter(index => plain[index] === sealed[index]).length
  return {
    what,
    tries,
    alike: count,
    ...(first !== undefined && { example: `${plain[first]} → ${sealed[first]}` }),
  }
}
