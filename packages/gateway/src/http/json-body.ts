/** A JSON body of `/v1`, parsed and as it came: what is passed on untouched must not be written anew. */
import type { FastifyInstance } from 'fastify'
import { checkBody } from './check-body.ts'
import { GatewayError } from './gateway-error.ts'

/** A request body. */
export interface JsonBody {
  readonly raw: string
  readonly value: unknown
}

/** Makes the routes of `app` take JSON bodies as `JsonBody`, checked against their schemas. */
export function acceptRawJson(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema }) => checkBody(Object(schema)))
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, raw, done) => {
    try {
      done(null, { raw: String(raw), value: parseJson(String(raw)) } satisfies JsonBody)
    } catch (error) {
      done(error as Error)
    }
  })
}

/** Parses a body; throws `INVALID_REQUEST` where it is not JSON. The parser's own message would quote the prompt. */
function parseJson(raw: string): unknown {
  if (raw.trim() === '')
    throw new GatewayError('Cannot read the body: it is empty', { code: 'INVALID_REQUEST' })
  try {
    return JSON.parse(raw)
  } catch {
    throw new GatewayError('Cannot read the body: it is not JSON', { code: 'INVALID_REQUEST' })
  }
}
