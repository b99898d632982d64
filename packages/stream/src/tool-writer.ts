/** Turns a provider's fragments of one tool call into parts. */
import type { ModelPart } from './contract.ts'

/** One tool call that is being streamed. */
export interface ToolWriter {
  readonly id: string
  /** The input so far. */
  readonly input: string
  delta(fragment: string): void
  /** Ends the input and emits the call; `cut` says that the stream ended inside the input. Later calls do nothing. */
  end(options?: { cut?: boolean; input?: string }): void
}

/** Opens a tool call on `out`. */
export function createToolWriter(
  out: (part: ModelPart) => void,
  { id, toolName, choice = 0 }: { id: string; toolName: string; choice?: number },
): ToolWriter {
  const at = choice === 0 ? {} : { choice }
  const pieces: string[] = []
  let ended = false
  out({ type: 'tool-input-start', id, toolName, ...at })
  return {
    id,
    get input() {
      return pieces.join('')
    },
    delta(fragment) {
      if (fragment === '') return
      pieces.push(fragment)
      out({ type: 'tool-input-delta', id, delta: fragment })
    },
    end({ cut = false, input = pieces.join('') } = {}) {
      if (ended) return
      ended = true
      out({ type: 'tool-input-end', id })
      out({ type: 'tool-call', id, toolName, input, ...at, ...(cut ? { incomplete: true } : {}) })
    },
  }
}

/** Whether a function tool's input is whole; an empty input stands for a call without arguments. */
export function isWholeJson(input: string): boolean {
  if (input === '') return true
  try {
    JSON.parse(input)
    return true
  } catch {
    return false
  }
}
