/** Server-sent events whose name is the `type` of their data, as Anthropic's Messages and OpenAI's Responses have them. Byte strings. */
import { StreamError } from '@streamseal/stream'
import { fromBytes, toBytes } from './byte-string.ts'
import { dataOf, withData } from './event-splitter.ts'
import { applyEdits, type Edit } from './locate-json.ts'
import { tryParse } from './try-parse.ts'

/** An event that was read. */
export interface NamedEvent {
  /** As it came. */
  readonly bytes: string
  readonly json: string
  readonly type: string
  readonly value: Readonly<Record<string, unknown>>
}

/** Reads an event; `undefined` for what holds no object of a protocol: comments, empty data, `[DONE]`. Throws `PROVIDER_PROTOCOL`. */
export function readNamedEvent(bytes: string): NamedEvent | undefined {
  const data = dataOf(bytes)
  if (data === undefined || data.trim() === '' || data.trim() === '[DONE]') return undefined
  const json = fromBytes(data)
  const value = tryParse(json)
  if (!isRecord(value)) throw noObject(json)
  const type = typeof value.type === 'string' ? value.type : nameOf(bytes)
  return { bytes, json, type, value }
}

/** The event with edits in its JSON; as it came where there are none. */
export function withEdits({ bytes, json }: NamedEvent, edits: readonly Edit[]): string {
  return edits.length === 0 ? bytes : withData(bytes, toBytes(applyEdits(json, edits)))
}

/** A new event. */
export function namedEvent(value: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  return `event: ${value.type}\ndata: ${toBytes(JSON.stringify(value))}\n\n`
}

/** Whether a JSON value is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameOf(bytes: string): string {
  return /^event: ?(.*)$/m.exec(bytes)?.[1]?.trim() ?? ''
}

function noObject(json: string): StreamError {
  const shown = json.length > 40 ? `${json.slice(0, 40)}…` : json
  return new StreamError(`Cannot read the provider's event "${shown}": it is no JSON object`, {
    code: 'PROVIDER_PROTOCOL',
  })
}
