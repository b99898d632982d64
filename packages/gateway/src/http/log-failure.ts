/** Writes a failure to the log: what we did not foresee whole, all else by its code alone, because a provider's words may quote a prompt. */
import type { FastifyBaseLogger } from 'fastify'
import { toFailure } from './gateway-error.ts'

/** Logs `error`, with what is known of the request. */
export function logFailure(log: FastifyBaseLogger, error: unknown, known: Record<string, string> = {}): void {
  const { code } = toFailure(error)
  if (code === 'INTERNAL') log.error({ ...known, code, err: error }, 'answer failed')
  else log.warn({ ...known, code }, 'answer failed')
}
