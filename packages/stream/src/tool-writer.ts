/** Turns a provider's fragments of one tool call into parts. */
import type { ModelPart, ProviderSignature } from './contract.ts'

/** One tool call that is being streamed. */
export interface ToolWriter {
  readonly id: string
  /** The input so far. */
  readonly input: string
  delta(fragment: string): void
  /** Ends the input and emits the call; `cut` says that the stream ended inside the input. Later calls do nothing. */
  end(options?: { cut?: boolean; input?: string; signature?: ProviderSignature | undefined }): void
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
      // After its end a call takes nothing more: it may have been run.
      if (fragment === '' || ended) return
      pieces.push(fragment)
      out({ type: 'tool-input-delta', id, delta: fragment })
    },
    end({ cut = false, input = pieces.join(''), signature } = {}) {
      if (ended) return
      ended = true
      const signed = signature === undefined ? {} : { signature }
      out({ type: 'tool-input-end', id })
      out({ type: 'tool-call', id, toolName, input, ...at, ...signed, ...(cut ? { incomplete: true } : {}) })
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
