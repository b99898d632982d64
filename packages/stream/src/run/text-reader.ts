/** Reads the words alone out of a run's parts. */
import type { Part } from '../contract.ts'
import type { StreamError } from '../stream-error.ts'

/** The first choice's text deltas; throws the error that the run ended with. */
export async function* textDeltas(
  parts: AsyncIterableIterator<Part>,
  failure: () => StreamError | undefined,
): AsyncGenerator<string, undefined> {
  const others = new Set<string>()
  for await (const part of parts) {
    if (part.type === 'text-start' && part.choice !== undefined) others.add(part.id)
    if (part.type === 'text-delta' && !others.has(part.id)) yield part.delta
  }
  const error = failure()
  if (error !== undefined) throw error
}

/** The text so far, after each delta. */
export async function* cumulative(deltas: AsyncIterable<string>): AsyncGenerator<string, undefined> {
  let text = ''
  for await (const delta of deltas) {
    text += delta
    yield text
  }
}
