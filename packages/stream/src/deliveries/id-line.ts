/** The `id:` line of an event. */

/** Throws `TypeError` for an id that is not one line: a line's end would begin a field of its own, and an id with NUL is not read at all (WHATWG HTML §9.2.6). */
export function idLine(id: string): string {
  if (/[\r\n\0]/.test(id))
    throw new TypeError(`Cannot write the id ${JSON.stringify(id)}: it is not one line`)
  return `id: ${id}\n`
}
