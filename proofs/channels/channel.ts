/** A channel: something that a text goes through on its way to a verifier, and what is promised of it. */

/** What a reader knows the handling as; the headings of docs/robustness.md. */
export type Group = 'chat' | 'mail' | 'content' | 'office' | 'characters' | 'passages' | 'edits'

/**
 * What must come out where the seal has the profile `full`; `promises.ts` says exactly what each allows:
 * - `intact`: every text as it was.
 * - `kept`: reformatted or better; nothing altered.
 * - `mostly kept`: the same of most segments; what the channel does change is altered.
 * - `part`: what is there of the sealed text verifies; nothing altered.
 * - `part or altered`: as `part`, but a passage that begins inside a segment may be altered.
 * - `seen`: no text passes for what it was.
 * - `lost`: no mark is left.
 */
export type Promised = 'intact' | 'kept' | 'mostly kept' | 'part' | 'part or altered' | 'seen' | 'lost'

/** A text that came out, and the numbers of the answers that are in it. */
export interface Carried {
  readonly text: string
  readonly from: readonly number[]
}

/** Something that texts go through. */
export interface Channel {
  readonly group: Group
  readonly name: string
  readonly promised: Promised
  /** Takes all answers at once, because some software is slow to start. An answer that does not suit is left out. */
  carry(texts: readonly string[]): Promise<Carried[]>
}

/** A channel that does the same to every text; `change` returns nothing where it cannot be done to this one. */
export function channel(
  group: Group,
  name: string,
  promised: Promised,
  change: (text: string) => string | undefined | Promise<string | undefined>,
): Channel {
  return { group, name, promised, carry: texts => carryEach(texts, change) }
}

/** Carries one text after the other. */
export async function carryEach(
  texts: readonly string[],
  change: (text: string) => string | undefined | Promise<string | undefined>,
): Promise<Carried[]> {
  const carried: Carried[] = []
  for (const [index, text] of texts.entries()) {
    const changed = await change(text)
    if (changed !== undefined) carried.push({ text: changed, from: [index] })
  }
  return carried
}
