/** The steps of the quality gate, in order; each is a command that fails by its exit code. */

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} says What is true when it passes.
 * @property {string} module Run with Node, from the root.
 * @property {string[]} [args]
 */

/** @type {Step[]} */
export const steps = [
  { name: 'build', says: 'every package and the web pages build', module: 'tools/build.mjs' },
  {
    name: 'lint',
    says: 'everything is formatted and follows the rules of biome.json',
    module: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings', '.'],
  },
  { name: 'types', says: 'source, tests, tools and examples type-check', module: 'tools/types.mjs' },
  {
    name: 'layers',
    says: 'imports follow tools/layers-table.mjs, without circles',
    module: 'tools/layers.mjs',
  },
  {
    name: 'unused',
    says: 'no file, export or dependency is unused',
    module: 'node_modules/knip/bin/knip.js',
  },
  { name: 'exports', says: 'public names are those of docs/exports.txt', module: 'tools/exports.mjs' },
  {
    name: 'docs',
    says: 'every public name is documented, with an example',
    module: 'tools/doc-comments.mjs',
  },
  { name: 'links', says: 'relative links in the documentation lead somewhere', module: 'tools/links.mjs' },
  { name: 'lock', says: 'what is installed is exact and complete', module: 'tools/lock-file.mjs' },
  { name: 'tests', says: 'the tests pass', module: 'node_modules/vitest/vitest.mjs', args: ['run'] },
  { name: 'examples', says: 'the documentation’s examples run', module: 'tools/doc-examples.mjs' },
  { name: 'packed', says: 'the packed packages install, import and resolve', module: 'tools/packed.mjs' },
  { name: 'sizes', says: 'bundles are small and nothing leaks into them', module: 'tools/sizes.mjs' },
  { name: 'speed', says: 'nothing became twice as slow', module: 'tools/bench.mjs', args: ['--check'] },
]
