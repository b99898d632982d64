/** Checks a `JsonBody` against the schema of its route, and says which parameter is at fault. */
import { Ajv, type ErrorObject } from 'ajv'
import { GatewayError } from './gateway-error.ts'

/** As Fastify takes a validator of a `JsonBody`: an error, or true. */
export type BodyCheck = (body: { readonly value: unknown } | undefined) => true | { error: GatewayError }

const ajv = new Ajv({ allErrors: false, verbose: true, strict: false })

/** Makes the check; what the schema does not name is not looked at. */
export function checkBody(schema: object): BodyCheck {
  const validate = ajv.compile(schema)
  return body => {
    if (body === undefined || body === null) return { error: refusal('the body is missing') }
    if (validate(body.value)) return true
    const [error] = validate.errors ?? []
    return { error: error === undefined ? refusal('the body is not as it should be') : toRefusal(error) }
  }
}

function toRefusal(error: ErrorObject): GatewayError {
  const place = placeOf(error.instancePath)
  if (error.keyword === 'required') {
    const missing = [place, String(error.params.missingProperty)].filter(name => name !== '').join('.')
    return refusal(`"${missing}" is missing`, missing)
  }
  if (place === '') return refusal('the body is not a JSON object')
  return refusal(`"${place}" ${error.message ?? 'is not as it should be'}`, place)
}

/** `/messages/0/role` as `messages[0].role`. */
function placeOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((name, i) => (/^\d+$/.test(name) ? `[${name}]` : `${i === 0 ? '' : '.'}${name}`))
    .join('')
}

function refusal(reason: string, param?: string): GatewayError {
  return new GatewayError(`Cannot read the request: ${reason}`, {
    code: 'INVALID_REQUEST',
    ...(param === undefined ? {} : { param }),
  })
}
