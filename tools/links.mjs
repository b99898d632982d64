/** Checks that every relative link of the repository's Markdown leads to a file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { filesUnder } from './files.mjs'
import { root } from './packages.mjs'

const link = /\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g
const files = [
  ...readdirSync(root).filter(file => file.endsWith('.md')),
  ...['docs', 'decisions', 'examples', 'bench', 'proofs', 'interop'].flatMap(each =>
    filesUnder(each, /\.md$/),
  ),
  ...['packages', 'apps'].flatMap(each => filesUnder(each, /\/(README|CHANGELOG)\.md$/)),
]
const broken = files.flatMap(file =>
  [...prose(readFileSync(new URL(file, root), 'utf8')).matchAll(link)]
    .map(([, target = '']) => target)
    .filter(target => !existsSync(new URL(target, new URL(file, root))))
    .map(target => `${file}: "${target}" leads nowhere`),
)
for (const each of broken) console.error(each)
console.log(`links: ${files.length} files, ${broken.length} broken`)
process.exitCode = broken.length > 0 ? 1 : 0

/**
 * The text without its code, in which brackets are not links.
 * @param {string} markdown
 */
function prose(markdown) {
  return markdown.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')
}
