/**
 * Packs every package as it would be published and checks what users would get: publint (strict), attw (ESM only), and
 * a stranger's project that has only the packed files and their declared dependencies, imports every public name and
 * runs the command. It reads `dist`: build first.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { entries, manifest, packages, root } from './packages.mjs'

const rootPath = fileURLToPath(root)
const work = mkdtempSync(join(tmpdir(), 'streamseal-packed-'))
const stranger = join(work, 'stranger')
const installed = join(stranger, 'node_modules')

/** @type {string[]} */
const wrong = []
try {
  for (const name of packages) checkPackage(name)
  checkStranger()
} finally {
  rmSync(work, { recursive: true, force: true })
}
for (const each of wrong) console.error(each)
console.log(`packed: ${packages.length} packages, ${entries().length} entries, ${wrong.length} wrong`)
process.exitCode = wrong.length > 0 ? 1 : 0

/** @param {string} name */
function checkPackage(name) {
  const packing = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], {
    cwd: join(rootPath, 'packages', name),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { filename, files } = packedIn(JSON.parse(packing))
  const tarball = join(work, filename)
  const strays = files.map(({ path }) => path).filter(path => /\.test(-helper)?\.|(^|\/)test\//.test(path))
  wrong.push(...strays.map(path => `${name}: packs the test file "${path}"`))
  check(`${name}: publint`, 'publint/src/cli.js', ['run', tarball, '--strict'])
  check(`${name}: attw`, '@arethetypeswrong/cli/dist/index.js', [
    tarball,
    '--profile',
    'esm-only',
    '--no-emoji',
  ])
  install(name, tarball)
}

/** @typedef {{ filename: string, files: { path: string }[] }} Packed */

/**
 * What was packed: npm answers with a list, or from version 12 with one entry a package.
 * @param {Packed[] | Record<string, Packed>} packing
 */
function packedIn(packing) {
  const [packed] = Object.values(packing)
  if (!packed) throw new Error('Cannot read what "npm pack" packed: it names no file')
  return packed
}

/**
 * Unpacks a package for the stranger, with its declared dependencies and no others beside it; the optional peers that
 * some entries need are there too, as with whoever imports those entries.
 * @param {string} name @param {string} tarball
 */
function install(name, tarball) {
  const { name: published, dependencies = {}, peerDependencies = {} } = manifest(name)
  const declared = Object.keys({ ...dependencies, ...peerDependencies })
  const target = join(installed, published)
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
  const ours = new Set(packages.map(each => manifest(each).name))
  for (const dependency of declared.filter(each => !ours.has(each))) link(name, dependency)
}

/** @param {string} name @param {string} dependency */
function link(name, dependency) {
  const own = join(rootPath, 'packages', name, 'node_modules', dependency)
  const target = existsSync(own) ? own : join(rootPath, 'node_modules', dependency)
  const place = join(installed, dependency)
  mkdirSync(dirname(place), { recursive: true })
  if (!existsSync(place)) symlinkSync(target, place, 'dir')
}

function checkStranger() {
  const program = join(stranger, 'import-all.mjs')
  const specifiers = entries().map(({ specifier }) => specifier)
  writeFileSync(
    program,
    `for (const name of ${JSON.stringify(specifiers)}) {
      const exported = Object.keys(await import(name))
      if (exported.length === 0) console.error(name + ' exports nothing')
    }\n`,
  )
  run('a stranger imports every public name', [program])
  run('a stranger runs the command', [join(installed, 'streamseal/bin/streamseal.js'), '--version'])
}

/** @param {string} what @param {string} module @param {string[]} args */
function check(what, module, args) {
  run(what, [join(rootPath, 'node_modules', module), ...args])
}

/** @param {string} what @param {string[]} args */
function run(what, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: work,
    encoding: 'utf8',
    timeout: 120_000,
  })
  if (status !== 0) wrong.push(`${what} failed\n${stdout}${stderr}`)
}
