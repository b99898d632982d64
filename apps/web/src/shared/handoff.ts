/** Carries an answer from the playground to the verifier inside this browser tab: `sessionStorage`, never the network. */
import { keep, readKept } from './kept.ts'
import { parseJson } from './parse-json.ts'

/** A text on its way to the verifier, with the closing that stood beside it, if any. */
export interface Handoff {
  text: string
  detached?: string
}

const storageKey = 'streamseal.handoff'

/** Keeps the text for the verify page; false where storage is blocked or full. */
export function leaveHandoff(handoff: Handoff): boolean {
  return keep('sessionStorage', storageKey, JSON.stringify(handoff))
}

/** Takes what the playground left, once. */
export function takeHandoff(): Handoff | undefined {
  const kept = readKept('sessionStorage', storageKey)
  keep('sessionStorage', storageKey, undefined)
  return kept === undefined ? undefined : readHandoff(parseJson(kept))
}

function readHandoff(value: unknown): Handoff | undefined {
  if (typeof value !== 'object' || value === null || !('text' in value)) return undefined
  if (typeof value.text !== 'string') return undefined
  const detached = 'detached' in value && typeof value.detached === 'string' ? value.detached : undefined
  return detached === undefined ? { text: value.text } : { text: value.text, detached }
}
