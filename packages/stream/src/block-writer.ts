/** Turns a provider's deltas into blocks of parts: opens a block at its first delta, closes it when another kind begins. */
import type { ModelPart, ProviderSignature } from './contract.ts'

type Kind = 'text' | 'reasoning'

/** One choice's blocks. */
export interface BlockWriter {
  text(delta: string): void
  reasoning(delta: string): void
  /** Ends the open block, if any. */
  close(): void
  /** Ends the reasoning that is open, or an empty one, with what its provider signed it with. */
  closeSigned(signature: ProviderSignature): void
}

/** Writes to `out`; ids are `text-0`, `reasoning-1`, … and unique in a stream, with the choice before them beyond the first. */
export function createBlockWriter(out: (part: ModelPart) => void, choice = 0): BlockWriter {
  let open: Kind | undefined
  let id = ''
  let count = 0

  function write(kind: Kind, delta: string): void {
    if (delta === '') return
    if (open !== kind) begin(kind)
    out({ type: `${kind}-delta`, id, delta })
  }

  function begin(kind: Kind): void {
    close()
    open = kind
    id = `${choice === 0 ? '' : `${choice}-`}${kind}-${count++}`
    if (kind === 'reasoning') out({ type: 'reasoning-start', id })
    else out(choice === 0 ? { type: 'text-start', id } : { type: 'text-start', id, choice })
  }

  function close(): void {
    if (open !== undefined) out({ type: `${open}-end`, id })
    open = undefined
  }

  function closeSigned(signature: ProviderSignature): void {
    if (open !== 'reasoning') begin('reasoning')
    open = undefined
    out({ type: 'reasoning-end', id, signature })
  }

  return {
    text: delta => write('text', delta),
    reasoning: delta => write('reasoning', delta),
    close,
    closeSigned,
  }
}
