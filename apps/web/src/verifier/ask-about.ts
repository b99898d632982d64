/** One question to this gateway about the text on screen. */
import type { Signal } from '@preact/signals'
import { askIssuer, type IssuerAnswer } from './ask-issuer.ts'

/** The text, and where the reader sees how the question goes. */
export interface Question {
  readonly text: Signal<string>
  readonly asking: Signal<boolean>
  readonly failure: Signal<string | undefined>
}

/** The answer; `undefined` where there is none, which the reader is told, or where another text has come meanwhile. */
export async function askAbout({
  text,
  asking,
  failure,
}: Question): Promise<Extract<IssuerAnswer, { ok: true }> | undefined> {
  const subject = text.value
  asking.value = true
  failure.value = undefined
  const answer = await askIssuer(subject)
  asking.value = false
  if (text.peek() !== subject) return undefined
  if (answer.ok) return answer
  failure.value = answer.why
  return undefined
}
