/** What a browser copies from a page: text by lines and cells, without what the page's own marks (bullets, numbers, boxes) say. */

const blocks = new Set(
  (
    'address article aside blockquote dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr li main nav ol p pre section summary table tbody thead tfoot tr ul caption'
  ).split(' '),
)
const hidden = new Set(['script', 'style', 'template', 'head', 'title', 'textarea', 'noscript', 'iframe'])
const before: Readonly<Record<string, string>> = { br: '\n', td: '\t', th: '\t' }

export function pageText(node: Node): string {
  if (node.nodeType === 3) return node.nodeValue ?? ''
  if (node.nodeType !== 1 && node.nodeType !== 11) return ''
  const name = node.nodeName.toLowerCase()
  if (hidden.has(name)) return ''
  const inner = Array.from(node.childNodes, pageText).join('')
  return blocks.has(name) ? `\n${inner}\n` : (before[name] ?? '') + inner
}
