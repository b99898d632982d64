/** Whether a server that speaks OpenAI's dialect has the Responses API: it is asked once, with a body that every server refuses and none charges for. */
import { StreamError } from '@streamseal/stream'
import type { OpenAIUpstream } from '../models/model-route.ts'
import { callUpstream } from './upstream-call.ts'

/** Answers for each upstream. */
export interface ResponsesSupport {
  /** Whether `/v1/responses` is to go to `upstream` as it is; where that cannot be asked, not. */
  isNative(upstream: OpenAIUpstream, headers: Readonly<Record<string, string>>): Promise<boolean>
}

/** How it is asked. */
export interface ResponsesSupportOptions {
  /** Longest wait for the answer, in milliseconds; then it is taken for a no, this time. Default 5,000. */
  readonly timeoutMs?: number
  /** How long a no is believed, in milliseconds: servers are updated. A yes is believed for good. Default 10 minutes. */
  readonly believeNoMs?: number
  readonly now?: () => number
}

/** The statuses of a server that has no such route. */
const absent: ReadonlySet<number> = new Set([404, 405, 501])
/** Whoever is not let in does not learn what there is. */
const unknowable: ReadonlySet<number> = new Set([401, 403])

interface Known {
  readonly isNative: Promise<boolean>
  until: number
}

/** Makes the memory of a gateway. */
export function createResponsesSupport({
  timeoutMs = 5000,
  believeNoMs = 600_000,
  now = Date.now,
}: ResponsesSupportOptions = {}): ResponsesSupport {
  const known = new Map<string, Known>()
  const ask = (upstream: OpenAIUpstream, headers: Readonly<Record<string, string>>): Known => {
    const status = statusOfEmpty(upstream, headers, timeoutMs)
    const entry: Known = {
      until: Number.POSITIVE_INFINITY,
      isNative: status.then(
        code => {
          if (unknowable.has(code) || code >= 500) entry.until = 0
          if (absent.has(code)) entry.until = now() + believeNoMs
          return !absent.has(code)
        },
        () => {
          entry.until = 0
          return false
        },
      ),
    }
    return entry
  }
  return {
    isNative(upstream, headers) {
      if (upstream.responses !== 'auto') return Promise.resolve(upstream.responses === 'native')
      const before = known.get(upstream.baseUrl)
      if (before !== undefined && before.until > now()) return before.isNative
      const entry = ask(upstream, headers)
      known.set(upstream.baseUrl, entry)
      return entry.isNative
    },
  }
}

/** The status with which the upstream answers an empty object, which names no model. */
function statusOfEmpty(
  { provider, baseUrl }: OpenAIUpstream,
  authorization: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { ...authorization, 'content-type': 'application/json' }
    const url = new URL(`${baseUrl}/responses`)
    const call = callUpstream(
      { provider, url, method: 'POST', headers, body: '{}' },
      {
        onConnect: () => undefined,
        onFailure: reject,
        onResponse(response) {
          clearTimeout(patience)
          resolve(response.statusCode ?? 0)
          call.destroy()
        },
      },
    )
    const patience = setTimeout(() => {
      call.destroy()
      reject(
        new StreamError(`"${provider}" did not answer within ${timeoutMs} ms`, {
          code: 'TIMEOUT_FIRST_TOKEN',
        }),
      )
    }, timeoutMs)
  })
}
