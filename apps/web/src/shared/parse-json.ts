/** JSON from outside: what cannot be read is nothing, and never an exception. */

/** The value, or `undefined` where `text` is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
