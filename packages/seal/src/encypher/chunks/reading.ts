/** Where the text is in a chunk of a provider's stream: what the readers of this folder say, and how a chunk is written anew. */

/** The keys that lead to a text. */
export type Path = readonly (string | number)[]

/** A text in a chunk. */
export interface TextPlace {
  /** Which text of the answer it belongs to: one for each choice, content block or output part. */
  channel: string
  path: Path
  text: string
  /** The whole of the channel's text so far, and no further piece of it. */
  isWhole?: boolean
  /** A chunk of the same kind that carries another piece of the channel. */
  carry: (text: string) => unknown
}

/** The end of a channel, and, where this chunk can carry its last piece, where. */
export interface ChannelEnd {
  channel: string
  path?: Path
}

/** What a chunk holds for us. */
export interface ChunkReading {
  texts: readonly TextPlace[]
  ends: readonly ChannelEnd[]
}

/** Any object, its members unknown. */
export type Fields = Readonly<Record<string, unknown>>

/** Whether a value has members to look at. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is a text that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** A copy with another text at the path, sharing all that does not change; the class of every object on the way is kept. */
export function withText<T>(value: T, path: Path, text: string): T {
  const [key, ...rest] = path
  if (key === undefined) return text as T
  const copy = shallowCopy(value)
  const member = (value as Fields)[key as string]
  Object.defineProperty(copy, key, {
    value: withText(member, rest, text),
    writable: true,
    enumerable: true,
    configurable: true,
  })
  return copy
}

/** What is frozen may be written again in the copy. */
function shallowCopy<T>(value: T): T {
  if (Array.isArray(value)) return [...value] as T
  const copy: object = Object.create(Object.getPrototypeOf(value))
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    const isData = 'value' in descriptor
    Object.defineProperty(copy, key, { ...descriptor, configurable: true, ...(isData && { writable: true }) })
  }
  return copy as T
}
