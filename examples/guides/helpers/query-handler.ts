/** What every server of guide 2's examples shares: a handler, and how a query becomes messages. */
import type { Message } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
import { ANSWER } from './ask-query.ts'

const model = demo({ text: ANSWER, tokensPerSecond: Number.POSITIVE_INFINITY })

/** For `/query/stream`. */
export const sseHandler = new StreamingHandler(model, StreamFormat.SSE)

/** For `/query/ws`. */
export const socketHandler = new StreamingHandler(model, StreamFormat.WEBSOCKET)

/** The guide's messages for a query. */
export function messagesOf(query: string): Message[] {
  return [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: query },
  ]
}
