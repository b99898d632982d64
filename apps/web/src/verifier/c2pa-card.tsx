/** What C2PA says, beside what our seal says: of the manifest in the text, or, where the reader asks, of one that this gateway keeps. */
import type { Report } from '@streamseal/seal'
import type { JSX } from 'preact'
import { AskIcon } from '../shared/icons.tsx'
import { type C2paSays, c2paFacts, c2paHeadline } from './c2pa-words.ts'
import type { VerifierState } from './verifier-state.ts'

/** The card; nothing where there is nothing to say or to ask. */
export function C2paCard({ state, report }: { state: VerifierState; report: Report }): JSX.Element | null {
  const says = state.c2pa.value
  if (says === undefined && report.seals.length === 0) return null
  return (
    <section class="card" aria-labelledby="c2pa-title" data-c2pa={says?.state ?? 'unasked'}>
      <h2 id="c2pa-title">C2PA</h2>
      {says === undefined ? <AskC2pa state={state} /> : <Says says={says} />}
    </section>
  )
}

function Says({ says }: { says: C2paSays }): JSX.Element {
  return (
    <>
      <p>{c2paHeadline(says)}</p>
      <dl class="facts">
        {c2paFacts(says).map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {says.foundIn === 'store' && (
        <p class="hint">{location.host} keeps the manifest; the text does not carry it.</p>
      )}
      <details>
        <summary>Status codes</summary>
        <ul class="findings">
          {[...says.failure, ...says.informational, ...says.success].map(({ code, explanation, url }) => (
            <li key={`${code} ${url ?? ''}`}>
              <code>{code}</code> {explanation}
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}

function AskC2pa({ state }: { state: VerifierState }): JSX.Element {
  return (
    <div class="ask">
      <p>The text carries no C2PA manifest. One may be kept beside it.</p>
      <button
        type="button"
        class="button"
        disabled={state.asking.value}
        onClick={() => void state.askForManifest()}
      >
        <AskIcon size={16} />
        <span>{state.asking.value ? 'Asking…' : 'Ask for a manifest'}</span>
      </button>
      <p class="hint">Sends this text to {location.host} to look for a manifest.</p>
    </div>
  )
}
