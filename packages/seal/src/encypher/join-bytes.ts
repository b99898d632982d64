/** A string for each byte, joined. Browser safe. */

/** Up to so many bytes appending is faster; beyond, V8 would keep a node for every byte of many millions. */
const BLOCK = 4096

/** The strings of some bytes, one after another. */
export function joinBytes(bytes: Uint8Array, strings: readonly string[]): string {
  let text = ''
  if (bytes.length <= BLOCK) {
    for (const byte of bytes) text += strings[byte]
    return text
  }
  for (let start = 0; start < bytes.length; start += BLOCK)
    text += Array.from(bytes.subarray(start, start + BLOCK), byte => strings[byte]).join('')
  return text
}
