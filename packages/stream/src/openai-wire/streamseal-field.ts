/** The seals of an answer as the `streamseal` field of OpenAI's shapes. */
import type { SealPart } from '../contract.ts'
import { type StreamsealField as OneSeal, toStreamsealField } from '../deliveries/streamseal-field.ts'

/** The seal's other half, on the last chunk. */
export interface StreamsealField extends OneSeal {
  /** Every choice's, where several are sealed. */
  choices?: (OneSeal & { index: number })[]
}

/** The first choice's seal, and, where several were sealed, every choice's under its index; `undefined` where there is none. */
export function toStreamsealFields(seals: readonly SealPart[]): StreamsealField | undefined {
  const [first] = seals
  if (first === undefined) return undefined
  const field = toStreamsealField(first)
  if (seals.length === 1) return field
  return { ...field, choices: seals.map(seal => ({ index: seal.choice ?? 0, ...toStreamsealField(seal) })) }
}
