/** A report in words, and as an exit code. */
import type { Report, SealReport, SegmentReport, Status } from '@streamseal/seal'
import { exitCodes } from '../exit-codes.ts'
import { type Ink, type Paint, visible } from './ink.ts'
import { type Passage, passageLines } from './passage-lines.ts'

const verdicts: Readonly<Record<Status, string>> = {
  intact: 'Intact: exactly as it was issued.',
  reformatted: 'Reformatted: the words are as they were issued; spacing or markup has changed.',
  excerpt: 'Excerpt: a part is as it was issued; the rest is missing, was added, or cannot be compared.',
  truncated: 'No ending found: the answer may have been cut, or its ending was kept beside it.',
  altered: 'Altered: the text has been changed since it was issued.',
  'unknown-signer': 'Unknown signer: there is a seal, by a key that is not trusted here.',
  invalid: 'Invalid: the seal does not hold.',
  unsealed: 'Unsealed: no seal was found.',
}
const notComparable =
  'Not wholly comparable: what can be compared is as it was issued; the passages below cannot, because programs show them differently, and may have been changed.'
const revoked =
  'Revoked: sealed with a key that was taken out of use. Whoever has it can seal anything; do not rely on it.'
const expired = 'Expired: sealed with a key that is no longer relied on.'

/** The report for people: a verdict, the passages that it is about in their places, and who issued what. */
export function reportLines(report: Report, ink: Ink): string[] {
  const { text, seals, unsealed, foreign, detached } = report
  return [
    inkOf(report, ink)(verdictOf(report)),
    ...passageLines(text, passagesOf(report, ink), ink),
    ...seals.flatMap(seal => ['', ...sealLines(seal)]),
    ...(seals.length > 0 && unsealed.length > 0
      ? ['', `not covered by any seal: ${unsealed.length} ${unsealed.length === 1 ? 'passage' : 'passages'}`]
      : []),
    ...foreign.map(
      ({ kind, start, end }) => `also found: ${kind}, at ${start} to ${end} of the text as given`,
    ),
    ...(detached === undefined ? [] : [`the detached closing is ${detached} and was left out`]),
  ]
}

/** The exit code of a report: what could not be compared is not vouched for. */
export function exitCodeOf(report: Report): number {
  if (report.status === 'unsealed') return exitCodes.unsealed
  return isGood(report) ? exitCodes.ok : exitCodes.notIntact
}

function isGood({ status, seals }: Report): boolean {
  if (status !== 'intact' && status !== 'reformatted') return false
  return seals.every(({ content }) => content !== 'not-comparable')
}

function verdictOf(report: Report): string {
  const { status, seals } = report
  if (status === 'unknown-signer') {
    if (seals.some(({ signer }) => signer === 'revoked')) return revoked
    if (seals.some(({ signer }) => signer === 'expired')) return expired
  }
  return isOnlyIncomparable(report) ? notComparable : verdicts[status]
}

/** Whether nothing is wrong but that passages cannot be compared: its status is that of an excerpt, or of an altered text where nothing can be. */
function isOnlyIncomparable({ status, seals, unsealed }: Report): boolean {
  if (!['reformatted', 'excerpt', 'altered'].includes(status) || unsealed.length > 0) return false
  const isFaultless = seals.every(
    ({ content, coverage, order }) => content !== 'altered' && coverage === 'whole' && order === 'ok',
  )
  return isFaultless && seals.some(({ content }) => content === 'not-comparable')
}

function inkOf(report: Report, ink: Ink): Paint {
  if (isGood(report)) return ink.good
  if (isOnlyIncomparable(report)) return ink.unsure
  return report.status === 'altered' || report.status === 'invalid' ? ink.bad : ink.unsure
}

const shownSegments: Partial<Record<SegmentReport['status'], string>> = {
  altered: 'altered',
  'not-comparable': 'not comparable',
  unchecked: 'unchecked',
}

/** What a reader should look at, in the order of the text: nothing where the text is as it was, or was never sealed. */
function passagesOf({ seals, unsealed }: Report, ink: Ink): Passage[] {
  const segments = seals.flatMap(({ segments }) => segments).flatMap(segment => segmentPassage(segment, ink))
  const additions = seals.length === 0 ? [] : unsealed
  return [
    ...segments,
    ...additions.map(({ start, end }) => ({ start, end, says: 'not sealed', paint: ink.unsure })),
  ].sort((a, b) => a.start - b.start || a.end - b.end)
}

function segmentPassage({ status, index, start, end }: SegmentReport, ink: Ink): Passage[] {
  const says = shownSegments[status]
  if (says === undefined) return []
  return [
    { start, end, says: `${says}, segment ${index}`, paint: status === 'altered' ? ink.bad : ink.unsure },
  ]
}

function sealLines(seal: SealReport): string[] {
  const { streamId, keyId, algorithm, trustKind, signature, signer, segments } = seal
  const altered = segments.filter(({ status }) => status === 'altered').length
  const rows: [string, string | undefined][] = [
    ...claimRows(seal),
    ['key', `${keyId} (${algorithm}, ${trustKind}), ${signer}`],
    ['signature', signature],
    ['content', altered > 0 ? `${seal.content} in ${altered} of ${segments.length} segments` : seal.content],
    ['coverage', seal.ending === undefined ? seal.coverage : `${seal.coverage}, ending: ${seal.ending}`],
    ['order', seal.order === 'ok' ? undefined : seal.order],
    ['links', seal.hiddenMarkup === 'checked' ? undefined : 'targets and other hidden markup are unchecked'],
  ]
  const known = rows.filter((row): row is [string, string] => row[1] !== undefined)
  return [`seal ${streamId}`, ...known.map(([name, value]) => `  ${name.padEnd(10)} ${visible(value)}`)]
}

function claimRows({ claims }: SealReport): [string, string | undefined][] {
  if (claims === undefined) return [['claims', 'not shown: nobody who is trusted here vouches for them']]
  const { issuer, issuedAt, provider, model, digitalSourceType, verifyUrl } = claims
  return [
    ['issued by', issuer],
    ['issued at', issuedAt],
    ['model', [[model].flat().join(', '), provider].filter(Boolean).join(' · ')],
    ['source', digitalSourceType],
    ['verify at', verifyUrl],
  ]
}
