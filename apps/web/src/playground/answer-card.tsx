/** The answer: how it stands, its figures, its text, its seal, and what can be done with it. */
import type { JSX } from 'preact'
import { CopyButton } from '../shared/copy-button.tsx'
import { leaveHandoff } from '../shared/handoff.ts'
import { ShieldIcon } from '../shared/icons.tsx'
import { type Answer, type AnswerStatus, isUnderWay } from './answer.ts'
import { MarkdownView } from './markdown-view.tsx'
import { MetricsBar } from './metrics-bar.tsx'
import type { PlaygroundState } from './playground-state.ts'
import { SealBadge } from './seal-badge.tsx'
import { useFollowEnd } from './use-follow-end.ts'

const statusWords: Record<AnswerStatus, string> = {
  waiting: 'Waiting for the first token',
  streaming: 'Streaming',
  complete: 'Complete',
  stopped: 'Stopped by you',
  failed: 'Failed',
}

/** The card; nothing before the first question. */
export function AnswerCard({ state }: { state: PlaygroundState }): JSX.Element | null {
  const answer = state.answer.value
  if (answer === undefined) return null
  return (
    <section class="answer card" aria-labelledby="answer-title" data-status={answer.status}>
      <header class="answer-head">
        <h2 id="answer-title">{answer.prompt}</h2>
        <span class={`status status-${answer.status}`}>{statusWords[answer.status]}</span>
      </header>
      <div class="answer-figures">
        <MetricsBar answer={answer} />
        <ViewSwitch state={state} />
      </div>
      <AnswerText answer={answer} plain={state.view.value === 'plain'} />
      {answer.failure !== undefined && <p class="failure">{answer.failure}</p>}
      <footer class="answer-foot">
        <SealBadge answer={answer} />
        {answer.text !== '' && !isUnderWay(answer) && <Actions answer={answer} />}
      </footer>
    </section>
  )
}

function AnswerText({ answer, plain }: { answer: Answer; plain: boolean }): JSX.Element {
  const underWay = isUnderWay(answer)
  useFollowEnd(underWay, answer.text.length)
  const name = plain ? 'answer-text answer-plain' : 'answer-text prose'
  return (
    <div class={name} aria-busy={underWay} data-testid="answer-text" lang="">
      {answer.status === 'waiting' && <WaitingLines />}
      {plain ? answer.text : <MarkdownView text={answer.text} />}
    </div>
  )
}

function WaitingLines(): JSX.Element {
  return (
    <div aria-hidden="true">
      <span class="waiting-line" />
      <span class="waiting-line" />
      <span class="waiting-line" />
    </div>
  )
}

function ViewSwitch({ state }: { state: PlaygroundState }): JSX.Element {
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">Show the answer</legend>
      {(['rendered', 'plain'] as const).map(view => (
        <label key={view}>
          <input
            type="radio"
            name="view"
            checked={state.view.value === view}
            onChange={() => {
              state.view.value = view
            }}
          />
          <span>{view === 'rendered' ? 'Rendered' : 'Plain text'}</span>
        </label>
      ))}
    </fieldset>
  )
}

function Actions({ answer }: { answer: Answer }): JSX.Element {
  const carry = (event: MouseEvent): void => {
    const { text, detached } = answer
    // Without storage the link still opens the page; the text is then pasted by hand.
    if (!leaveHandoff(detached === undefined ? { text } : { text, detached })) event.preventDefault()
  }
  return (
    <div class="actions">
      <CopyButton label="Copy" done="Answer copied, seal included" text={() => answer.text} />
      <a class="button" href="/verify" onClick={carry}>
        <ShieldIcon size={16} />
        <span>Verify this answer</span>
      </a>
    </div>
  )
}
