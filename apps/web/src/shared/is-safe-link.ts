/** Which addresses in an answer may become links. */

const schemes = new Set(['http:', 'https:', 'mailto:'])

/** True for absolute `http`, `https` and `mailto` addresses; a relative one would point into this page's own site. */
export function isSafeLink(href: string): boolean {
  return URL.canParse(href) && schemes.has(new URL(href).protocol)
}
