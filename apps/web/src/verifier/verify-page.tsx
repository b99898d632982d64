/** The verify page: a text on one side, what can be said of it on the other. */
import type { JSX } from 'preact'
import { Announcer } from '../shared/announcer.tsx'
import { PageHeader } from '../shared/page-header.tsx'
import { AuthoritiesPanel } from './authorities-panel.tsx'
import { KeysPanel } from './keys-panel.tsx'
import { ReportView } from './report-view.tsx'
import { TextInput } from './text-input.tsx'
import { usePageInput } from './use-page-input.ts'
import type { VerifierState } from './verifier-state.ts'
import { Welcome } from './welcome.tsx'

/** The whole page. A file may be dropped and a text pasted anywhere on it. */
export function VerifyPage({ state }: { state: VerifierState }): JSX.Element {
  const dragging = usePageInput(state)
  const report = state.report.value
  return (
    <>
      <PageHeader current="verify" />
      <main id="main" class="verifier" tabIndex={-1} data-dragging={dragging.value}>
        <div class="intro">
          <h1>Who issued this text?</h1>
          <p>
            Paste a text to see who issued it, when, with which model, and whether it was changed. It is
            checked in your browser and sent nowhere.
          </p>
        </div>
        <div class="verifier-columns">
          <div class="verifier-side">
            <TextInput state={state} />
            <KeysPanel keys={state.keys} />
            <AuthoritiesPanel authorities={state.authorities} />
          </div>
          <div class="verifier-result">
            {report === undefined ? (
              <Welcome waiting={state.text.value !== ''} />
            ) : (
              <ReportView state={state} report={report} />
            )}
          </div>
        </div>
      </main>
      <Announcer />
    </>
  )
}
