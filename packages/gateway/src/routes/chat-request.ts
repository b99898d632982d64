/** What the gateway must know of a chat completion request; everything else is the provider's to check. */
import type { Ingredient } from '@streamseal/seal'
import { GatewayError } from '../http/gateway-error.ts'
import type { JsonBody } from '../http/json-body.ts'
import { cleanPrompt, mayHoldMarks } from '../sealing/clean-prompt.ts'

/** A request, with our marks taken out. */
export interface ChatRequest {
  readonly model: string
  readonly isStreaming: boolean
  /** How many choices are asked for. */
  readonly choices: number
  /** Whether the answer is to be JSON, which is sealed beside the text only. */
  readonly isJson: boolean
  readonly ingredients: readonly Ingredient[]
  /** The body as text, as it came unless marks were taken out. */
  readonly raw: string
  readonly value: Record<string, unknown>
}

/** OpenAI's own bound. */
const maxChoices = 128
const maxModelLength = 256

/** Reads a body; throws `INVALID_REQUEST` that names the parameter. */
export function readChatRequest(body: JsonBody | undefined): ChatRequest {
  if (body === undefined) throw invalid('the body is missing')
  const fields = body.value
  if (!isObject(fields)) throw invalid('the body is not a JSON object')
  const { value, ingredients, isChanged } = mayHoldMarks(body.raw)
    ? cleanPrompt(fields)
    : { value: fields, ingredients: [], isChanged: false }
  return {
    model: readModel(value.model),
    isStreaming: readStream(value.stream),
    choices: readChoices(value.n),
    isJson: isJsonFormat(value.response_format),
    ingredients,
    raw: isChanged ? JSON.stringify(value) : body.raw,
    value: withMessages(value),
  }
}

function readModel(model: unknown): string {
  if (typeof model !== 'string' || model === '') throw invalid('"model" is missing', 'model')
  if (model.length > maxModelLength)
    throw invalid(`"model" is longer than ${maxModelLength} characters`, 'model')
  return model
}

function readStream(stream: unknown): boolean {
  if (stream === undefined || stream === null || typeof stream === 'boolean') return stream === true
  throw invalid(`"stream" is ${JSON.stringify(stream).slice(0, 40)}, not true or false`, 'stream')
}

function readChoices(n: unknown): number {
  if (n === undefined || n === null) return 1
  if (typeof n === 'number' && Number.isInteger(n) && n >= 1 && n <= maxChoices) return n
  throw invalid(`"n" is ${JSON.stringify(n).slice(0, 40)}, not a whole number from 1 to ${maxChoices}`, 'n')
}

function withMessages(value: Record<string, unknown>): Record<string, unknown> {
  if (Array.isArray(value.messages) && value.messages.length > 0) return value
  throw invalid('"messages" is missing or empty', 'messages')
}

function isJsonFormat(format: unknown): boolean {
  return isObject(format) && (format.type === 'json_object' || format.type === 'json_schema')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(reason: string, param?: string): GatewayError {
  return new GatewayError(`Cannot read the request: ${reason}`, {
    code: 'INVALID_REQUEST',
    ...(param === undefined ? {} : { param }),
  })
}
