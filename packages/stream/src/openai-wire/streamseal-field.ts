/** The seals of an answer as the `streamseal` field of OpenAI's shapes. */
import type { SealPart } from '../contract.ts'

/** The seal's other half, on the last chunk. */
export interface StreamsealField {
  stream_id: string
  detached?: string
  /** Every choice's, where several are sealed. */
  choices?: { index: number; stream_id: string; detached?: string }[]
}

/** The first choice's seal, and, where several were sealed, every choice's under its index; `undefined` where there is none. */
export function toStreamsealField(seals: readonly SealPart[]): StreamsealField | undefined {
  const fields = seals.map(({ streamId, detached, choice = 0 }) => ({
    index: choice,
    stream_id: streamId,
    ...(detached === undefined ? {} : { detached }),
  }))
  const [first] = fields
  if (first === undefined) return undefined
  const { index: _, ...field } = first
  return fields.length === 1 ? field : { ...field, choices: fields }
}
