/** The report as engineers want it: every field of every seal, folded away. */
import type { Report, SealReport } from '@streamseal/seal'
import type { JSX } from 'preact'
import { CopyButton } from '../shared/copy-button.tsx'

/** The details; the report can be copied as JSON. */
export function TechnicalDetails({ report }: { report: Report }): JSX.Element {
  return (
    <details class="card technical">
      <summary>Technical details</summary>
      <dl class="pairs">
        <Pair name="Status" value={report.status} />
        <Pair name="Seals" value={String(report.seals.length)} />
        <Pair
          name="Unsealed"
          value={report.unsealed.map(({ start, end }) => `${start}–${end}`).join(', ') || 'none'}
        />
        <Pair
          name="Foreign"
          value={
            report.foreign.map(found => `${found.kind} ${found.start}–${found.end}`).join(', ') || 'none'
          }
        />
      </dl>
      {report.seals.map((seal, index) => (
        <SealDetails key={`${seal.streamId}-${index}`} seal={seal} />
      ))}
      <CopyButton
        label="Copy the report as JSON"
        done="Report copied"
        text={() => JSON.stringify(report, null, 2)}
      />
    </details>
  )
}

function SealDetails({ seal }: { seal: SealReport }): JSX.Element {
  return (
    <section class="seal-details">
      <h3>
        Stream <code>{seal.streamId}</code>
      </h3>
      <dl class="pairs">
        <Pair name="Signature" value={`${seal.signature} (${seal.algorithm})`} />
        <Pair name="Signer" value={`${seal.signer} (${seal.trustKind})`} />
        <Pair name="Key id" value={seal.keyId} />
        <Pair name="Content" value={seal.content} />
        <Pair name="Hidden markup" value={seal.hiddenMarkup} />
        <Pair name="Coverage" value={seal.coverage} />
        <Pair name="Ending" value={seal.ending ?? 'not found'} />
        <Pair name="Order" value={seal.order} />
      </dl>
      {seal.segments.length > 0 && <SegmentTable seal={seal} />}
    </section>
  )
}

function SegmentTable({ seal }: { seal: SealReport }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table scrolls, also with the keyboard
    <section class="table-scroll" tabIndex={0} aria-label={`Segments of ${seal.streamId}`}>
      <table class="segments">
        <thead>
          <tr>
            <th scope="col">Segment</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Status</th>
          </tr>
        </thead>
        <tbody>
          {seal.segments.map(segment => (
            <tr key={segment.index}>
              <td>{segment.index}</td>
              <td>{segment.start}</td>
              <td>{segment.end}</td>
              <td>{segment.status}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Pair({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div class="pair">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
