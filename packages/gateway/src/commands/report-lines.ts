/** A report in words, and as an exit code. */
import type { Report, SealReport, Status } from '@streamseal/seal'
import { exitCodes } from '../exit-codes.ts'

const verdicts: Readonly<Record<Status, string>> = {
  intact: 'Intact: exactly as it was issued.',
  reformatted: 'Reformatted: the words are as they were issued; spacing or markup has changed.',
  excerpt:
    'Excerpt: what is sealed is as it was issued, but it is not the whole text, or something was added.',
  truncated: 'No ending found: the answer may have been cut, or its ending was kept beside it.',
  altered: 'Altered: the text has been changed since it was issued.',
  'unknown-signer': 'Unknown signer: there is a seal, by a key that is not trusted here.',
  invalid: 'Invalid: the seal does not hold.',
  unsealed: 'Unsealed: no seal was found.',
}

/** The report for people, a line a fact. */
export function reportLines({ status, seals, unsealed }: Report): string[] {
  const additions =
    unsealed.length === 0 ? [] : [`unsealed: ${unsealed.length} passages are not covered by any seal`]
  return [verdicts[status], ...seals.flatMap(sealLines), ...(seals.length === 0 ? [] : additions)]
}

function sealLines({ streamId, claims, segments }: SealReport): string[] {
  const facts = claims === undefined ? [] : claimLines(claims)
  const altered = segments.filter(segment => segment.status === 'altered')
  const changes = altered.map(({ index, start, end }) => `  segment ${index} altered, at ${start} to ${end}`)
  return [`seal ${streamId}`, ...facts, ...changes]
}

function claimLines({
  issuer,
  issuedAt,
  provider,
  model,
  verifyUrl,
}: NonNullable<SealReport['claims']>): string[] {
  const rows: [string, string | undefined][] = [
    ['issued by', issuer],
    ['issued at', issuedAt],
    ['model', [[model].flat().join(', '), provider].filter(Boolean).join(' · ')],
    ['verify at', verifyUrl],
  ]
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(10)} ${value}`)
}

/** The exit code of a report. */
export function exitCodeOf({ status }: Report): number {
  if (status === 'unsealed') return exitCodes.unsealed
  return status === 'intact' || status === 'reformatted' ? exitCodes.ok : exitCodes.notIntact
}
