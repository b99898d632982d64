/** Whether an answer that could pass in the provider's own bytes is read into parts, because it is to be read again. */
import type { IncomingHttpHeaders } from 'node:http'
import type { SealMode } from '../config/read-config.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { Dialect } from './answer-in-parts.ts'
import type { AnswerBody } from './read-answer-body.ts'
import { keepOf } from './start-answer.ts'

/** What decides. */
export interface KeepQuestion {
  readonly context: Pick<GatewayContext, 'config'>
  readonly headers: IncomingHttpHeaders
  readonly dialect: Pick<Dialect, 'read'>
  readonly body: Pick<AnswerBody, 'value'>
  readonly mode: SealMode
}

/** Where the client asks for it, always; where the setting does, only a sealed answer to a request that parts can hold. */
export function isReadIntoParts({ context, headers, dialect, body, mode }: KeepQuestion): boolean {
  const keep = keepOf(headers, body.value, context.config.runs.keepV1)
  return keep === 'must' || (keep === 'will' && mode !== 'off' && isHeldInParts(dialect, body.value))
}

function isHeldInParts(dialect: Pick<Dialect, 'read'>, value: Record<string, unknown>): boolean {
  try {
    dialect.read(value)
    return true
  } catch {
    return false
  }
}
