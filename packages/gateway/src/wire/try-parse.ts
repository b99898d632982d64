/** JSON, or `undefined` where the text is none. */
export function tryParse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
