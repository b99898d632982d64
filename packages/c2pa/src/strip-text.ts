/** Taking C2PA wrappers out of a text. */
import { findWrappers, withoutWrappers } from './wrapper.ts'

/**
 * The text without its C2PA wrappers, their filling included. What only looks like one stays: nobody knows where it ends.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { encodeWrapper, stripText } from '@streamseal/c2pa'
 *
 * assert.equal(stripText(`Hello${encodeWrapper(new Uint8Array(20))}`), 'Hello')
 * assert.equal(stripText('\uFEFFHello ❤️'), '\uFEFFHello ❤️')
 * ```
 */
export function stripText(text: string): string {
  const { wrappers } = findWrappers(text, Number.POSITIVE_INFINITY)
  return withoutWrappers(text, wrappers)
}
