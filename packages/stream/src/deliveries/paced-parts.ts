/** Parts for a reader who may be slower than the model: held back, merged, or given up. */
import type { Part } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import type { PaceOptions } from './delivery-options.ts'

/** Reads as the policy says; `onTooSlow` is told when what waits has passed the bound, and reading then fails with `LIMIT_EXCEEDED`. */
export function pacedParts(
  parts: AsyncIterator<Part>,
  { whenSlow = 'pause', maxWaitingChars = 1024 * 1024 }: PaceOptions,
  onTooSlow: (error: StreamError) => void,
): AsyncIterator<Part> {
  if (whenSlow === 'pause') return parts
  return new EagerParts(parts, { merges: whenSlow === 'snapshot', maxWaitingChars, onTooSlow })
}

interface EagerOptions {
  merges: boolean
  maxWaitingChars: number
  onTooSlow(error: StreamError): void
}

/** How much a part counts beside its text. */
const partOverheadChars = 100

class EagerParts implements AsyncIterator<Part> {
  readonly #parts: AsyncIterator<Part>
  readonly #options: EagerOptions
  #waiting: Part[] = []
  #size = 0
  #end: { error?: unknown } | undefined
  #wake: (() => void) | undefined

  constructor(parts: AsyncIterator<Part>, options: EagerOptions) {
    this.#parts = parts
    this.#options = options
    void this.#pump()
  }

  async next(): Promise<IteratorResult<Part, undefined>> {
    for (;;) {
      const value = this.#waiting.shift()
      if (value !== undefined) {
        this.#size -= sizeOf(value)
        return { done: false, value }
      }
      if (this.#end !== undefined) {
        if ('error' in this.#end) throw this.#end.error
        return { done: true, value: undefined }
      }
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  async return(): Promise<IteratorResult<Part, undefined>> {
    this.#stop({})
    this.#waiting = []
    return { done: true, value: undefined }
  }

  async #pump(): Promise<void> {
    try {
      while (this.#end === undefined) {
        const { done, value } = await this.#parts.next()
        if (this.#end !== undefined) return
        if (done) this.#end = {}
        else this.#keep(value)
        this.#changed()
      }
    } catch (error) {
      this.#stop({ error })
    }
  }

  #keep(part: Part): void {
    const last = this.#waiting.at(-1)
    const one = this.#options.merges && last !== undefined ? merged(last, part) : undefined
    if (one === undefined) this.#waiting.push(part)
    else this.#waiting[this.#waiting.length - 1] = one
    this.#size += one === undefined || !('delta' in part) ? sizeOf(part) : part.delta.length
    // One long part that has just come says nothing about its reader.
    const isBehind = one !== undefined || this.#waiting.length > 1
    if (isBehind && this.#size > this.#options.maxWaitingChars) this.#giveUp()
  }

  #giveUp(): void {
    const { maxWaitingChars } = this.#options
    const error = new StreamError(
      `Cannot deliver: more than ${maxWaitingChars} characters wait for a slow reader`,
      {
        code: 'LIMIT_EXCEEDED',
      },
    )
    this.#waiting = []
    this.#stop({ error })
    this.#options.onTooSlow(error)
  }

  #stop(end: { error?: unknown }): void {
    this.#end ??= end
    this.#changed()
    this.#parts.return?.().then(undefined, () => undefined)
  }

  #changed(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}

/** Two deltas of one block as one, with the later cursor. Parts are everybody's, so it is new. */
function merged(last: Part, part: Part): Part | undefined {
  if (!('delta' in part && 'delta' in last && 'id' in part && 'id' in last)) return undefined
  if (part.type !== last.type || part.id !== last.id) return undefined
  return { ...part, delta: last.delta + part.delta }
}

function sizeOf(part: Part): number {
  return partOverheadChars + ('delta' in part ? part.delta.length : 0)
}
