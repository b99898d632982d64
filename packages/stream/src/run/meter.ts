/** Measures one run: time to first token, pace, gaps between tokens, usage. */
import type { ModelPart, RunMetrics, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import { estimateTokens } from './token-estimate.ts'

/** The meter. */
export interface Meter {
  /** Takes each part as the model streams it, before any seal. */
  take(part: ModelPart): void
  /** The figures so far. */
  metrics(): RunMetrics
  /** Usage as far as it is known, the rest estimated and marked so. */
  estimatedUsage(promptText: () => string): Usage
  /** Stops the clock. */
  stop(): void
}

const keptGaps = 4096
/** Most answers are short, and many are held at once. */
const firstGaps = 64

/** Starts measuring now; `now` gives milliseconds. */
export function createMeter(now: () => number = () => performance.now()): Meter {
  const startedAt = now()
  let gaps = new Float32Array(firstGaps)
  let gapCount = 0
  let firstAt: number | undefined
  let lastAt = startedAt
  let endedAt: number | undefined
  let chunks = 0
  let characters = 0
  let guessedTokens = 0
  let usage: Usage | undefined

  function take(part: ModelPart): void {
    if ('delta' in part) takeDelta(part.delta, part.type === 'text-delta')
    else if (part.type === 'tool-input-start') firstAt ??= now()
    else if (part.type === 'usage') usage = part.usage
    else if (part.type === 'finish' && part.usage !== undefined) usage = part.usage
  }

  function takeDelta(delta: string, isText: boolean): void {
    const at = now()
    if (firstAt === undefined) firstAt = at
    else addGap(at - lastAt)
    lastAt = at
    chunks++
    if (isText) characters += delta.length
    guessedTokens += estimateTokens(delta)
  }

  function addGap(gap: number): void {
    if (gapCount === gaps.length && gapCount < keptGaps) {
      const longer = new Float32Array(gaps.length * 2)
      longer.set(gaps)
      gaps = longer
    }
    gaps[gapCount++ % keptGaps] = gap
  }

  function metrics(): RunMetrics {
    const sorted = gaps.slice(0, Math.min(gapCount, keptGaps)).sort()
    return defined({
      timeToFirstTokenMs: firstAt === undefined ? undefined : firstAt - startedAt,
      tokensPerSecond: tokensPerSecond(),
      interTokenP50Ms: quantile(sorted, 0.5),
      interTokenP99Ms: quantile(sorted, 0.99),
      durationMs: (endedAt ?? now()) - startedAt,
      chunks,
      characters,
      usage,
    })
  }

  function tokensPerSecond(): number | undefined {
    if (firstAt === undefined || lastAt <= firstAt) return undefined
    // A provider's count is of the whole answer, so it holds once the answer is whole.
    const tokens = endedAt === undefined ? guessedTokens : (usage?.outputTokens ?? guessedTokens)
    return (tokens / (lastAt - firstAt)) * 1000
  }

  return {
    take,
    metrics,
    estimatedUsage(promptText) {
      const output = Math.round(guessedTokens)
      const known = usage ?? {}
      // What a provider says before its end (Anthropic's first report) is the state of that moment.
      if (known.inputTokens !== undefined && (known.outputTokens ?? -1) >= output) return known
      return {
        ...known,
        inputTokens: known.inputTokens ?? Math.round(estimateTokens(promptText())),
        outputTokens: Math.max(known.outputTokens ?? 0, output),
        estimated: true,
      }
    },
    stop() {
      endedAt ??= now()
    },
  }
}

function quantile(sorted: Float32Array, share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
