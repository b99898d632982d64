/**
 * Checks every import, types included, against the table of layers: `node tools/layers.mjs [folder]`.
 * Fails on an import that the table does not allow, on a circle, on a package reached by a relative path, on an
 * import that cannot be resolved, and on published source that needs a development dependency.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'
import { layers } from './layers-table.mjs'

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
const tests = '\\.test\\.tsx?$'
const testHelpers = '/(test|fixtures)/'

/**
 * The files of a layer: those of its row that no later row takes.
 * @param {import('./layers-table.mjs').Layer} layer
 */
function filesOf(layer) {
  const later = layers.slice(layers.indexOf(layer) + 1).map(({ files }) => files)
  return later.length > 0 ? `(?!${later.join('|')})${layer.files}` : layer.files
}

/** @param {string} name */
function layerNamed(name) {
  const layer = layers.find(each => each.name === name)
  if (!layer) throw new RangeError(`Cannot find the layer "${name}" in tools/layers-table.mjs`)
  return layer
}

/** @param {import('./layers-table.mjs').Layer} layer */
const onlyWhatTheTableAllows = layer => ({
  name: `${layer.name} uses only ${layer.uses.join(', ') || 'itself'}`,
  severity: /** @type {const} */ ('error'),
  from: { path: filesOf(layer), pathNot: [tests, testHelpers] },
  to: {
    path: '^(packages|apps)/',
    pathNot: [filesOf(layer), ...layer.uses.map(name => filesOf(layerNamed(name)))],
  },
})

/** @param {import('./layers-table.mjs').Layer & { strangers: string }} layer */
const membersAreStrangers = layer => ({
  name: `${layer.name}: members do not import each other`,
  severity: /** @type {const} */ ('error'),
  from: { path: layer.strangers, pathNot: [tests, testHelpers] },
  to: { path: layer.strangers, pathNot: layer.strangers.replace(/\([^?][^)]*\)/, '$1') },
})

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const everywhere = [
  { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'every import resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  {
    name: 'packages meet by public name',
    severity: 'error',
    from: { path: '^((?:packages|apps)/[^/]+)/' },
    to: { path: '^(packages|apps)/', pathNot: '^$1/', dependencyTypes: ['local'] },
  },
  {
    name: 'published source needs no development dependency',
    severity: 'error',
    from: { path: '^packages/[^/]+/src/', pathNot: [tests, testHelpers] },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
]

const forbidden = [
  ...everywhere,
  ...layers.map(onlyWhatTheTableAllows),
  ...layers.flatMap(layer =>
    layer.strangers ? [membersAreStrangers({ ...layer, strangers: layer.strangers })] : [],
  ),
]

const { output } = await cruise(
  ['packages', 'apps'].filter(each => existsSync(resolve(folder, each))),
  {
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    exclude: { path: '(^|/)(node_modules/\\.vite|dist)/' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      conditionNames: ['@streamseal/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css', '.d.ts'],
    },
  },
)
if (typeof output === 'string') throw new TypeError(`Cannot read the cruise: ${output}`)
const { violations, totalCruised, totalDependenciesCruised } = output.summary
for (const { rule, from, to, cycle } of violations) {
  const path = cycle?.map(({ name }) => name).join(' → ') ?? to
  console.error(`${rule.name}: ${from} → ${path}`)
}
console.log(
  `layers: ${totalCruised} modules, ${totalDependenciesCruised} imports, ${violations.length} wrong`,
)
process.exitCode = violations.length > 0 ? 1 : 0
