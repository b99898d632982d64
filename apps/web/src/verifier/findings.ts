/** What else a report says, in sentences: which passages, what is missing, what was added, what could not be checked. */
import type { Found, Report, SealReport } from '@streamseal/seal'
import { formatCount } from '../shared/format.ts'
import { missing, type Passage, passages } from './passages.ts'

type Rule = (report: Report, list: Passage[]) => string[]

const rules: Rule[] = [
  changedPassages,
  missingPassages,
  disorder,
  addedText,
  endings,
  signers,
  hiddenMarkup,
  notComparable,
  sharedSecrets,
  severalSeals,
  foreignPayloads,
]

/** Everything worth a sentence, the gravest first; empty where the headline says it all. */
export function findings(report: Report): string[] {
  const list = passages(report)
  return rules.flatMap(rule => rule(report, list))
}

function changedPassages(_report: Report, list: Passage[]): string[] {
  const changed = list.filter(passage => passage.kind === 'altered')
  const numbers = changed.flatMap(({ first, last }) => numbersFrom(first, last))
  if (numbers.length === 0) return []
  const were = numbers.length === 1 ? 'was' : 'were'
  return [`${named(numbers)} ${were} changed after the text was issued.`]
}

function missingPassages(_report: Report, list: Passage[]): string[] {
  const numbers = missing(list).flatMap(gap => numbersFrom(gap.first, gap.last))
  if (numbers.length === 0) return []
  return [`${named(numbers)} of the issued text ${numbers.length === 1 ? 'is' : 'are'} missing here.`]
}

function numbersFrom(first: number | undefined, last: number | undefined): number[] {
  if (first === undefined || last === undefined) return []
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset)
}

function named(numbers: number[]): string {
  const shown = numbers.map(String)
  if (shown.length === 1) return `Passage ${shown[0]}`
  return `Passages ${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

function disorder({ seals }: Report): string[] {
  const orders = new Set(seals.map(seal => seal.order))
  return [
    ...(orders.has('reordered') ? ['The passages stand in another order than they were issued in.'] : []),
    ...(orders.has('spliced') ? ['Passages of more than one answer were joined together.'] : []),
  ]
}

function addedText({ seals, text }: Report, list: Passage[]): string[] {
  if (seals.length === 0) return []
  const loose = list.filter(passage => passage.kind === 'unsealed')
  const count = loose.reduce((sum, { start, end }) => sum + [...text.slice(start, end).trim()].length, 0)
  if (count === 0) return []
  const characters = count === 1 ? '1 character is' : `${formatCount(count)} characters are`
  return [`${characters} covered by no seal: added, or written after the last mark.`]
}

const endingWords = {
  aborted: 'The issuer says that the answer was stopped before its end.',
  'length-limited': 'The issuer says that the answer ended at a length limit.',
  failed: 'The issuer says that the answer failed before its end.',
}

function endings({ seals, status }: Report): string[] {
  const said = seals.flatMap(({ ending, signer }) =>
    signer === 'trusted' && ending !== undefined && ending !== 'complete' ? [endingWords[ending]] : [],
  )
  const cut = status !== 'truncated' && seals.some(seal => seal.coverage === 'truncated')
  return [
    ...new Set(said),
    ...(cut ? ['No ending found: the answer may have been cut, or its ending was kept beside it.'] : []),
  ]
}

function signers({ seals }: Report): string[] {
  return [
    ...(seals.some(seal => seal.signer === 'revoked')
      ? ['The signing key has been revoked by its owner.']
      : []),
    ...(seals.some(seal => seal.signer === 'expired')
      ? ['The signing key was no longer valid when it signed.']
      : []),
  ]
}

function hiddenMarkup({ seals }: Report): string[] {
  const unchecked = seals.some(seal => seal.content === 'reformatted' && seal.hiddenMarkup === 'unchecked')
  return unchecked
    ? ['What formatting hides, such as the addresses behind links, could not be checked in this form.']
    : []
}

function notComparable(_report: Report, list: Passage[]): string[] {
  return list.some(passage => passage.kind === 'not-comparable')
    ? [
        'Some passages, such as formulas or footnotes, look different in every program and cannot be compared.',
      ]
    : []
}

function sharedSecrets({ seals }: Report): string[] {
  return seals.some(isSharedSecret)
    ? ['This seal uses a shared secret: whoever can check it could also have made it.']
    : []
}

function isSharedSecret(seal: SealReport): boolean {
  return seal.trustKind === 'shared-secret'
}

function severalSeals({ seals }: Report): string[] {
  return seals.length > 1 ? [`The text holds passages of ${seals.length} sealed answers.`] : []
}

const foreignWords: Record<Found['kind'], string> = {
  encypher: 'metadata of Encypher',
  c2pa: 'a C2PA text manifest',
  selectors: 'a run of variation selectors that is no seal of ours',
  tags: 'a run of tag characters',
  'zero-width': 'a run of zero-width characters',
}

function foreignPayloads({ foreign }: Report): string[] {
  const kinds = [...new Set(foreign.map(found => foreignWords[found.kind]))]
  return kinds.length === 0 ? [] : [`The text also hides other data: ${kinds.join('; ')}.`]
}
