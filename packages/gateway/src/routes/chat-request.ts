/** What the gateway must know of a chat completion request; everything else is the provider's to check. */
import type { JsonBody } from '../http/json-body.ts'
import type { PromptReader } from '../sealing/prompt-reader.ts'
import { type AnswerBody, invalidBody, isObject, readAnswerBody } from './read-answer-body.ts'

/** A request, with our marks taken out. */
export interface ChatRequest extends AnswerBody {
  /** How many choices are asked for. */
  readonly choices: number
  /** Whether the answer is to be JSON, which is sealed beside the text only. */
  readonly isJson: boolean
}

/** OpenAI's own bound. */
const maxChoices = 128

/** Reads a body; throws `INVALID_REQUEST` that names the parameter. */
export function readChatRequest(body: JsonBody | undefined, prompts: PromptReader): ChatRequest {
  const read = readAnswerBody(body, prompts)
  const { n, response_format, messages } = read.value
  const request = { ...read, choices: readChoices(n), isJson: isJsonFormat(response_format) }
  if (Array.isArray(messages) && messages.length > 0) return request
  throw invalidBody('"messages" is missing or empty', 'messages')
}

function readChoices(n: unknown): number {
  if (n === undefined || n === null) return 1
  if (typeof n === 'number' && Number.isInteger(n) && n >= 1 && n <= maxChoices) return n
  throw invalidBody(
    `"n" is ${JSON.stringify(n).slice(0, 40)}, not a whole number from 1 to ${maxChoices}`,
    'n',
  )
}

function isJsonFormat(format: unknown): boolean {
  return isObject(format) && (format.type === 'json_object' || format.type === 'json_schema')
}
