/** A seal as other people's protocols carry it, under a name of their own. */
import type { SealPart } from '../contract.ts'
import { defined } from '../defined.ts'

/** The seal's other half: its stream id, and the closing that could not stand in the text. */
export interface StreamsealField {
  stream_id: string
  detached?: string
}

/** The field for one seal. */
export function toStreamsealField({ streamId, detached }: SealPart): StreamsealField {
  return { stream_id: streamId, ...defined({ detached }) }
}
