/** Carries an answer from the playground to the verifier inside this browser tab: `sessionStorage`, never the network. */

/** A text on its way to the verifier, with the closing that stood beside it, if any. */
export interface Handoff {
  text: string
  detached?: string
}

const storageKey = 'streamseal.handoff'

/** Keeps the text for the verify page; false where storage is blocked or full. */
export function leaveHandoff(handoff: Handoff): boolean {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(handoff))
    return true
  } catch {
    return false
  }
}

/** Takes what the playground left, once. */
export function takeHandoff(): Handoff | undefined {
  try {
    const kept = sessionStorage.getItem(storageKey)
    sessionStorage.removeItem(storageKey)
    return kept === null ? undefined : readHandoff(JSON.parse(kept))
  } catch {
    return undefined
  }
}

function readHandoff(value: unknown): Handoff | undefined {
  if (typeof value !== 'object' || value === null || !('text' in value)) return undefined
  if (typeof value.text !== 'string') return undefined
  const detached = 'detached' in value && typeof value.detached === 'string' ? value.detached : undefined
  return detached === undefined ? { text: value.text } : { text: value.text, detached }
}
