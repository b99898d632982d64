export type * from './openai-wire/chunks.ts'
export { createChatChunks, toOpenAIChunks } from './openai-wire/chunks.ts'
export { type ChatCompletion, type ChatMessage, toOpenAICompletion } from './openai-wire/completion.ts'
export { type OpenAIErrorBody, statusOfCode, toOpenAIError } from './openai-wire/errors.ts'
export { type ChatBody, fromChatBody } from './openai-wire/from-chat-body.ts'
export { fromResponsesBody, type ResponsesBody } from './openai-wire/from-responses-body.ts'
export {
  type OpenAIChatOptions,
  type OpenAIResponsesOptions,
  openAIChatResponse,
  openAIResponsesResponse,
  writeOpenAIChat,
  writeOpenAIResponses,
} from './openai-wire/openai-response.ts'
export {
  createResponseEvents,
  type ResponseEvent,
  type ResponseEventOptions,
  type ResponseEvents,
  toOpenAIResponse,
  toResponseEvents,
} from './openai-wire/response-events.ts'
export type { OpenAIResponse, ResponseContent, ResponseItem } from './openai-wire/response-object.ts'
export type { ResponseUsage } from './openai-wire/response-usage.ts'
