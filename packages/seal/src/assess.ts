/** From marks, signatures and places to what is reported of one seal. */
import { algorithms } from './algorithms.ts'
import { equalBytes, fromHex } from './bytes.ts'
import type { SignatureState, Signatures } from './check-signatures.ts'
import { linkTo } from './digests.ts'
import type { Gathered, Placed } from './gather.ts'
import type { HashBudget } from './hash-budget.ts'
import type { Lines } from './line.ts'
import { locate, type MarkPlaces } from './locate.ts'
import type { Located, Stretch } from './located.ts'
import type { Closing, Segment } from './payload.ts'
import type { SealReport, SegmentReport } from './report.ts'

/** Assesses one seal; `marks` are those of all seals. */
export function assess(
  seal: Gathered,
  signatures: Signatures,
  lines: Lines,
  budget: HashBudget,
  marks: MarkPlaces,
): SealReport {
  const stretches = stretchesOf(seal, signatures)
  const located = locate(
    lines,
    fromHex(seal.streamId),
    stretches.map(({ stretch }) => stretch),
    budget,
    marks,
  )
  const segments = located.flatMap((found, i) =>
    found ? [toReport(found, stretches[i]?.state, signatures.signature)] : [],
  )
  const coverage = coverageOf(segments, signatures.closing)
  const present = stretches.filter((_, i) => located[i] !== undefined)
  return {
    streamId: seal.streamId,
    signature: signatures.signature,
    signer: signatures.signer,
    keyId: signatures.keyId,
    algorithm: seal.algorithm,
    trustKind: algorithms[seal.algorithm].trustKind,
    ...(signatures.claims && { claims: signatures.claims }),
    content: contentOf(segments),
    hiddenMarkup: segments.length > 0 && segments.every(isIntact) ? 'checked' : 'unchecked',
    coverage,
    ...(signatures.closing && { ending: signatures.closing.payload.ending }),
    order: orderOf(segments, signatures, isLinked(present, signatures)),
    segments,
  }
}

type SignedMark = Placed<Segment | Closing>

interface Signed {
  stretch: Stretch
  mark: SignedMark
  state: SignatureState
}

/** Segments in the order of their marks, those beside the text after them by index, then what the closing binds. */
function stretchesOf(seal: Gathered, { segments, closing, closingSignature }: Signatures): Signed[] {
  const signed = seal.segments.map((mark, i) => ({
    stretch: fromSegment(mark),
    mark,
    state: segments[i] ?? 'unchecked',
  }))
  const inText = signed.filter(({ stretch }) => stretch.at !== undefined)
  const beside = signed.filter(({ stretch }) => stretch.at === undefined)
  beside.sort((a, b) => a.stretch.index - b.stretch.index)
  const all = [...inText, ...beside]
  const tail = closing && tailOf(closing, all)
  return closing && tail ? [...all, { stretch: tail, mark: closing, state: closingSignature }] : all
}

function fromSegment({ payload, at }: Placed<Segment>): Stretch {
  const { index, extent, lag, format, notComparable } = payload
  return { index, extent, lag, format, notComparable, at }
}

/** What the closing binds: nothing where the text ended with a segment. Beside the text it is looked for only behind the segment before it. */
function tailOf({ payload, at }: Placed<Closing>, before: readonly Signed[]): Stretch | undefined {
  const { count, extent, lag, format, notComparable } = payload
  if (extent.exactLength === 0 && count > 0) return undefined
  const isReachable =
    at !== undefined || count === 0 || before.some(({ stretch }) => stretch.index === count - 1)
  return isReachable ? { index: count, extent, lag, format, notComparable, at } : undefined
}

function toReport(
  { index, start, end, status }: Located,
  state: SignatureState | undefined,
  signature: SignatureState,
): SegmentReport {
  if (status === 'altered' || state === 'invalid') return { index, start, end, status: 'altered' }
  // Past the bound of checks nothing vouches for a segment, whatever the seal's other marks say.
  const isOpen = state === 'unchecked' && signature !== 'unchecked'
  return { index, start, end, status: isOpen ? 'unchecked' : status }
}

function isIntact({ status }: SegmentReport): boolean {
  return status === 'intact'
}

function contentOf(segments: readonly SegmentReport[]): SealReport['content'] {
  const statuses = segments.map(({ status }) => status)
  if (statuses.includes('altered')) return 'altered'
  if (statuses.includes('not-comparable')) return 'not-comparable'
  return statuses.includes('reformatted') ? 'reformatted' : 'intact'
}

function coverageOf(
  segments: readonly SegmentReport[],
  closing: Placed<Closing> | undefined,
): SealReport['coverage'] {
  const indexes = new Set(segments.map(({ index }) => index))
  let prefix = 0
  while (indexes.has(prefix)) prefix++
  const isPrefix = prefix === indexes.size && prefix > 0
  if (closing === undefined) return isPrefix ? 'truncated' : 'excerpt'
  const { count, extent } = closing.payload
  const hasTail = (extent.exactLength === 0 && count > 0) || indexes.has(count)
  if (hasTail && prefix >= count) return 'whole'
  // A closing in the text whose tail is not found was put before the end, and what followed it is missing.
  return isPrefix && (closing.at === undefined || !hasTail) ? 'truncated' : 'excerpt'
}

function orderOf(
  segments: readonly SegmentReport[],
  { closing, isMixed }: Signatures,
  isLinkedUp: boolean,
): SealReport['order'] {
  const indexes = segments.map(({ index }) => index)
  // A closing in the text stands behind every segment.
  if (closing?.at !== undefined) indexes.push(Math.max(closing.payload.count, ...indexes.slice(-1)))
  let order: SealReport['order'] = 'ok'
  for (let i = 1; i < indexes.length; i++) {
    const step = (indexes[i] as number) - (indexes[i - 1] as number)
    const isClosing = i === segments.length
    if (step < 0 || (step === 0 && !isClosing)) return 'reordered'
    if (step > 1) order = 'gaps'
  }
  if (!isAscending(segments)) return 'reordered'
  return isMixed || !isLinkedUp ? 'spliced' : order
}

/** Whether passages stand in the order of their marks: lags are not signed, so a mark may be moved away from what it binds. */
function isAscending(segments: readonly SegmentReport[]): boolean {
  const starts = segments.flatMap(({ status, start, end }) =>
    (status === 'intact' || status === 'reformatted') && end > start ? [start] : [],
  )
  return starts.every((start, i) => i === 0 || start >= (starts[i - 1] as number))
}

/** Whether neighbours that are both there were signed for each other; what is known to be forged says nothing of that. */
function isLinked(present: readonly Signed[], { closing, closingSignature }: Signatures): boolean {
  const genuine = present.filter(({ mark, state }) => mark !== closing && state !== 'invalid')
  const marks = genuine.map(({ mark }) => mark)
  if (closing && closingSignature !== 'invalid') marks.push(closing)
  return marks.every((mark, i) => {
    const before = marks[i - 1]
    return before === undefined || indexOf(before) + 1 !== indexOf(mark) || hasLink(mark, before)
  })
}

function indexOf({ payload }: SignedMark): number {
  return payload.kind === 'segment' ? payload.index : payload.count
}

function hasLink({ payload }: SignedMark, { fields }: SignedMark): boolean {
  return payload.link !== undefined && equalBytes(payload.link, linkTo(fields))
}
