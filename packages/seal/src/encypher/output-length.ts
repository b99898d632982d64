/** The longest text that may come out, checked before the work starts. */
import { EncypherRangeError } from './errors.ts'

/** V8's `String::kMaxLength` on 64-bit machines, the smallest of the engines', in UTF-16 units. */
export const MAX_OUTPUT_LENGTH: number = 2 ** 29 - 24

/** Throws `EncypherRangeError` (`OUTPUT_TOO_LONG`) for more UTF-16 units than the limit. */
export function checkOutputLength(length: number, limit: number = MAX_OUTPUT_LENGTH): void {
  if (length <= limit) return
  const what = `${length} UTF-16 units, over the limit of ${limit}`
  throw new EncypherRangeError('OUTPUT_TOO_LONG', `Cannot embed: the output would have at least ${what}`)
}
