/** What a message of a run says: a part, or which run it is. */
import type { Part } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import type { Arrival } from './connection.ts'

/** A message, read. */
export interface PartMessage {
  part?: Part
  runId?: string
}

const quotedChars = 200

/** Reads `{"type": …, "cursor": …}` or `{"type": "run", "id": …}`; throws `PROVIDER_PROTOCOL`. An event's id `<run>:<cursor>` names the run too. */
export function readArrival({ data, id }: NonNullable<Arrival>): PartMessage {
  const value = parse(data)
  if (value?.type === 'run' && typeof value.id === 'string') return { runId: value.id }
  if (typeof value?.type !== 'string' || typeof value.cursor !== 'number') {
    const message = `Cannot read the part ${JSON.stringify(data.slice(0, quotedChars))}`
    throw new StreamError(message, { code: 'PROVIDER_PROTOCOL' })
  }
  const part = value as unknown as Part
  const colon = id.lastIndexOf(':')
  return colon > 0 ? { part, runId: id.slice(0, colon) } : { part }
}

/** The error that a run's last part tells. */
export function errorOf(part: Extract<Part, { type: 'error' }>): StreamError {
  const { message, code, retryable, provider, requestId } = part
  return new StreamError(message, {
    code,
    retryable,
    ...(provider === undefined ? {} : { provider }),
    ...(requestId === undefined ? {} : { requestId }),
  })
}

function parse(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
