/** Builds every package, lowest first, then the web pages. `prepare` runs it, so `npm ci` leaves nothing to build. */
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { packages } from './packages.mjs'

const root = new URL('..', import.meta.url)
/** @param {string} module @param {string[]} args */
const run = (module, args) =>
  execFileSync(process.execPath, [module, ...args], { cwd: root, stdio: 'inherit' })

for (const name of packages) {
  rmSync(new URL(`packages/${name}/dist`, root), { recursive: true, force: true })
  run('node_modules/typescript/bin/tsc', ['-p', `packages/${name}/tsconfig.build.json`])
}
run('node_modules/vite/bin/vite.js', ['build', 'apps/web', '--logLevel', 'warn'])
// The gateway serves the pages, so its package carries them.
cpSync(new URL('apps/web/dist', root), new URL('packages/gateway/dist/web', root), { recursive: true })
