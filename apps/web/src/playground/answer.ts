/** One answer on the page: what was asked, what has arrived, how it stands. */

/** How an answer stands. `waiting`: asked, nothing has come yet. */
export type AnswerStatus = 'waiting' | 'streaming' | 'complete' | 'stopped' | 'failed'

/** What the gateway measured, from the final frame. Unknown stays absent. */
export interface MeasuredMetrics {
  outputTokens?: number
  tokensPerSecond?: number
  /** True where the gateway estimated the tokens because the provider did not count them. */
  estimated?: boolean
}

/** An answer, as the page shows it. */
export interface Answer {
  prompt: string
  model: string | undefined
  status: AnswerStatus
  /** The text as it came, marks included. */
  text: string
  /** Visible characters, marks left out, for the live estimate. */
  visibleChars: number
  /** The closing that stands beside the text, from the final frame. */
  detached?: string
  streamId?: string
  sealAsked: boolean
  startedAtMs: number
  firstTextAtMs?: number
  endedAtMs?: number
  measured?: MeasuredMetrics
  /** Why it failed, in words. */
  failure?: string
}

/** True while more may come. */
export function isUnderWay(answer: Answer | undefined): boolean {
  return answer?.status === 'waiting' || answer?.status === 'streaming'
}
