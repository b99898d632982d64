/** What becomes of a run when its last reader leaves: the route's own policy, unless the request says otherwise. */
import type { IncomingHttpHeaders } from 'node:http'
import type { LeavePolicy } from '@streamseal/stream/runs'
import { GatewayError } from '../http/gateway-error.ts'

/** The longest grace, in milliseconds: an hour. */
const maxGraceMs = 3_600_000

/** Reads `Streamseal-Leave`, or a parameter of the same meaning: `continue`, `cancel`, or so many milliseconds in which somebody may come back. Throws `INVALID_REQUEST`. */
export function leavePolicyOf(
  headers: IncomingHttpHeaders,
  fallback: LeavePolicy,
  parameter?: string,
): LeavePolicy {
  const text = String(headers['streamseal-leave'] ?? parameter ?? '')
  if (text === '') return fallback
  if (text === 'continue' || text === 'cancel') return text
  const graceMs = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
  if (graceMs <= maxGraceMs) return { graceMs }
  throw new GatewayError(
    `Cannot leave a run as "${text.slice(0, 40)}": expected "continue", "cancel" or milliseconds from 0 to ${maxGraceMs}`,
    { code: 'INVALID_REQUEST', param: 'streamseal-leave' },
  )
}
