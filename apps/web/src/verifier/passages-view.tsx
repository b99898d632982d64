/** The text, passage by passage: a colour, and beside it always the word for it. */
import type { Report } from '@streamseal/seal'
import type { JSX } from 'preact'
import { passageName, passageWords } from './passage-words.ts'
import { type Missing, missing, type Passage, passages } from './passages.ts'

/** The first changed passage can be linked to by this id. */
export const changedPassageId = 'changed-passage'

/** The passages in order, with what is missing between them. */
export function PassagesView({ report }: { report: Report }): JSX.Element {
  const list = passages(report)
  const gaps = missing(list)
  const firstChange = list.find(passage => passage.kind === 'altered')
  return (
    <ol class="passages">
      {list.flatMap((passage, index) => [
        ...gaps
          .filter(gap => gap.before === index)
          .map(gap => <MissingRow key={`gap-${gap.first}`} gap={gap} />),
        <PassageRow
          key={`${passage.start}-${passage.kind}`}
          passage={passage}
          text={report.text}
          id={passage === firstChange ? changedPassageId : undefined}
        />,
      ])}
    </ol>
  )
}

interface PassageRowProps {
  passage: Passage
  text: string
  id: string | undefined
}

function PassageRow({ passage, text, id }: PassageRowProps): JSX.Element {
  const { label, meaning, tone } = passageWords[passage.kind]
  const name = passageName(passage)
  return (
    <li id={id} class={`passage tone-${tone}`} data-kind={passage.kind}>
      <p class="passage-label">
        <strong>{label}</strong>
        {name !== undefined && <span>{name}</span>}
        <span class="passage-meaning">{meaning}</span>
      </p>
      <div class="passage-text">{text.slice(passage.start, passage.end).trim()}</div>
    </li>
  )
}

function MissingRow({ gap }: { gap: Missing }): JSX.Element {
  return (
    <li class="passage passage-missing tone-warn" data-kind="missing">
      <p class="passage-label">
        <strong>Missing</strong>
        <span>{passageName(gap)}</span>
        <span class="passage-meaning">issued, and not in this text</span>
      </p>
    </li>
  )
}
