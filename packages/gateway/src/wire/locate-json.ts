/** Finds a value inside JSON text, so that one value can be replaced and every other byte stays as it was (RFC 8259). */

/** Where a value stands: the offset of its first character, and the one past its last. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** One replacement inside a text. */
export interface Edit extends Span {
  readonly text: string
}

/**
 * Finds the value at `path` in `json`, which `JSON.parse` must have accepted; `undefined` where there is none.
 * Of equal keys the last one counts, as in `JSON.parse`.
 */
export function locateJson(json: string, path: readonly (string | number)[]): Span | undefined {
  let span: Span | undefined = trim(json)
  for (const step of path) {
    if (span === undefined) return undefined
    span = typeof step === 'number' ? elementOf(json, span, step) : memberOf(json, span, step)
  }
  return span
}

/** Applies edits that do not overlap, in any order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => b.start - a.start)
  return sorted.reduce(
    (result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end),
    text,
  )
}

/** Adds a member to the object that `json` holds, after its last. */
export function addMember(json: string, name: string, value: unknown): string {
  const end = json.lastIndexOf('}')
  const before = json.slice(0, end).trimEnd()
  const comma = before.endsWith('{') ? '' : ','
  return `${before}${comma}${JSON.stringify(name)}:${JSON.stringify(value)}${json.slice(end)}`
}

function trim(json: string): Span {
  const start = skipSpace(json, 0)
  return { start, end: skipValue(json, start) }
}

function memberOf(json: string, object: Span, name: string): Span | undefined {
  if (json[object.start] !== '{') return undefined
  let found: Span | undefined
  let at = skipSpace(json, object.start + 1)
  while (json[at] === '"') {
    const keyEnd = skipString(json, at)
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1)
    const end = skipValue(json, start)
    if (JSON.parse(json.slice(at, keyEnd)) === name) found = { start, end }
    at = nextItem(json, end)
  }
  return found
}

function elementOf(json: string, array: Span, index: number): Span | undefined {
  if (json[array.start] !== '[') return undefined
  let at = skipSpace(json, array.start + 1)
  for (let passed = 0; at < array.end - 1; passed++) {
    const end = skipValue(json, at)
    if (passed === index) return { start: at, end }
    at = nextItem(json, end)
  }
  return undefined
}

function nextItem(json: string, at: number): number {
  const after = skipSpace(json, at)
  return json[after] === ',' ? skipSpace(json, after + 1) : after
}

function skipSpace(json: string, at: number): number {
  let next = at
  while (json[next] === ' ' || json[next] === '\n' || json[next] === '\r' || json[next] === '\t') next++
  return next
}

function skipValue(json: string, at: number): number {
  const first = json[at]
  if (first === '"') return skipString(json, at)
  if (first === '{' || first === '[') return skipContainer(json, at)
  scalarEnd.lastIndex = at
  return scalarEnd.exec(json)?.index ?? json.length
}

const scalarEnd = /[\s,\]}]/g

function skipString(json: string, at: number): number {
  let end = json.indexOf('"', at + 1)
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end < 0 ? json.length : end + 1
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0
  while (json[at - 1 - slashes] === '\\') slashes++
  return slashes % 2 === 1
}

function skipContainer(json: string, at: number): number {
  let depth = 0
  let next = at
  while (next < json.length) {
    const character = json[next]
    if (character === '"') next = skipString(json, next) - 1
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    next++
    if (depth === 0) return next
  }
  return json.length
}
