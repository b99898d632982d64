/** Puts runs of selectors where the scanner allows marks, and looks for them in what a renderer makes of it. */
import { JSDOM } from 'jsdom'
import type { Renderer } from './renderers.ts'
import { scanAll } from './scan.ts'

const runPattern = /[\u{e0100}-\u{e01ef}]+/gu

/** A run like a mark's beginning, another one at each place: equal runs would hide labels that no longer match. */
export function runFor(place: number): string {
  let rest = place
  let run = '\u{e01ee}\u{e01ed}'
  for (let digit = 0; digit < 6; digit++) {
    run += String.fromCodePoint(0xe0100 + (rest % 200))
    rest = Math.floor(rest / 200) + digit
  }
  return run
}

export function withoutRuns(text: string): string {
  return text.replace(runPattern, '')
}

export function mark(text: string, places: readonly number[]): string {
  let marked = ''
  let last = 0
  places.forEach((place, index) => {
    marked += text.slice(last, place) + runFor(index)
    last = place
  })
  return marked + text.slice(last)
}

/** Marks every place, and the end where a closing may stand there. */
export function markEverywhere(text: string): { marked: string; places: number } {
  const { places, canClose } = scanAll(text)
  const offsets = places.map(place => place.at)
  if (canClose) offsets.push(text.length)
  return { marked: mark(text, offsets), places: offsets.length }
}

const { window } = new JSDOM()
const verbatim =
  'code, pre, style, script, textarea, title, kbd, samp, math, svg, iframe, [class*="math"], [class*="katex"]'

/** The page's tree for a rendered text. */
export function parse(html: string): DocumentFragment {
  const template = window.document.createElement('template')
  template.innerHTML = html
  return template.content
}

/** Where runs lie in attributes, comments, code or maths. */
export function contamination(html: string): string[] {
  if (html.search(runPattern) < 0) return []
  const found: string[] = []
  const walker = window.document.createTreeWalker(parse(html))
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) found.push(...faultsIn(node))
  return found
}

function faultsIn(node: Node): string[] {
  if (node.nodeType === 1) {
    const element = node as Element
    return [...element.attributes].filter(holdsRun).map(attribute => `${element.localName} ${attribute.name}`)
  }
  if (!holdsRun({ value: node.nodeValue ?? '' })) return []
  if (node.nodeType !== 3) return ['comment']
  const around = node.parentElement?.closest(verbatim)
  return around ? [around.localName] : []
}

function holdsRun({ value }: { value: string }): boolean {
  return value.search(runPattern) >= 0
}

/** What is wrong with the marked text in one renderer: nothing, or a sentence. */
export function faultOf(text: string, marked: string, renderer: Renderer): string | undefined {
  const html = renderer.html(marked)
  if (withoutRuns(html) !== renderer.html(text)) return `${renderer.name} renders it differently`
  const places = contamination(html)
  return places.length > 0 ? `${renderer.name} has marks in ${places.join(', ')}` : undefined
}
