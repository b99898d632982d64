/** OpenAI's chat completions (`choices[].delta.content`; a list of parts at Mistral) and completions (`choices[].text`), with any number of choices. */
import {
  type ChannelEnd,
  type ChunkReading,
  type Fields,
  isFields,
  isText,
  type TextPlace,
} from './reading.ts'

/** The texts of a chunk with `choices`. */
export function readChoices(chunk: Fields): ChunkReading | undefined {
  if (!Array.isArray(chunk.choices)) return undefined
  const texts: TextPlace[] = []
  const ends: ChannelEnd[] = []
  for (const [at, choice] of chunk.choices.entries()) {
    if (!isFields(choice)) continue
    const channel = `choice ${typeof choice.index === 'number' ? choice.index : at}`
    const forms = formsOf(choice)
    for (const { path, text, member } of forms) {
      if (!isText(text)) continue
      const carry = (piece: string) => ({
        ...chunk,
        choices: [{ ...choice, ...member(piece), finish_reason: null }],
      })
      texts.push({ channel, path: ['choices', at, ...path], text, carry })
    }
    if (isText(choice.finish_reason)) ends.push(endOf(channel, at, forms))
  }
  return { texts, ends }
}

/** A last chunk whose content is a list without text has no place for the last piece. */
function endOf(channel: string, at: number, forms: readonly Form[]): ChannelEnd {
  const last = forms.at(-1)
  if (last) return { channel, path: ['choices', at, ...last.path] }
  return { channel }
}

/** One text of a choice: where it is in the choice, and the choice's member with another. */
interface Form {
  path: readonly (string | number)[]
  text: unknown
  member: (text: string) => Fields
}

function formsOf({ delta, text }: Fields): Form[] {
  if (!isFields(delta))
    return text === undefined ? [] : [{ path: ['text'], text, member: piece => ({ text: piece }) }]
  if (Array.isArray(delta.content)) return partsOf(delta, delta.content)
  const member = (content: string) => ({ delta: { ...delta, content } })
  return [{ path: ['delta', 'content'], text: delta.content, member }]
}

/** Mistral's parts: text, and others (`thinking`, `reference`), which are left as they are. */
function partsOf(delta: Fields, parts: readonly unknown[]): Form[] {
  const member = (text: string) => ({ delta: { ...delta, content: [{ type: 'text', text }] } })
  return parts.flatMap((part, i) =>
    isFields(part) && part.type === 'text'
      ? [{ path: ['delta', 'content', i, 'text'], text: part.text, member }]
      : [],
  )
}
