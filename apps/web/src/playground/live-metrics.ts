/** The figures of an answer while it streams: measured where the gateway has said, estimated from the text until then. */
import type { Answer } from './answer.ts'

/** Figures for one moment. */
export interface LiveMetrics {
  /** Milliseconds from the question to the first text. */
  firstTextMs: number | undefined
  durationMs: number
  tokens: number
  tokensPerSecond: number | undefined
  estimated: boolean
}

// English text has about four characters a token; other languages have fewer, so this is shown as an estimate.
const charsPerToken = 4

/** The figures at `nowMs`, on the clock of `performance.now()`. */
export function liveMetrics(answer: Answer, nowMs: number): LiveMetrics {
  const endMs = answer.endedAtMs ?? Math.max(nowMs, answer.startedAtMs)
  const measured = answer.measured?.outputTokens
  const tokens = measured ?? Math.round(answer.visibleChars / charsPerToken)
  return {
    firstTextMs: answer.firstTextAtMs === undefined ? undefined : answer.firstTextAtMs - answer.startedAtMs,
    durationMs: endMs - answer.startedAtMs,
    tokens,
    tokensPerSecond: answer.measured?.tokensPerSecond ?? rate(tokens, answer.firstTextAtMs, endMs),
    estimated: measured === undefined || answer.measured?.estimated === true,
  }
}

// Under a fifth of a second a rate is noise.
const shortestMs = 200

function rate(tokens: number, fromMs: number | undefined, toMs: number): number | undefined {
  if (fromMs === undefined || toMs - fromMs < shortestMs) return undefined
  return (tokens * 1000) / (toMs - fromMs)
}
