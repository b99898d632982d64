/** Turns a provider's deltas into blocks of parts: opens a block at its first delta, closes it when another kind begins. */
import type { ModelPart } from './contract.ts'

type Kind = 'text' | 'reasoning'

/** One choice's blocks. */
export interface BlockWriter {
  text(delta: string): void
  reasoning(delta: string): void
  /** Ends the open block, if any. */
  close(): void
}

/** Writes to `out`; ids are `text-0`, `reasoning-1`, … and unique in a stream, with the choice before them beyond the first. */
export function createBlockWriter(out: (part: ModelPart) => void, choice = 0): BlockWriter {
  let open: Kind | undefined
  let id = ''
  let count = 0

  function write(kind: Kind, delta: string): void {
    if (delta === '') return
    if (open !== kind) {
      close()
      open = kind
      id = `${choice === 0 ? '' : `${choice}-`}${kind}-${count++}`
      if (kind === 'reasoning') out({ type: 'reasoning-start', id })
      else out(choice === 0 ? { type: 'text-start', id } : { type: 'text-start', id, choice })
    }
    out({ type: `${kind}-delta`, id, delta })
  }

  function close(): void {
    if (open !== undefined) out({ type: `${open}-end`, id })
    open = undefined
  }

  return { text: delta => write('text', delta), reasoning: delta => write('reasoning', delta), close }
}
