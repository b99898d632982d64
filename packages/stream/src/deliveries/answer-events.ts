/** A run's parts as what happens to an answer: more of its text, a new beginning, the end. For protocols that tell no more than that. */
import type { Part, RunMetrics } from '../contract.ts'
import { defined } from '../defined.ts'
import { createFirstChoice } from '../first-choice.ts'
import { GrowingText } from '../growing-text.ts'
import { type StreamsealField, toStreamsealField } from './streamseal-field.ts'

/** What is known beside the parts. */
export interface AnswerEventOptions {
  /** Figures for the end. */
  metrics?: () => RunMetrics | undefined
  /** The text before the first part that is read, where reading does not begin at the run's beginning. */
  textBefore?: string
}

/** What happens; `metadata` is ours, in snake case. */
export type AnswerEvent =
  | { type: 'text'; text: string }
  | { type: 'restart'; metadata: { code: string } }
  /** `text` is the whole answer's. */
  | { type: 'complete'; text: string; metadata: Record<string, unknown> }
  | { type: 'error'; message: string; metadata: Record<string, unknown> }

/** Makes the machine of one reader, which tells the first choice. */
export function createAnswerEvents({
  metrics,
  textBefore = '',
}: AnswerEventOptions): (part: Part) => AnswerEvent | undefined {
  const isFirst = createFirstChoice()
  let sealed: Partial<StreamsealField> = {}
  let text = new GrowingText(textBefore)

  return part => {
    if (!isFirst(part)) return undefined
    switch (part.type) {
      case 'text-delta':
        text.add(part.delta)
        return { type: 'text', text: part.delta }
      case 'restart':
        text = new GrowingText()
        return { type: 'restart', metadata: { code: part.code } }
      case 'seal':
        sealed = toStreamsealField(part)
        return undefined
      case 'finish': {
        const metadata = { finish_reason: part.reason, ...sealed, ...defined({ metrics: metrics?.() }) }
        return { type: 'complete', text: text.value, metadata }
      }
      case 'error': {
        const { code, message, retryable } = part
        return { type: 'error', message, metadata: { code, retryable, ...sealed } }
      }
      default:
        return undefined
    }
  }
}
