/** What a run has sent: each choice's text, and the id of its seal. */
import type { Run } from '@streamseal/stream'
import { AnswerText } from './answer-text.ts'

/** A run that has ended. */
export interface SentTexts {
  /** As the provider names it. */
  readonly model: string
  readonly texts: readonly { readonly streamId: string; readonly text: AnswerText }[]
}

/** Reads a run to its end, as a reader of its own. */
export async function textsOfRun(run: Run, maxLength: number): Promise<SentTexts> {
  const texts = new Map<number, AnswerText>()
  const choiceOf = new Map<string, number>()
  const sealed: { streamId: string; text: AnswerText }[] = []
  const textOf = (choice = 0): AnswerText => {
    const text = texts.get(choice) ?? new AnswerText(maxLength)
    texts.set(choice, text)
    return text
  }
  let model = run.modelId
  for await (const part of run.parts) {
    if (part.type === 'start') model = part.model
    if (part.type === 'restart') for (const text of texts.values()) text.clear()
    if (part.type === 'text-start') choiceOf.set(part.id, part.choice ?? 0)
    if (part.type === 'text-delta') textOf(choiceOf.get(part.id)).feed(part.delta)
    // A seal's part comes behind its text, the closing included.
    if (part.type === 'seal') sealed.push({ streamId: part.streamId, text: textOf(part.choice) })
  }
  return { model, texts: sealed }
}
