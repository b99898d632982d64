/** What a message of a run says: a part, or which run it is. */
import type { Part } from '../contract.ts'
import { defined } from '../defined.ts'
import { jsonObject } from '../json-object.ts'
import type { Arrival } from './connection.ts'
import { unreadable } from './unreadable.ts'

/** A message, read. */
export interface PartMessage {
  part?: Part
  runId?: string
}

/** Reads `{"type": …, "cursor": …}` or `{"type": "run", "id": …}`; throws `PROVIDER_PROTOCOL`. An event's id `<run>:<cursor>` names the run too. */
export function readArrival({ data, id }: NonNullable<Arrival>): PartMessage {
  const value = jsonObject(data)
  if (value?.type === 'run' && typeof value.id === 'string') return { runId: value.id }
  if (typeof value?.type !== 'string' || typeof value.cursor !== 'number') throw unreadable('part', data)
  const colon = id.lastIndexOf(':')
  return defined({ part: value as unknown as Part, runId: colon > 0 ? id.slice(0, colon) : undefined })
}
