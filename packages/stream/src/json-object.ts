/** A JSON text whose value is an object. */
import { isObject } from './read-fields.ts'

/** The object; `undefined` where the text is no JSON, or holds something else. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
