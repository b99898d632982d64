/** What every route that asks a model reads of a JSON body, with our marks taken out of it. */
import type { Ingredient } from '@streamseal/seal'
import { GatewayError } from '../http/gateway-error.ts'
import type { JsonBody } from '../http/json-body.ts'
import type { PromptReader } from '../sealing/prompt-reader.ts'

/** A body, without marks. */
export interface AnswerBody {
  readonly model: string
  readonly isStreaming: boolean
  readonly ingredients: readonly Ingredient[]
  /** The body as text, as it came unless marks were taken out. */
  readonly raw: string
  readonly value: Record<string, unknown>
}

const maxModelLength = 256

/** Reads a body; throws `INVALID_REQUEST` that names the parameter. */
export function readAnswerBody(body: JsonBody | undefined, prompts: PromptReader): AnswerBody {
  if (body === undefined) throw invalidBody('the body is missing')
  const fields = body.value
  if (!isObject(fields)) throw invalidBody('the body is not a JSON object')
  const { value, ingredients, isChanged } = prompts.read(fields, body.raw)
  return {
    model: readModel(value.model),
    isStreaming: readStream(value.stream),
    ingredients,
    raw: isChanged ? JSON.stringify(value) : body.raw,
    value,
  }
}

/** The body for a provider: as it came, unless that knows the model by another name. */
export function bodyFor({ raw, value, model }: AnswerBody, name: string): string {
  return name === model ? raw : JSON.stringify({ ...value, model: name })
}

/** A body that cannot be read, and which parameter is at fault. */
export function invalidBody(reason: string, param?: string): GatewayError {
  return new GatewayError(`Cannot read the request: ${reason}`, {
    code: 'INVALID_REQUEST',
    ...(param === undefined ? {} : { param }),
  })
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readModel(model: unknown): string {
  if (typeof model !== 'string' || model === '') throw invalidBody('"model" is missing', 'model')
  if (model.length > maxModelLength)
    throw invalidBody(`"model" is longer than ${maxModelLength} characters`, 'model')
  return model
}

function readStream(stream: unknown): boolean {
  if (stream === undefined || stream === null || typeof stream === 'boolean') return stream === true
  throw invalidBody(`"stream" is ${JSON.stringify(stream).slice(0, 40)}, not true or false`, 'stream')
}
