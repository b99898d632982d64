/** The `streamseal` field of an OpenAI answer: the seal's other half, beside the text. */
import type { AnswerSeal, Closing, StreamsealField } from './answer-seal.ts'

/** The field of an answer with several choices: the first choice's seal, and every choice's under its index. */
export interface StreamsealFields extends StreamsealField {
  readonly choices?: readonly (StreamsealField & { readonly index: number })[]
}

/** The field for these seals, or `undefined` where there are none. */
export function streamsealField(
  seals: readonly AnswerSeal[],
  closings: ReadonlyMap<number, Closing>,
): StreamsealFields | undefined {
  const fields = seals.map((seal, index) => toField(seal.streamId, closings.get(index)))
  const [first] = fields
  if (first === undefined || fields.length === 1) return first
  return { ...first, choices: fields.map((field, index) => ({ index, ...field })) }
}

function toField(streamId: string, closing: Closing | undefined): StreamsealField {
  return {
    stream_id: streamId,
    ...(closing?.detached === undefined ? {} : { detached: closing.detached }),
  }
}
