/** What is left of a seal behind a channel, layer by layer. */
import { inspect, type MarkFound, type Report, type Status, verify } from '@streamseal/seal'
import type { Carried, Channel } from './channel.ts'
import type { Profile, SealedAnswer } from './profiles.ts'

/** So many of so many. */
export interface Share {
  kept: number
  of: number
}

/** A report's status, and apart from it those where something cannot be compared and nothing else is wrong. */
export type Grade = Status | 'not comparable'

/** What came out of one channel for the answers of one profile. */
export interface Measured {
  readonly channel: Channel
  /** Texts that came out. */
  texts: number
  readonly opening: Share
  readonly segments: Share
  readonly closing: Share
  /** Segments that verify where they are cut out behind the channel, with their mark. */
  readonly excerpts: Share
  /** Segments that are intact. */
  readonly exact: Share
  /** Segments that are reformatted or better. */
  readonly skeleton: Share
  readonly notComparable: Share
  readonly altered: Share
  readonly grades: Map<Grade, number>
  /** What was seen of each text, for those who look into a number. */
  readonly details: Detail[]
}

export interface Detail {
  readonly names: string
  readonly grade: Grade
  readonly altered: readonly string[]
}

const none = (): Share => ({ kept: 0, of: 0 })

/** Sends the sealed answers through `channel` and looks at what comes out. */
export async function measure(
  channel: Channel,
  sealed: readonly SealedAnswer[],
  profile: Profile,
): Promise<Measured> {
  const measured: Measured = {
    channel,
    texts: 0,
    opening: none(),
    segments: none(),
    closing: none(),
    excerpts: none(),
    exact: none(),
    skeleton: none(),
    notComparable: none(),
    altered: none(),
    grades: new Map(),
    details: [],
  }
  for (const carried of await channel.carry(sealed.map(({ text }) => text))) {
    const sources = carried.from.map(index => sealed[index] as SealedAnswer)
    const report = await verifyAsGateway(carried.text, sources, profile)
    countText(measured, sources, report)
    for (const source of sources) {
      countMarks(measured, source, carried)
      await countSegments(measured, source, report, profile)
      await countExcerpts(measured, source, carried, report, profile)
    }
  }
  return measured
}

/** With the closing that a registry keeps by stream id: it is found where at least one mark has survived. */
async function verifyAsGateway(
  text: string,
  sources: readonly SealedAnswer[],
  { trust }: Profile,
): Promise<Report> {
  const found = new Set(inspect(text).seals.map(({ streamId }) => streamId))
  const detached = sources.find(source => found.has(source.streamId) && source.detached)?.detached
  return verify(text, { trust, ...(detached !== undefined && { detached }) })
}

function countText(measured: Measured, sources: readonly SealedAnswer[], report: Report): void {
  measured.texts++
  const grade = gradeOf(report)
  measured.grades.set(grade, (measured.grades.get(grade) ?? 0) + 1)
  const altered = report.seals.flatMap(seal =>
    seal.segments
      .filter(segment => segment.status === 'altered')
      .map(({ index, start, end }) => `${index}: ${JSON.stringify(report.text.slice(start, end))}`),
  )
  const names = sources.map(({ answer }) => answer.name).join(' + ')
  measured.details.push({ names, grade, altered })
}

/** What is wrong with a text, where the status says of it how far it is vouched for: with nothing else wrong, some content cannot be compared. */
function gradeOf({ status, seals }: Report): Grade {
  const isFaultless = seals.every(
    ({ content, order }) => content !== 'altered' && order !== 'reordered' && order !== 'spliced',
  )
  if (!isFaultless || seals.every(({ content }) => content !== 'not-comparable')) return status
  const isWhole = seals.every(({ coverage }) => coverage === 'whole')
  return status === 'altered' || (status === 'excerpt' && isWhole) ? 'not comparable' : status
}

function countMarks(measured: Measured, source: SealedAnswer, { text }: Carried): void {
  const shares = { opening: measured.opening, segment: measured.segments, closing: measured.closing }
  const left = marksOf(text, source.streamId)
  for (const mark of marksOf(source.text, source.streamId)) {
    if (mark.kind === 'unknown') continue
    const share = shares[mark.kind]
    share.of++
    if (left.some(({ kind, index }) => kind === mark.kind && index === mark.index)) share.kept++
  }
}

function marksOf(text: string, streamId: string): MarkFound[] {
  return inspect(text).marks.filter(mark => mark.streamId === streamId)
}

async function countSegments(
  measured: Measured,
  source: SealedAnswer,
  report: Report,
  profile: Profile,
): Promise<void> {
  const before = await verifyAsGateway(source.text, [source], profile)
  const of = before.seals[0]?.segments.length ?? 0
  const after = segmentsOf(report, source.streamId)
  const count = (share: Share, ...grades: string[]) => {
    share.of += of
    share.kept += after.filter(({ status }) => grades.includes(status)).length
  }
  count(measured.exact, 'intact')
  count(measured.skeleton, 'intact', 'reformatted')
  count(measured.notComparable, 'not-comparable')
  count(measured.altered, 'altered')
}

function segmentsOf(report: Report, streamId: string) {
  return report.seals.filter(seal => seal.streamId === streamId).flatMap(seal => seal.segments)
}

/** Cuts each segment out of what came through, from its beginning to the end of its mark, and verifies it alone. */
async function countExcerpts(
  measured: Measured,
  source: SealedAnswer,
  { text }: Carried,
  report: Report,
  { trust }: Profile,
): Promise<void> {
  const left = inspect(text).marks
  for (const { index } of marksOf(source.text, source.streamId).filter(({ kind }) => kind === 'segment')) {
    measured.excerpts.of++
    const mark = left.find(
      ({ kind, index: at, streamId }) => kind === 'segment' && at === index && streamId === source.streamId,
    )
    const segment = segmentsOf(report, source.streamId).find(({ index: at }) => at === index)
    if (mark === undefined || segment === undefined) continue
    const passage = text.slice(withMarks(segment.start, left), mark.end)
    const alone = await verify(passage, { trust })
    const found = segmentsOf(alone, source.streamId).find(({ index: at }) => at === index)
    if (found?.status === 'intact' || found?.status === 'reformatted') measured.excerpts.kept++
  }
}

/** An offset of the text without marks, in the text with them. */
function withMarks(offset: number, marks: readonly MarkFound[]): number {
  let at = offset
  for (const { start, end } of marks) {
    if (start >= at) break
    at += end - start
  }
  return at
}
