/** A run's parts as what a page shows of them. */
import type { FinishReason, Part, SealPart, ToolCallPart, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import type { StreamError } from '../stream-error.ts'
import type { StreamState } from './part-stream-options.ts'

/** An answer so far; each change is a new object. */
export interface AnswerSnapshot {
  readonly state: StreamState
  /** The first choice's text, marks of its seal included. */
  readonly text: string
  readonly reasoning: string
  /** The model's own words where it declines. */
  readonly refusal: string
  readonly toolCalls: readonly ToolCallPart[]
  /** What the answer cites. */
  readonly sources: readonly Extract<Part, { type: 'source' }>[]
  readonly runId?: string
  readonly usage?: Usage
  readonly seal?: SealPart
  readonly finishReason?: FinishReason
  /** Why it failed; the text so far stays. */
  readonly error?: StreamError
}

/** An answer of which nothing has come. */
export const emptyAnswer: AnswerSnapshot = {
  state: 'connecting',
  text: '',
  reasoning: '',
  refusal: '',
  toolCalls: [],
  sources: [],
}

/** What a part of the first choice changes. */
export function changesOf(part: Part, answer: AnswerSnapshot): Partial<AnswerSnapshot> {
  switch (part.type) {
    case 'text-delta':
      return { text: answer.text + part.delta }
    case 'reasoning-delta':
      return { reasoning: answer.reasoning + part.delta }
    case 'refusal-delta':
      return { refusal: answer.refusal + part.delta }
    case 'tool-call':
      return { toolCalls: [...answer.toolCalls, part] }
    case 'source':
      return { sources: [...answer.sources, part] }
    case 'usage':
      return { usage: part.usage }
    case 'seal':
      return { seal: part }
    case 'restart':
      return { ...emptyAnswer, state: answer.state }
    case 'finish':
      return defined({ finishReason: part.reason, usage: part.usage })
    default:
      return {}
  }
}
