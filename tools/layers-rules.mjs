/** The table of layers as rules for dependency-cruiser. */
import { layers } from './layers-table.mjs'

/** @typedef {import('./layers-table.mjs').Layer} Layer */

const ours = '^(packages|apps)/[^/]+/(?!node_modules/)'
const published = '^packages/[^/]+/src/'
const inTests = ['\\.test(-helper)?\\.tsx?$', '/test/']

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const everywhere = [
  { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'every import resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  {
    name: 'published source needs no development dependency',
    severity: 'error',
    from: { path: published, pathNot: inTests },
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['npm', 'npm-peer', 'type-only'],
    },
  },
]

/** Every rule. @type {import('dependency-cruiser').IForbiddenRuleType[]} */
export const rules = [
  ...everywhere,
  ...layers.map(usesOnlyWhatTheTableSays),
  ...layers.flatMap(membersAreStrangers),
]

/**
 * @param {Layer} layer
 * @returns {import('dependency-cruiser').IForbiddenRuleType}
 */
function usesOnlyWhatTheTableSays(layer) {
  const used = layer.uses.flatMap(layersNamed).map(filesOf)
  return {
    name: `${layer.name} uses only ${layer.uses.join(', ') || 'itself'}`,
    severity: 'error',
    from: { path: filesOf(layer), pathNot: inTests },
    to: { path: ours, pathNot: [filesOf(layer), ...used] },
  }
}

/**
 * @param {Layer} layer
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
function membersAreStrangers({ name, strangers }) {
  if (strangers === undefined) return []
  // The group that names the member, put back as what it was in `from`.
  const sameMember = strangers.replace(/\((?!\?).*?\)/, '$1')
  return [
    {
      name: `${name}: members do not import each other`,
      severity: 'error',
      from: { path: strangers, pathNot: inTests },
      to: { path: strangers, pathNot: sameMember },
    },
  ]
}

/**
 * The files of a layer: those of its row that no later row takes.
 * @param {Layer} layer
 */
function filesOf(layer) {
  const later = layers.slice(layers.indexOf(layer) + 1).map(({ files }) => files)
  return later.length > 0 ? `(?!${later.join('|')})${layer.files}` : layer.files
}

/** @param {string} name */
function layersNamed(name) {
  const found = name.endsWith('/*')
    ? layers.filter(each => each.name.startsWith(name.slice(0, -1)))
    : layers.filter(each => each.name === name)
  if (found.length === 0) throw new RangeError(`Cannot find the layer "${name}" in tools/layers-table.mjs`)
  return found
}
