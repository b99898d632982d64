/** A page of cells, each with one text in one width and manner; the same page for the text with marks and without. */
import MarkdownIt from 'markdown-it'
import type { BrowserPage } from './browser.ts'
import { differences } from './png.ts'

const markdown = new MarkdownIt({ html: false, linkify: true, typographer: true })

/** Fonts that a page may name; the scripts that they lack come from the Noto fonts. */
export const fonts = [
  'sans-serif',
  'serif',
  'monospace',
  '"Noto Sans", "Noto Sans CJK SC"',
  '"Noto Serif", "Noto Serif CJK JP"',
  '"DejaVu Sans"',
  '"Liberation Serif"',
] as const

const widths = [300, 470, 680] as const
const sides = ['justify', 'start'] as const

/** How many cells a page has. */
export const cellCount: number = widths.length * sides.length + widths.length + 1

/** What a pair of pages showed. */
export interface Compared {
  /** Names of the cells that differ, and how many pixels do. */
  wrong: { cell: string; pixels: number }[]
}

/** Shows `plain` and then `sealed` in every cell, and compares the pictures. */
export async function compare(
  page: BrowserPage,
  { plain, sealed, lang, font }: { plain: string; sealed: string; lang: string; font: string },
): Promise<Compared> {
  await show(page, pageOf(plain, lang, font))
  const before = await page.screenshot()
  await show(page, pageOf(sealed, lang, font))
  const after = await page.screenshot()
  const points = differences(before, after)
  if (points.length === 0) return { wrong: [] }
  const boxes = await page.call(readBoxes)
  const cellAt = ({ x, y }: { x: number; y: number }): string =>
    boxes.find(({ box }) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height)
      ?.cell ?? 'around'
  const counts = new Map<string, number>()
  for (const point of points) counts.set(cellAt(point), (counts.get(cellAt(point)) ?? 0) + 1)
  return { wrong: [...counts].map(([cell, pixels]) => ({ cell, pixels })) }
}

/** Puts `html` in the page, and waits until its fonts are there and it has been drawn. */
export async function show(page: BrowserPage, html: string): Promise<void> {
  await page.call(showHtml, html)
}

/** Runs in the page. */
async function showHtml(html: string): Promise<void> {
  document.body.innerHTML = html
  for (const area of document.querySelectorAll('textarea')) {
    area.value = area.dataset.text ?? ''
    area.style.height = '260px'
  }
  await document.fonts.ready
  await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
}

/** Runs in the page. */
function readBoxes(): { cell: string; box: { x: number; y: number; width: number; height: number } }[] {
  return [...document.querySelectorAll<HTMLElement>('[data-cell]')].map(element => {
    const { x, y, width, height } = element.getBoundingClientRect()
    return { cell: element.dataset.cell ?? '', box: { x: x + scrollX, y: y + scrollY, width, height } }
  })
}

function pageOf(text: string, lang: string, font: string): string {
  const rendered = markdown.render(text)
  const cells = [
    ...widths.flatMap(width =>
      sides.map(side => cell(`rendered ${width} ${side}`, `width:${width}px;text-align:${side}`, rendered)),
    ),
    ...widths.map(width =>
      cell(`raw ${width}`, `width:${width}px;white-space:pre-wrap;text-align:justify`, escaped(text)),
    ),
    cell('textarea', 'width:470px', `<textarea data-text="${escaped(text)}"></textarea>`),
  ]
  return `<style>${style(font)}</style><main lang="${lang}">${cells.join('')}</main>`
}

function style(font: string): string {
  return `body{margin:8px;background:#fff;color:#000}
main{display:flex;flex-wrap:wrap;align-items:flex-start;gap:12px;font:18px/1.5 ${font}}
[data-cell]{overflow:hidden;overflow-wrap:anywhere}
textarea{width:450px;font:inherit;caret-color:transparent;resize:none;overflow:hidden}
table{border-collapse:collapse}td,th{border:1px solid #888;padding:2px 6px}`
}

function cell(name: string, css: string, html: string): string {
  return `<div data-cell="${name}" dir="auto" style="${css}">${html}</div>`
}

/** Text as HTML shows it. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
