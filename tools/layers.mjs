/**
 * Checks every import, types included, against the table of layers: `node tools/layers.mjs [folder]`. Fails on an
 * import that the table does not allow, on a circle, on a package reached by a relative path, on an import that cannot
 * be resolved, and on published source that needs a development dependency.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'
import { rules } from './layers-rules.mjs'
import { root } from './packages.mjs'

const folder = resolve(process.argv[2] ?? fileURLToPath(root))
const result = await cruised()
const wrong = [...result.summary.violations.map(inWords), ...result.modules.flatMap(aroundPublicNames)]
for (const each of wrong) console.error(each)
const { totalCruised, totalDependenciesCruised } = result.summary
console.log(`layers: ${totalCruised} modules, ${totalDependenciesCruised} imports, ${wrong.length} wrong`)
process.exitCode = wrong.length > 0 ? 1 : 0

async function cruised() {
  const { output } = await cruise(
    ['packages', 'apps'].filter(each => existsSync(resolve(folder, each))),
    {
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden: rules },
      tsPreCompilationDeps: true,
      combinedDependencies: true,
      exclude: { path: '(^|/)(node_modules/\\.vite|\\.cache|dist)/' },
      doNotFollow: { path: 'node_modules' },
      enhancedResolveOptions: {
        conditionNames: ['@streamseal/source', 'import', 'node', 'default'],
        exportsFields: ['exports'],
        extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css', '.d.ts'],
      },
    },
  )
  if (typeof output === 'string') throw new TypeError(`Cannot read the cruise: ${output}`)
  return output
}

/** @param {import('dependency-cruiser').IViolation} violation */
function inWords({ rule, from, to, cycle }) {
  const path = cycle?.map(({ name }) => name).join(' → ') ?? to
  return `${rule.name}: ${from} → ${path}`
}

/**
 * Imports that reach into another package by a relative path, past the names that it publishes.
 * @param {import('dependency-cruiser').IModule} module
 */
function aroundPublicNames({ source, dependencies }) {
  return dependencies
    .filter(({ module, resolved }) => module.startsWith('.') && packageOf(resolved) !== packageOf(source))
    .map(({ resolved }) => `packages meet by public name: ${source} → ${resolved}`)
}

/** @param {string} path */
function packageOf(path) {
  return path.split('/').slice(0, 2).join('/')
}
