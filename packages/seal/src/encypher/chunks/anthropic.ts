/** Anthropic's Messages events (`content_block_delta`) and the older completions (`completion`). */
import { type ChunkReading, type Fields, isFields, isText, type TextPlace } from './reading.ts'

/** The texts of a Messages event; thinking, tool input and citations are left as they are. */
export function readMessagesEvent(event: Fields): ChunkReading | undefined {
  if (event.type === 'content_block_delta') return { texts: texts(event, 'delta', 'text_delta'), ends: [] }
  if (event.type === 'content_block_start') return { texts: texts(event, 'content_block', 'text'), ends: [] }
  return event.type === 'content_block_stop'
    ? { texts: [], ends: [{ channel: channelOf(event) }] }
    : undefined
}

function channelOf({ index }: Fields): string {
  return `block ${String(index ?? 0)}`
}

function texts(event: Fields, key: string, type: string): TextPlace[] {
  const holder = event[key]
  if (!isFields(holder) || holder.type !== type || !isText(holder.text)) return []
  const carry = (text: string) => ({
    type: 'content_block_delta',
    index: event.index,
    delta: { type: 'text_delta', text },
  })
  return [{ channel: channelOf(event), path: [key, 'text'], text: holder.text, carry }]
}

/** The text of an event of the older completions; `stop_reason` ends it. */
export function readCompletion(event: Fields): ChunkReading | undefined {
  if (typeof event.completion !== 'string') return undefined
  const channel = 'completion'
  const path = ['completion']
  const carry = (text: string) => ({ ...event, completion: text, stop_reason: null })
  return {
    texts: isText(event.completion) ? [{ channel, path, text: event.completion, carry }] : [],
    ends: isText(event.stop_reason) ? [{ channel, path }] : [],
  }
}
