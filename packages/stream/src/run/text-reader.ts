/** Reads the words alone out of a run's parts. */
import type { Part } from '../contract.ts'
import { createFirstChoice } from '../first-choice.ts'
import { StreamError } from '../stream-error.ts'

type Failure = () => StreamError | undefined

/** The first choice's text deltas; throws the error that the run ended with, or that voided what was read. */
export async function* textDeltas(
  parts: AsyncIterableIterator<Part>,
  failure: Failure,
): AsyncGenerator<string, undefined> {
  for await (const piece of pieces(parts, failure)) {
    if (typeof piece !== 'string') throw new StreamError(piece.message, piece)
    yield piece
  }
}

/** The text so far, after each delta; begins anew where what came before is void. */
export async function* cumulativeText(
  parts: AsyncIterableIterator<Part>,
  failure: Failure,
): AsyncGenerator<string, undefined> {
  let text = ''
  for await (const piece of pieces(parts, failure)) {
    text = typeof piece === 'string' ? text + piece : ''
    yield text
  }
}

type Restart = Extract<Part, { type: 'restart' }>

async function* pieces(
  parts: AsyncIterableIterator<Part>,
  failure: Failure,
): AsyncGenerator<string | Restart, undefined> {
  const isFirst = createFirstChoice()
  for await (const part of parts) {
    if (!isFirst(part)) continue
    if (part.type === 'text-delta') yield part.delta
    if (part.type === 'restart') yield part
  }
  const error = failure()
  if (error !== undefined) throw error
}
