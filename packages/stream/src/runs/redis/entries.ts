/** Entries of a run's stream: the id is the last cursor that an entry holds, its one field the parts as JSON. */
import type { Part } from '../../contract.ts'
import { storeUnavailable } from '../store-errors.ts'

/** Parts for an entry. */
export function toField(parts: readonly Part[]): string {
  return parts.length === 0 ? '' : JSON.stringify(parts)
}

/** The parts after the cursor out of the reply to XRANGE, or to one stream of XREAD. */
export function partsOf(entries: unknown, after: number): Part[] {
  if (!Array.isArray(entries)) return []
  const parts: Part[] = []
  for (const entry of entries) {
    for (const part of JSON.parse(fieldOf(entry)) as Part[]) if (part.cursor > after) parts.push(part)
  }
  return parts
}

function fieldOf(entry: unknown): string {
  const fields: unknown = Array.isArray(entry) ? entry[1] : undefined
  const value: unknown = Array.isArray(fields) ? fields[1] : undefined
  if (typeof value === 'string') return value
  throw storeUnavailable('read a log: an entry holds no parts')
}

/** Whether a run ends with these parts. */
export function holdsEnd(parts: readonly Part[]): boolean {
  const type = parts.at(-1)?.type
  return type === 'finish' || type === 'error'
}
