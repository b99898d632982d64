/**
 * Checks the documentation's paths: every relative link of the Markdown and every `docs/….md` that source mentions leads
 * to a file, and `docs/README.md` links every page.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { filesUnder } from './files.mjs'
import { root } from './packages.mjs'

const link = /\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g
const mention = /\bdocs\/[\w-]+\.md\b/g
const pages = filesUnder('docs', /^docs\/[^/]+\.md$/)
const markdown = [
  ...readdirSync(root).filter(file => file.endsWith('.md')),
  ...['docs', 'decisions', 'examples', 'bench', 'proofs', 'interop'].flatMap(each =>
    filesUnder(each, /\.md$/),
  ),
  ...['packages', 'apps'].flatMap(each => filesUnder(each, /\/(README|CHANGELOG)\.md$/)),
]
const source = ['packages', 'apps'].flatMap(each => filesUnder(each, /\/src\/.*\.tsx?$/))
const index = linksIn('docs/README.md')
const wrong = [
  ...markdown.flatMap(brokenLinks),
  ...source.flatMap(brokenMentions),
  ...pages
    .map(page => page.slice('docs/'.length))
    .filter(page => page !== 'README.md' && !index.includes(page))
    .map(page => `docs/README.md: does not link "${page}"`),
]
for (const each of wrong) console.error(each)
console.log(`links: ${markdown.length} pages, ${wrong.length} wrong`)
process.exitCode = wrong.length > 0 ? 1 : 0

/** @param {string} file */
function read(file) {
  return readFileSync(new URL(file, root), 'utf8')
}

/**
 * The targets of a page's relative links; code holds none, whatever its brackets.
 * @param {string} file
 */
function linksIn(file) {
  const prose = read(file)
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(link)].map(([, target = '']) => target)
}

/** @param {string} file */
function brokenLinks(file) {
  return linksIn(file)
    .filter(target => !existsSync(new URL(target, new URL(file, root))))
    .map(target => `${file}: "${target}" leads nowhere`)
}

/** @param {string} file */
function brokenMentions(file) {
  return (read(file).match(mention) ?? [])
    .filter(page => !existsSync(new URL(page, root)))
    .map(page => `${file}: there is no "${page}"`)
}
