/** The dialects whose answers are edited in the provider's own bytes: a row each. */
import { anthropicShape, type ErrorShape, openAIShape } from '../http/error-shape.ts'
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import type { SeenAnswer } from '../telemetry/answer-observer.ts'
import { ChatStreamEditor } from './chat-stream-editor.ts'
import type { PositionUnit } from './marked-text.ts'
import { MessageStreamEditor } from './message-stream-editor.ts'
import { ResponseStreamEditor } from './response-stream-editor.ts'
import { sealChatCompletion } from './seal-chat-completion.ts'
import { sealMessage } from './seal-message.ts'
import { sealResponse } from './seal-response.ts'
import type { StreamEditor, StreamEditorOptions } from './stream-editor.ts'
import { tryParse } from './try-parse.ts'

/** What client and provider speak. */
export interface RelayDialect {
  /** In which shape a failure is told where nothing has been sent. */
  readonly shape: ErrorShape
  /** Makes the editor of one stream. */
  edit(options: StreamEditorOptions): StreamEditor
  /** Seals an answer that is not streamed; rejects with `PROVIDER_PROTOCOL` where it is none of this dialect. */
  sealWhole(json: string, seals: readonly AnswerSeal[]): Promise<string>
  /** What an answer in one piece says of itself. */
  seenOf(json: string): Pick<SeenAnswer, 'said' | 'finishReasons'>
}

/** OpenAI's chat completions. */
export const chatDialect: RelayDialect = {
  shape: openAIShape,
  edit: options => new ChatStreamEditor(options),
  sealWhole: sealChatCompletion,
  seenOf(json) {
    const said = objectOf(json)
    const choices = Array.isArray(said.choices) ? said.choices : []
    return { said, finishReasons: choices.map(choice => String(Object(choice).finish_reason)) }
  },
}

/** OpenAI's Responses API, for a client that counts positions in the text in `positions`. */
export function responsesDialect(positions: PositionUnit): RelayDialect {
  return {
    shape: openAIShape,
    edit: options => new ResponseStreamEditor(options, positions),
    sealWhole: (json, seals) => sealResponse(json, seals, positions),
    seenOf: json => seenUnder(json, 'status'),
  }
}

/** Anthropic's Messages API. */
export const messagesDialect: RelayDialect = {
  shape: anthropicShape,
  edit: options => new MessageStreamEditor(options),
  sealWhole: sealMessage,
  seenOf: json => seenUnder(json, 'stop_reason'),
}

function seenUnder(json: string, reason: string): Pick<SeenAnswer, 'said' | 'finishReasons'> {
  const said = objectOf(json)
  const word = said[reason]
  return { said, finishReasons: typeof word === 'string' ? [word] : [] }
}

function objectOf(json: string): Record<string, unknown> {
  return Object(tryParse(json)) as Record<string, unknown>
}
