/** Elements whose content a browser does not read as text, or shows as code: after one of these nothing can be told of the rest. */
const names = new Set(
  (
    'script style textarea pre title xmp iframe noembed noframes noscript plaintext svg math template select option head ' +
    'code kbd samp tt button object video audio canvas'
  ).split(' '),
)

/** True for an opening tag of these, and for comments, declarations and instructions. */
export function hidesWhatFollows(name: string): boolean {
  return name === '!' || name === '?' || names.has(name)
}

/** Elements that begin a new line or cell on the page. */
export const breaks: ReadonlySet<string> = new Set(
  (
    'br p div li ul ol dl dt dd tr td th table thead tbody tfoot caption hr h1 h2 h3 h4 h5 h6 blockquote details summary ' +
    'section article header footer aside figure figcaption pre form fieldset main nav center'
  ).split(' '),
)

/** True for these. */
export function breaksLine(name: string): boolean {
  return breaks.has(name)
}
