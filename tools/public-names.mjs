/** Reads, with the compiler, every name that users can import, and what its doc comment holds. */

import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { entries, root } from './packages.mjs'

/**
 * @typedef {object} PublicName
 * @property {import('./packages.mjs').Entry} entry
 * @property {string} name
 * @property {string} kind `function`, `class`, `const`, `interface` or `type`.
 * @property {boolean} documented Whether a doc comment says anything.
 * @property {boolean} exemplified Whether it has an `@example`.
 * @property {string} place File and line of its declaration.
 */

const rootPath = fileURLToPath(root)
const kinds = /** @type {const} */ ([
  [ts.SymbolFlags.Class, 'class'],
  [ts.SymbolFlags.Function, 'function'],
  [ts.SymbolFlags.Interface, 'interface'],
  [ts.SymbolFlags.TypeAlias, 'type'],
  [ts.SymbolFlags.Variable, 'const'],
])

/**
 * Every public name, in the order of the packages and then of the alphabet.
 * @returns {PublicName[]}
 */
export function publicNames() {
  const all = entries()
  const program = ts.createProgram(
    all.map(({ source }) => rootPath + source),
    compilerOptions(),
  )
  return all.flatMap(entry => namesOf(program, entry))
}

/** @returns {ts.CompilerOptions} */
function compilerOptions() {
  const { config } = ts.readConfigFile(`${rootPath}tsconfig.base.json`, ts.sys.readFile)
  config.compilerOptions.types = ['node']
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, rootPath).options
}

/**
 * @param {ts.Program} program
 * @param {import('./packages.mjs').Entry} entry
 */
function namesOf(program, entry) {
  const file = program.getSourceFile(rootPath + entry.source)
  if (!file) throw new Error(`Cannot read "${entry.source}", the source of "${entry.specifier}"`)
  const checker = program.getTypeChecker()
  const symbol = checker.getSymbolAtLocation(file)
  const exported = symbol ? checker.getExportsOfModule(symbol) : []
  return exported.map(each => describe(checker, entry, each)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * @param {ts.TypeChecker} checker
 * @param {import('./packages.mjs').Entry} entry
 * @param {ts.Symbol} exported
 * @returns {PublicName}
 */
function describe(checker, entry, exported) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  return {
    entry,
    name: exported.name,
    kind: kinds.find(([flag]) => symbol.flags & flag)?.[1] ?? 'unknown',
    documented: symbol.getDocumentationComment(checker).length > 0,
    exemplified: symbol.getJsDocTags(checker).some(tag => tag.name === 'example'),
    place: placeOf(symbol),
  }
}

/** @param {ts.Symbol} symbol */
function placeOf(symbol) {
  const declaration = symbol.declarations?.[0]
  if (!declaration) return 'nowhere'
  const file = declaration.getSourceFile()
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart())
  return `${file.fileName.slice(rootPath.length)}:${line + 1}`
}
