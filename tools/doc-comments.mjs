/** Checks that every public name has a doc comment, and every function and class an `@example`: `doc-examples.mjs` runs it. */
import { publicNames } from './public-names.mjs'

/** What users call or make themselves; a constant is made by one of these. */
const shown = new Set(['function', 'class'])
const names = new Map(publicNames().map(each => [each.place, each]))
const complaints = [...names.values()].flatMap(({ name, kind, place, documented, exemplified }) => [
  ...(documented ? [] : [`${place}: "${name}" has no doc comment`]),
  ...(exemplified || !shown.has(kind) ? [] : [`${place}: "${name}" has no @example`]),
])
for (const complaint of complaints) console.error(complaint)
console.log(`doc comments: ${names.size} declarations, ${complaints.length} complaints`)
process.exitCode = complaints.length > 0 ? 1 : 0
