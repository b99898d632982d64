/** What the doctor says of one thing. */

/** How it is: `failed` keeps the gateway from working, `warning` deserves a look, `skipped` was not looked at. */
export type FindingState = 'ok' | 'warning' | 'failed' | 'skipped'

/** One line of the report. */
export interface Finding {
  /** What was looked at: `configuration`, `upstream openai`, … */
  readonly name: string
  readonly state: FindingState
  /** What was seen; nothing in it is secret. */
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
}

/** What is well. */
export function ok(name: string, message: string): Finding {
  return { name, state: 'ok', message }
}

/** What is not. */
export function failed(name: string, message: string, hint?: string): Finding {
  return { name, state: 'failed', message, ...(hint === undefined ? {} : { hint }) }
}

/** What deserves a look. */
export function warning(name: string, message: string, hint?: string): Finding {
  return { name, state: 'warning', message, ...(hint === undefined ? {} : { hint }) }
}

/** What was not looked at, and why. */
export function skipped(name: string, message: string): Finding {
  return { name, state: 'skipped', message }
}

/** Looks, and makes of what is thrown a finding that failed. */
export async function look(
  name: string,
  check: () => Finding | Promise<Finding>,
  hint?: string,
): Promise<Finding> {
  try {
    return await check()
  } catch (error) {
    return failed(name, reasonOf(error), hint)
  }
}

/** What an error says; of a failed `fetch`, what its cause says. */
export function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: unknown; message?: unknown } } | null)?.cause
  if (typeof cause?.code === 'string') return cause.code
  if (typeof cause?.message === 'string') return cause.message
  return error instanceof Error ? error.message : String(error)
}
