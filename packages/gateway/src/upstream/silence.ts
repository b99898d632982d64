/** How long an answer may take, stage by stage; asked a few times a second, with no timer of its own. */
import { StreamError, type StreamErrorCode } from '@streamseal/stream'
import type { Settings } from '../config/settings.ts'

/** The limits that apply. */
export type Patience = Pick<
  Settings,
  | 'connectTimeoutMs'
  | 'firstTokenTimeoutMs'
  | 'wholeAnswerTimeoutMs'
  | 'betweenTokensTimeoutMs'
  | 'totalTimeoutMs'
>

/** Where an answer is: no connection yet, no first byte yet, none yet of an answer in one piece, which takes its time, or flowing. */
export type Stage = 'connect' | 'first-token' | 'whole-answer' | 'between-tokens'

interface StageRow {
  readonly code: StreamErrorCode
  readonly limit: keyof Patience
  readonly awaited: string
}

const stages: Readonly<Record<Stage, StageRow>> = {
  connect: { code: 'TIMEOUT_CONNECT', limit: 'connectTimeoutMs', awaited: 'a connection' },
  'first-token': { code: 'TIMEOUT_FIRST_TOKEN', limit: 'firstTokenTimeoutMs', awaited: 'the first bytes' },
  'between-tokens': { code: 'TIMEOUT_BETWEEN_TOKENS', limit: 'betweenTokensTimeoutMs', awaited: 'more' },
  'whole-answer': {
    code: 'TIMEOUT_FIRST_TOKEN',
    limit: 'wholeAnswerTimeoutMs',
    awaited: 'an answer in one piece',
  },
}

/** Watches one answer. */
export class Silence {
  /** When something last happened, on the clock of `performance.now()`. */
  since: number
  readonly #startedAt: number
  readonly #patience: Patience
  #stage: Stage = 'connect'

  constructor(patience: Patience, now: number) {
    this.#patience = patience
    this.#startedAt = now
    this.since = now
  }

  /** Something happened: the answer is now at `stage`. */
  enter(stage: Stage, now: number): void {
    this.#stage = stage
    this.since = now
  }

  /** The error of the limit that has passed, if one has. */
  overdue(now: number): StreamError | undefined {
    if (now - this.#startedAt > this.#patience.totalTimeoutMs) {
      return timeout('TIMEOUT_TOTAL', 'the end of the answer', this.#patience.totalTimeoutMs)
    }
    const { code, limit, awaited } = stages[this.#stage]
    if (now - this.since <= this.#patience[limit]) return undefined
    return timeout(code, awaited, this.#patience[limit])
  }
}

function timeout(code: StreamErrorCode, awaited: string, limitMs: number): StreamError {
  return new StreamError(
    `Cannot wait longer for the provider: ${awaited} did not come within ${limitMs} ms`,
    {
      code,
    },
  )
}
