/** What the issuer states, row by row: only of a trusted signer, whose signature covers it. */
import type { Claims, Report, SealReport } from '@streamseal/seal'
import type { ComponentChildren, JSX } from 'preact'
import { formatExactTime } from '../shared/format.ts'
import { isSafeLink } from '../shared/is-safe-link.ts'
import type { KeyStore } from './key-store.ts'

interface Row {
  name: string
  value: ComponentChildren
}

/** One table a seal; nothing where no trusted signer states anything. */
export function ClaimsTable({ keys, report }: { keys: KeyStore; report: Report }): JSX.Element | null {
  const seals = report.seals.filter(seal => seal.claims !== undefined)
  if (seals.length === 0) return null
  return (
    <section class="card" aria-labelledby="claims-title">
      <h2 id="claims-title">What the issuer states</h2>
      {seals.map(seal => (
        <SealClaims key={seal.streamId} seal={seal} keys={keys} />
      ))}
    </section>
  )
}

function SealClaims({ seal, keys }: { seal: SealReport; keys: KeyStore }): JSX.Element {
  return (
    <table class="claims">
      <caption class="visually-hidden">Claims of stream {seal.streamId}</caption>
      <tbody>
        {rowsOf(seal, keys).map(row => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>{row.value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function rowsOf(seal: SealReport, keys: KeyStore): Row[] {
  const { claims } = seal
  if (claims === undefined) return []
  return [
    ...row('Issuer', claims.issuer),
    ...row('Signed with a key of', keys.nameOf(seal.keyId)),
    ...row('Issued', claims.issuedAt && formatExactTime(claims.issuedAt)),
    ...row('Model', [claims.model].flat().join(', ')),
    ...row('Provider', claims.provider),
    ...row('Kind', kindOf(claims)),
    ...row('Ending', seal.ending && endingWords[seal.ending]),
    ...row('Verify at', claims.verifyUrl && <Address url={claims.verifyUrl} />),
    ...row('Draws on sealed texts', claims.ingredients?.map(one => one.streamId).join(', ')),
    ...Object.entries(claims.custom ?? {}).flatMap(([name, value]) => row(name, shown(value))),
  ]
}

function row(name: string, value: ComponentChildren): Row[] {
  return value === undefined || value === '' ? [] : [{ name, value }]
}

const endingWords = {
  complete: 'Complete',
  aborted: 'Stopped before its end',
  'length-limited': 'Ended at a length limit',
  failed: 'Failed before its end',
}

// IPTC digital source types, by the last part of their names.
const kinds: Record<string, string> = {
  trainedAlgorithmicMedia: 'Made by generative AI',
  compositeWithTrainedAlgorithmicMedia: 'Made with the help of generative AI',
  algorithmicallyEnhanced: 'Enhanced by an algorithm',
  humanEdits: 'Edited by people',
}

function kindOf({ digitalSourceType }: Claims): string | undefined {
  if (digitalSourceType === undefined) return undefined
  const name = digitalSourceType.split('/').at(-1) ?? digitalSourceType
  return Object.hasOwn(kinds, name) ? kinds[name] : digitalSourceType
}

function Address({ url }: { url: string }): JSX.Element {
  if (!isSafeLink(url)) return <>{url}</>
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {url}
    </a>
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
