/** Type-checks every package and the web pages from source; each has its own `tsconfig.json`. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { packages } from './packages.mjs'

const root = new URL('..', import.meta.url)
const projects = [...packages.map(name => `packages/${name}`), 'apps/web', 'examples', 'bench']
  .flatMap(folder => [
    `${folder}/tsconfig.json`,
    `${folder}/tsconfig.test.json`,
    `${folder}/tsconfig.client.json`,
  ])
  .filter(file => existsSync(new URL(file, root)))
const failed = projects.filter(
  file =>
    spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', file], {
      cwd: root,
      stdio: 'inherit',
    }).status !== 0,
)
if (failed.length > 0) {
  console.error(`types: ${failed.join(', ')} failed`)
  process.exit(1)
}
