/** The text with its hidden characters shown as labelled chips. */
import type { JSX } from 'preact'
import { formatCount } from '../shared/format.ts'
import { type HiddenKind, hiddenCharacters, type Piece } from './hidden-characters.ts'

const words: Record<HiddenKind, string> = {
  opening: 'Seal: opening',
  segment: 'Seal: passage',
  closing: 'Seal: ending',
  unknown: 'Seal: newer version',
  selectors: 'Variation selectors',
  tags: 'Tag characters',
  'zero-width': 'Zero-width',
  direction: 'Text direction',
}

/** The text as it was given, hidden characters included. */
export function HiddenView({ text }: { text: string }): JSX.Element {
  const pieces = hiddenCharacters(text)
  const hidden = pieces.filter(piece => piece.kind !== 'text')
  return (
    <>
      <p class="hint">{summary(hidden)}</p>
      <div class="hidden-text">
        {pieces.map((piece, index) => (
          <PieceView key={index} piece={piece} />
        ))}
      </div>
    </>
  )
}

function PieceView({ piece }: { piece: Piece }): JSX.Element {
  if (piece.kind === 'text') return <>{piece.text}</>
  return (
    <span class={piece.isMark ? 'hidden-chip hidden-mark' : 'hidden-chip'}>
      {words[piece.kind]}
      {piece.number !== undefined && ` ${piece.number}`}{' '}
      <span class="hidden-count">{formatCount(piece.count)}</span>
    </span>
  )
}

function summary(hidden: Piece[]): string {
  const count = hidden.reduce((sum, piece) => sum + (piece.kind === 'text' ? 0 : piece.count), 0)
  if (count === 0) return 'There are no hidden characters in this text.'
  const places = hidden.length === 1 ? '1 place' : `${hidden.length} places`
  return `${formatCount(count)} hidden characters in ${places}; each chip says what they are and how many.`
}
