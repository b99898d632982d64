/** Which `StreamError` code stands for a provider's HTTP status, error type or error code. */
import type { StreamErrorCode } from '../stream-error.ts'

interface ErrorRow {
  code: StreamErrorCode
  /** Whether asking again may help, where the code alone does not say. */
  retryable?: boolean
}

const byStatus: Record<number, ErrorRow> = {
  400: { code: 'INVALID_REQUEST' },
  401: { code: 'AUTHENTICATION_FAILED' },
  402: { code: 'QUOTA_EXCEEDED' },
  403: { code: 'PERMISSION_DENIED' },
  404: { code: 'MODEL_NOT_FOUND' },
  408: { code: 'PROVIDER_UNAVAILABLE' },
  409: { code: 'PROVIDER_ERROR' },
  413: { code: 'INVALID_REQUEST' },
  422: { code: 'INVALID_REQUEST' },
  425: { code: 'PROVIDER_UNAVAILABLE' },
  429: { code: 'RATE_LIMITED' },
  502: { code: 'PROVIDER_UNAVAILABLE' },
  503: { code: 'OVERLOADED' },
  504: { code: 'PROVIDER_UNAVAILABLE' },
  529: { code: 'OVERLOADED' },
}

// Words of OpenAI, Anthropic, Google and the servers that imitate them, in `error.code`, `error.type` or `error.status`.
const byWord: Record<string, ErrorRow> = {
  insufficient_quota: { code: 'QUOTA_EXCEEDED' },
  billing_error: { code: 'QUOTA_EXCEEDED' },
  billing_hard_limit_reached: { code: 'QUOTA_EXCEEDED' },
  rate_limit_error: { code: 'RATE_LIMITED' },
  rate_limit_exceeded: { code: 'RATE_LIMITED' },
  requests: { code: 'RATE_LIMITED' },
  tokens: { code: 'RATE_LIMITED' },
  RESOURCE_EXHAUSTED: { code: 'RATE_LIMITED' },
  overloaded_error: { code: 'OVERLOADED' },
  service_unavailable: { code: 'OVERLOADED' },
  UNAVAILABLE: { code: 'OVERLOADED' },
  authentication_error: { code: 'AUTHENTICATION_FAILED' },
  invalid_api_key: { code: 'AUTHENTICATION_FAILED' },
  UNAUTHENTICATED: { code: 'AUTHENTICATION_FAILED' },
  permission_error: { code: 'PERMISSION_DENIED' },
  PERMISSION_DENIED: { code: 'PERMISSION_DENIED' },
  not_found_error: { code: 'MODEL_NOT_FOUND' },
  model_not_found: { code: 'MODEL_NOT_FOUND' },
  NOT_FOUND: { code: 'MODEL_NOT_FOUND' },
  context_length_exceeded: { code: 'INVALID_REQUEST' },
  invalid_prompt: { code: 'INVALID_REQUEST' },
  request_too_large: { code: 'INVALID_REQUEST' },
  invalid_request_error: { code: 'INVALID_REQUEST' },
  INVALID_ARGUMENT: { code: 'INVALID_REQUEST' },
  FAILED_PRECONDITION: { code: 'INVALID_REQUEST' },
  timeout_error: { code: 'PROVIDER_UNAVAILABLE' },
  DEADLINE_EXCEEDED: { code: 'PROVIDER_UNAVAILABLE' },
  api_error: { code: 'PROVIDER_ERROR' },
  server_error: { code: 'PROVIDER_ERROR' },
  internal_server_error: { code: 'PROVIDER_ERROR' },
  INTERNAL: { code: 'PROVIDER_ERROR' },
}

/** The row for a failure; the provider's own words say more than the status, and the more exact word comes first. */
export function errorRow(words: readonly unknown[], status: number | undefined): ErrorRow {
  for (const word of words) {
    const row = rowOfWord(word)
    if (row !== undefined) return row
  }
  if (status === undefined) return { code: 'PROVIDER_ERROR' }
  return byStatus[status] ?? { code: status >= 500 ? 'PROVIDER_ERROR' : 'INVALID_REQUEST' }
}

function rowOfWord(word: unknown): ErrorRow | undefined {
  // LiteLLM and Google write the status as `code`, as a number or as its digits.
  if (typeof word === 'number') return byStatus[word]
  if (typeof word !== 'string') return undefined
  return Object.hasOwn(byWord, word) ? byWord[word] : byStatus[Number(word)]
}
