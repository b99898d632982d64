/** A report, from the verdict at a glance down to the technical details. */
import { type Report, strip } from '@streamseal/seal'
import type { JSX } from 'preact'
import { CopyButton } from '../shared/copy-button.tsx'
import { EyeIcon } from '../shared/icons.tsx'
import { C2paCard } from './c2pa-card.tsx'
import { ClaimsTable } from './claims-table.tsx'
import { HiddenView } from './hidden-view.tsx'
import { PassagesView } from './passages-view.tsx'
import { TechnicalDetails } from './technical-details.tsx'
import { VerdictCard } from './verdict-card.tsx'
import type { VerifierState } from './verifier-state.ts'

/** Everything that is said of a text. */
export function ReportView({ state, report }: { state: VerifierState; report: Report }): JSX.Element {
  return (
    <>
      <VerdictCard state={state} report={report} />
      <TextCard state={state} report={report} />
      <ClaimsTable keys={state.keys} report={report} />
      <C2paCard state={state} report={report} />
      <TechnicalDetails report={report} />
    </>
  )
}

function TextCard({ state, report }: { state: VerifierState; report: Report }): JSX.Element {
  const hidden = state.showHidden.value
  return (
    <section class="card" aria-labelledby="passages-title">
      <div class="card-head">
        <h2 id="passages-title">{hidden ? 'Hidden characters' : 'Passage by passage'}</h2>
        <button
          type="button"
          class="button button-quiet"
          aria-pressed={hidden}
          onClick={() => {
            state.showHidden.value = !hidden
          }}
        >
          <EyeIcon size={16} />
          <span>Show hidden characters</span>
        </button>
        <CopyButton
          class="button button-quiet"
          label="Copy clean text"
          done="Text copied without its seal"
          text={() => strip(state.text.value)}
        />
      </div>
      {hidden ? <HiddenView text={state.text.value} /> : <PassagesView report={report} />}
    </section>
  )
}
