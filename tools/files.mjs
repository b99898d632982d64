/** Lists the repository's files. */
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { root } from './packages.mjs'

const left = /(^|\/)(node_modules|dist|\.cache|target|__pycache__)(\/|$)/

/**
 * The files under a folder, as paths from the root, sorted; those of installs and builds are left out.
 * @param {string} folder
 * @param {RegExp} matching
 * @returns {string[]}
 */
export function filesUnder(folder, matching) {
  const path = fileURLToPath(new URL(folder, root))
  if (!existsSync(path)) return []
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map(file => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter(file => matching.test(file) && !left.test(file))
    .sort()
}

/** The programs of `examples/`: every TypeScript file but tests and what `helpers/` shares among them. */
export const exampleFiles = () =>
  filesUnder('examples', /^examples\/.*(?<!\.test)\.ts$/).filter(file => !file.includes('/helpers/'))
