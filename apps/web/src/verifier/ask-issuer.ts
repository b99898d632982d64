/** Asks this gateway's registry for the ending that it kept. The text is sent only when the reader says so. */
import type { Report } from '@streamseal/seal'
import type { C2paSays } from './c2pa-words.ts'

/** The issuer's report, or why there is none. */
export type IssuerAnswer = { ok: true; report: Report; c2pa?: C2paSays } | { ok: false; why: string }

const timeoutMs = 20_000

/** Sends the text to `POST /verify`. */
export async function askIssuer(text: string): Promise<IssuerAnswer> {
  try {
    const response = await fetch('/verify', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const body: unknown = await response.json()
    if (response.ok && isReport(body)) return toAnswer(body)
    return { ok: false, why: messageIn(body) ?? `The issuer answered ${response.status}.` }
  } catch {
    return { ok: false, why: 'The issuer could not be reached.' }
  }
}

/** An older gateway says nothing of C2PA. */
function toAnswer({ c2pa, ...report }: Report & { c2pa?: unknown }): IssuerAnswer {
  return { ok: true, report, ...(isC2pa(c2pa) ? { c2pa } : {}) }
}

function isC2pa(value: unknown): value is C2paSays {
  const { state, success, informational, failure } = (value ?? {}) as Record<string, unknown>
  return typeof state === 'string' && [success, informational, failure].every(Array.isArray)
}

function isReport(body: unknown): body is Report {
  const { status, text, seals } = (body ?? {}) as Record<string, unknown>
  return typeof status === 'string' && typeof text === 'string' && Array.isArray(seals)
}

function messageIn(body: unknown): string | undefined {
  const { message } = ((body as { error?: unknown } | null)?.error ?? {}) as Record<string, unknown>
  return typeof message === 'string' ? message : undefined
}
