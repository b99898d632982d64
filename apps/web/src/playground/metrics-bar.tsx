/** Live figures of an answer: time to the first text, tokens a second, length, time. */
import type { JSX } from 'preact'
import { formatCount, formatDuration } from '../shared/format.ts'
import type { Answer } from './answer.ts'
import { liveMetrics } from './live-metrics.ts'
import { useNow } from './use-now.ts'

/** The figures; those that are estimated say so. */
export function MetricsBar({ answer }: { answer: Answer }): JSX.Element {
  const now = useNow(answer.endedAtMs === undefined)
  const { firstTextMs, durationMs, tokensPerSecond, tokens, estimated } = liveMetrics(answer, now)
  const about = estimated ? '≈ ' : ''
  return (
    <dl class="metrics">
      <Figure name="First token" value={firstTextMs === undefined ? '…' : formatDuration(firstTextMs)} />
      <Figure
        name="Speed"
        value={tokensPerSecond === undefined ? '…' : `${about}${formatCount(tokensPerSecond)} tok/s`}
        title={estimated ? 'Estimated: four visible characters a token' : 'Counted by the gateway'}
      />
      <Figure name="Length" value={`${about}${formatCount(tokens)} tok`} />
      <Figure name="Time" value={formatDuration(durationMs)} />
    </dl>
  )
}

function Figure({ name, value, title }: { name: string; value: string; title?: string }): JSX.Element {
  return (
    <div class="figure" title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
