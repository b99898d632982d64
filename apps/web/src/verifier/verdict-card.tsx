/** The verdict at a glance: one word, one sentence, who, when, with which model, and what else matters. */
import type { Claims, Report } from '@streamseal/seal'
import type { JSX } from 'preact'
import { formatTime } from '../shared/format.ts'
import { AskIcon, Rosette } from '../shared/icons.tsx'
import { findings } from './findings.ts'
import { changedPassageId } from './passages-view.tsx'
import { verdicts } from './verdict.ts'
import type { VerifierState } from './verifier-state.ts'

/** The card. */
export function VerdictCard({ state, report }: { state: VerifierState; report: Report }): JSX.Element {
  const verdict = verdicts[report.status]
  const more = findings(report)
  return (
    <section
      class={`card verdict tone-${verdict.tone}`}
      aria-labelledby="verdict-title"
      data-status={report.status}
    >
      <div class="verdict-head">
        <Rosette glyph={verdict.glyph} size={64} />
        <div>
          <p class="verdict-word">{verdict.word}</p>
          <h2 id="verdict-title">{verdict.headline}</h2>
        </div>
      </div>
      <Facts state={state} report={report} />
      <p class="verdict-meaning">{verdict.meaning}</p>
      {more.length > 0 && (
        <ul class="findings">
          {more.map(sentence => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {report.status === 'altered' && (
        <p class="to-change">
          <a href={`#${changedPassageId}`}>Show the changed passage</a>
        </p>
      )}
      <AskIssuer state={state} report={report} />
      <p class="hint">
        A seal says who issued a text and whether it was changed. It does not say that what the text states is
        true.
      </p>
    </section>
  )
}

/** Who, when, with which model: the claims of the first seal whose signer is trusted. */
function Facts({ state, report }: { state: VerifierState; report: Report }): JSX.Element | null {
  const seal = report.seals.find(one => one.claims !== undefined)
  const claims = seal?.claims
  if (seal === undefined || claims === undefined) return null
  const source = state.keys.nameOf(seal.keyId)
  return (
    <dl class="facts">
      <Fact name="Issued by" value={claims.issuer ?? 'not said'} note={source && `key of ${source}`} />
      <Fact name="When" value={claims.issuedAt === undefined ? 'not said' : formatTime(claims.issuedAt)} />
      <Fact name="Model" value={modelsOf(claims)} note={claims.provider && `provider: ${claims.provider}`} />
    </dl>
  )
}

function modelsOf({ model }: Claims): string {
  return typeof model === 'string' ? model : model.join(', ')
}

function Fact({
  name,
  value,
  note,
}: {
  name: string
  value: string
  note?: string | undefined
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {note !== undefined && <span class="fact-note">{note}</span>}
      </dd>
    </div>
  )
}

/** Offered where an ending may have been kept: the issuer's registry may know it. */
function AskIssuer({ state, report }: { state: VerifierState; report: Report }): JSX.Element | null {
  if (state.source.value === 'issuer') {
    const isStillOpen = report.seals.some(seal => seal.coverage === 'truncated')
    return (
      <p class="asked">
        Answered by {location.host}
        {isStillOpen ? ', which keeps no ending that fits this text.' : ', with the ending that it keeps.'}
      </p>
    )
  }
  if (!report.seals.some(seal => seal.coverage !== 'whole' && seal.signer === 'trusted')) return null
  return (
    <div class="ask">
      <button type="button" class="button" disabled={state.asking.value} onClick={() => void state.ask()}>
        <AskIcon size={16} />
        <span>{state.asking.value ? 'Asking…' : 'Ask the issuer'}</span>
      </button>
      <p class="hint">Sends this text to {location.host} to look for an ending that was kept beside it.</p>
    </div>
  )
}
