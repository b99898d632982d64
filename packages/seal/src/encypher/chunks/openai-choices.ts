/** OpenAI's chat completions (`choices[].delta.content`) and completions (`choices[].text`), with any number of choices. */
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
    const form = formOf(choice)
    if (!form) continue
    const path = ['choices', at, ...form.path]
    const carry = (text: string) => ({
      ...chunk,
      choices: [{ ...choice, ...form.member(text), finish_reason: null }],
    })
    if (isText(form.text)) texts.push({ channel, path, text: form.text, carry })
    if (isText(choice.finish_reason)) ends.push({ channel, path })
  }
  return { texts, ends }
}

interface Form {
  path: readonly string[]
  text: unknown
  member: (text: string) => Fields
}

function formOf(choice: Fields): Form | undefined {
  const { delta, text } = choice
  if (isFields(delta)) {
    return {
      path: ['delta', 'content'],
      text: delta.content,
      member: content => ({ delta: { ...delta, content } }),
    }
  }
  return text === undefined ? undefined : { path: ['text'], text, member: piece => ({ text: piece }) }
}
