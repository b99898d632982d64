/** A provider's chunk, whichever it is. */
import { readCompletion, readMessagesEvent } from './anthropic.ts'
import { readChoices } from './openai-choices.ts'
import { readResponsesEvent } from './openai-responses.ts'
import { type ChunkReading, isFields } from './reading.ts'

const readers = [readChoices, readResponsesEvent, readMessagesEvent, readCompletion] as const

/** The texts in a chunk, or `undefined` for an object of another kind, which holds none. */
export function readChunk(chunk: unknown): ChunkReading | undefined {
  if (!isFields(chunk)) return undefined
  for (const read of readers) {
    const reading = read(chunk)
    if (reading) return reading
  }
  return undefined
}
