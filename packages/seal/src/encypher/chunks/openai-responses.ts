/** OpenAI's Responses events: the deltas of each output part, and the events that repeat a part's whole text. */
import {
  type ChannelEnd,
  type ChunkReading,
  type Fields,
  isFields,
  isText,
  type TextPlace,
} from './reading.ts'

/** The texts of an event whose type begins with `response.`. */
export function readResponsesEvent(event: Fields): ChunkReading | undefined {
  if (typeof event.type !== 'string' || !event.type.startsWith('response.')) return undefined
  if (event.type === 'response.output_text.delta') return { texts: delta(event), ends: [] }
  if (event.type === 'response.output_text.done')
    return { texts: part(event, event, ['text'], indexes(event)), ends: [end(event)] }
  if (event.type === 'response.content_part.done')
    return { texts: part(event, event.part, ['part', 'text'], indexes(event)), ends: [] }
  if (event.type === 'response.output_item.done')
    return { texts: item(event, event.item, ['item'], event.output_index), ends: [] }
  return { texts: isFields(event.response) ? output(event, event.response.output) : [], ends: [] }
}

/** Which part of which output item. */
function indexes({ output_index: output, content_index: content }: Fields): string {
  return `output ${String(output ?? 0)}.${String(content ?? 0)}`
}

function end(event: Fields): ChannelEnd {
  return { channel: indexes(event) }
}

function delta(event: Fields): TextPlace[] {
  if (!isText(event.delta)) return []
  const carry = (text: string) => ({ ...event, delta: text })
  return [{ channel: indexes(event), path: ['delta'], text: event.delta, carry }]
}

function part(
  event: Fields,
  holder: unknown,
  path: readonly (string | number)[],
  channel: string,
): TextPlace[] {
  if (!isFields(holder) || !isText(holder.text)) return []
  const carry = (text: string) => ({ ...event, type: 'response.output_text.delta', delta: text })
  return [{ channel, path, text: holder.text, isWhole: true, carry }]
}

function item(
  event: Fields,
  holder: unknown,
  path: readonly (string | number)[],
  output: unknown,
): TextPlace[] {
  if (!isFields(holder) || !Array.isArray(holder.content)) return []
  return holder.content.flatMap((content, i) =>
    part(
      event,
      content,
      [...path, 'content', i, 'text'],
      indexes({ output_index: output, content_index: i }),
    ),
  )
}

function output(event: Fields, items: unknown): TextPlace[] {
  if (!Array.isArray(items)) return []
  return items.flatMap((held, i) => item(event, held, ['response', 'output', i], i))
}
