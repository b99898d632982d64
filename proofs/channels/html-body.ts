/** The body of a page, parsed as a browser without scripts does. */
import { JSDOM } from 'jsdom'

export const { window } = new JSDOM()

/** Each call makes a page of its own. */
export function htmlBody(html: string): HTMLElement {
  const { body } = window.document.implementation.createHTMLDocument()
  body.innerHTML = html
  return body
}
