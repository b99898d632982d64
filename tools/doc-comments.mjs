/** Checks that every public name has a doc comment, and every public value an executed `@example`. */
import { publicNames } from './public-names.mjs'

const values = new Set(['function', 'class', 'const'])
const names = new Map(publicNames().map(each => [each.place, each]))
const complaints = [...names.values()].flatMap(({ name, kind, place, documented, exemplified }) => [
  ...(documented ? [] : [`${place}: "${name}" has no doc comment`]),
  ...(exemplified || !values.has(kind) ? [] : [`${place}: "${name}" has no @example`]),
])
for (const complaint of complaints) console.error(complaint)
console.log(`doc comments: ${names.size} declarations, ${complaints.length} complaints`)
process.exitCode = complaints.length > 0 ? 1 : 0
