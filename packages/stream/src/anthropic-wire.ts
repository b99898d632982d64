export {
  type AnthropicOptions,
  anthropicResponse,
  writeAnthropic,
} from './anthropic-wire/anthropic-response.ts'
export { type AnthropicErrorBody, toAnthropicError } from './anthropic-wire/errors.ts'
export type * from './anthropic-wire/events.ts'
export { createMessageEvents, toAnthropicEvents } from './anthropic-wire/events.ts'
export { fromMessagesBody, type MessagesBody } from './anthropic-wire/from-messages-body.ts'
export { toAnthropicMessage } from './anthropic-wire/message.ts'
export type { StopReason } from './anthropic-wire/stop-reason.ts'
export type { MessageUsage } from './anthropic-wire/usage.ts'
export type { StreamsealField } from './deliveries/streamseal-field.ts'
