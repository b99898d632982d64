/** Checks that every public name has a doc comment, and everything that users call an `@example`, which is run by `doc-examples.mjs`. */
import { publicNames } from './public-names.mjs'

const names = new Map(publicNames().map(each => [each.place, each]))
const complaints = [...names.values()].flatMap(({ name, called, place, documented, exemplified }) => [
  ...(documented ? [] : [`${place}: "${name}" has no doc comment`]),
  ...(exemplified || !called ? [] : [`${place}: "${name}" has no @example`]),
])
for (const complaint of complaints) console.error(complaint)
console.log(`doc comments: ${names.size} declarations, ${complaints.length} complaints`)
process.exitCode = complaints.length > 0 ? 1 : 0
