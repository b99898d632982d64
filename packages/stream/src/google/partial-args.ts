/** Arguments that Google streams in pieces (`streamFunctionCallArguments`): each names its place by a JSONPath. */

/** One piece. A string with `willContinue` goes on in the next piece of the same place. */
export interface PartialArg {
  jsonPath?: string
  stringValue?: string
  numberValue?: number
  boolValue?: boolean
  nullValue?: unknown
}

type Container = Record<string, unknown> | unknown[]

// `.name`, `['name']` or `[0]`, which is all that Google's paths have.
const step = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]/g
const maxItems = 100_000

/** Puts a piece into its place; what leads there is made. */
export function putPartialArg(args: Record<string, unknown>, piece: PartialArg): void {
  const path = stepsOf(piece.jsonPath ?? '')
  const last = path.pop()
  if (last === undefined) return
  let container: Container = args
  for (const [index, key] of path.entries()) container = childOf(container, key, path[index + 1] ?? last)
  const before = own(container, key(last))
  const value = pieceValue(piece)
  set(container, last, typeof before === 'string' && typeof value === 'string' ? before + value : value)
}

type Key = string | number

function stepsOf(path: string): Key[] {
  return [...path.matchAll(step)].map(([, name, quoted, index]) => {
    if (index !== undefined) return Math.min(Number(index), maxItems)
    return name ?? (quoted ?? '').replace(/\\(.)/g, '$1')
  })
}

function childOf(container: Container, at: Key, next: Key): Container {
  const known = own(container, key(at))
  if (typeof known === 'object' && known !== null) return known as Container
  const made: Container = typeof next === 'number' ? [] : {}
  set(container, at, made)
  return made
}

function key(at: Key): string {
  return String(at)
}

function own(container: Container, name: string): unknown {
  return Object.getOwnPropertyDescriptor(container, name)?.value
}

/** Never a setter: `__proto__` is a name like any other. */
function set(container: Container, at: Key, value: unknown): void {
  const property = { value, writable: true, enumerable: true, configurable: true }
  Object.defineProperty(container, key(at), property)
}

function pieceValue({ stringValue, numberValue, boolValue }: PartialArg): unknown {
  return stringValue ?? numberValue ?? boolValue ?? null
}
