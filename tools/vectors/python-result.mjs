/** What the Python reference returned, as the vector files write it, against what ours returns. Files are read without loss: 1.0 is not 1. */

/** A member of a case; `undefined` where it is missing. */
export const member = (value, key) => (value instanceof Map ? value.get(key) : undefined)

/** Plain JavaScript of a lossless value; integers beyond 2^53 stay bigints. */
export function plain(value) {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  return value !== null && typeof value === 'object' ? value.value : value
}

/** Whether `actual` is what Python's value is: numbers by their value, datetimes by their ISO form and their epoch, dicts whatever the order of their keys. */
export function same(actual, expected) {
  if (expected instanceof Map) return sameMap(actual, expected)
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, i) => same(actual[i], item))
    )
  }
  if (typeof expected === 'bigint')
    return isNumber(actual) && Number.isInteger(Number(actual)) && BigInt(actual) === expected
  if (expected !== null && typeof expected === 'object')
    return isNumber(actual) && Number(actual) === expected.value
  return expected === null ? actual === null || actual === undefined : actual === expected
}

const isNumber = value => typeof value === 'number' || typeof value === 'bigint'

function sameMap(actual, expected) {
  if (expected.has('$datetime')) {
    return actual?.isoformat === expected.get('$datetime') && same(actual.epochSeconds, expected.get('epoch'))
  }
  if (expected.has('$float')) return sameFloat(actual, expected.get('$float'))
  if (actual === null || typeof actual !== 'object' || Array.isArray(actual)) return false
  const keys = Object.keys(actual)
  return (
    keys.length === expected.size &&
    keys.every(key => expected.has(key) && same(actual[key], expected.get(key)))
  )
}

function sameFloat(actual, name) {
  if (name === 'nan') return Number.isNaN(actual)
  return actual === (name.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)
}

/** What a call gives, in the form of the files: `{ value }` or `{ error }`. */
export function attempt(call) {
  try {
    return { value: call() }
  } catch (error) {
    return { error: error.code ?? error.name, message: error.message }
  }
}

/** Whether a call did what Python did: the same value, or, where Python raised, the same exception. */
export function sameOutcome(call, expected) {
  const outcome = attempt(call)
  if (expected.has('error')) return outcome.error === expected.get('error')
  return 'value' in outcome && same(outcome.value, expected.get('value'))
}
