/** Answers a failure on a bare Node response that has no head yet, in OpenAI's shape. */
import type { ServerResponse } from 'node:http'
import { toFailure, toOpenAIErrorBody } from '../http/gateway-error.ts'

/** Sends status, headers and body of `error`, and ends the response. */
export function refuse(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return
  const failure = toFailure(error)
  response.writeHead(failure.status, {
    ...failure.headers,
    'content-type': 'application/json; charset=utf-8',
  })
  response.end(JSON.stringify(toOpenAIErrorBody(failure)))
}
