/** Finds the examples in documentation: fenced TypeScript, with the line where it stands. */

/**
 * @typedef {object} Example
 * @property {string} code
 * @property {number} line Line of the fence, from 1.
 * @property {boolean} runs False where the fence says `no-run`.
 */

const docComment = /\/\*\*[\s\S]*?\*\//g
const fence = /^([ \t]*)```ts\b([^\n]*)\n([\s\S]*?)^[ \t]*```[ \t]*$/gm

/**
 * Every fence marked as TypeScript in a Markdown text.
 * @param {string} markdown
 * @returns {Example[]}
 */
export const examplesInMarkdown = markdown =>
  [...markdown.matchAll(fence)].map(({ index, 1: indent = '', 2: info = '', 3: code = '' }) => ({
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    line: lineAt(markdown, index),
    runs: !/\bno-run\b/.test(info),
  }))

/**
 * Every fence after the first `@example` of each doc comment of a source text.
 * @param {string} source
 * @returns {Example[]}
 */
export const examplesInSource = source =>
  [...source.matchAll(docComment)].flatMap(({ index, 0: comment }) =>
    examplesInComment(withoutStars(comment), lineAt(source, index)),
  )

/**
 * @param {string} comment
 * @param {number} firstLine
 */
function examplesInComment(comment, firstLine) {
  const start = comment.search(/^@example\b/m)
  if (start < 0) return []
  const above = firstLine + lineAt(comment, start) - 2
  return examplesInMarkdown(comment.slice(start)).map(each => ({ ...each, line: each.line + above }))
}

/** @param {string} comment */
const withoutStars = comment =>
  comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .replaceAll(/^[ \t]*\*[ \t]?/gm, '')

/** @param {string} text @param {number} index */
const lineAt = (text, index) => text.slice(0, index).split('\n').length
