/** Answers a failure on a bare Node response that has no head yet, in a vendor's shape. */
import type { ServerResponse } from 'node:http'
import { type ErrorShape, openAIShape } from '../http/error-shape.ts'
import { toFailure } from '../http/gateway-error.ts'

/** Sends status, headers and body of `error`, and ends the response; default: in OpenAI's shape. */
export function refuse(response: ServerResponse, error: unknown, shape: ErrorShape = openAIShape): void {
  if (response.destroyed) return
  const failure = toFailure(error)
  const { status, body } = shape(failure)
  response.writeHead(status, { ...failure.headers, 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}
