/** Puts the fragments of streamed tool calls together: by id, then by index, then by order. */
import type { ModelPart } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { createToolWriter, isWholeJson, type ToolWriter } from '../tool-writer.ts'

/** A fragment as it comes on the wire. */
export interface ToolFragment {
  index?: number | null
  id?: string | null
  type?: string | null
  function?: { name?: string | null; arguments?: string | object | null } | null
  custom?: { name?: string | null; input?: string | null } | null
}

/** The calls of one choice. */
export interface ToolCalls {
  readonly size: number
  take(fragment: ToolFragment): void
  /** Ends every call; an input that is not whole is marked. */
  end(cut?: boolean): void
}

interface Call {
  writer: ToolWriter
  custom: boolean
}

/** Collects calls and writes their parts to `out`. */
export function createToolCalls(out: (part: ModelPart) => void, choice: number): ToolCalls {
  const calls: Call[] = []
  const byId = new Map<string, Call>()
  const byIndex = new Map<number, Call>()
  let ended = false

  function take(fragment: ToolFragment): void {
    const call = find(fragment) ?? open(fragment)
    if (typeof fragment.index === 'number') byIndex.set(fragment.index, call)
    call.writer.delta(inputOf(fragment))
  }

  // Ollama, SGLang and Gemini's imitation send every call with index 0 or none: a new id, or a new name after whole input, is a new call.
  function find(fragment: ToolFragment): Call | undefined {
    if (fragment.id) return byId.get(fragment.id) ?? (nameOf(fragment) ? undefined : atIndex(fragment))
    const call = atIndex(fragment)
    const beginsAnother =
      call !== undefined &&
      nameOf(fragment) !== '' &&
      call.writer.input !== '' &&
      isWholeJson(call.writer.input)
    return beginsAnother ? undefined : call
  }

  function atIndex(fragment: ToolFragment): Call | undefined {
    return typeof fragment.index === 'number' ? byIndex.get(fragment.index) : calls.at(-1)
  }

  function open(fragment: ToolFragment): Call {
    const toolName = nameOf(fragment)
    if (toolName === '') {
      throw new StreamError('Cannot read a tool call: its first fragment has no name', {
        code: 'PROVIDER_PROTOCOL',
      })
    }
    const id = fragment.id || `call_${choice}_${calls.length}`
    const writer = createToolWriter(out, { id, toolName, choice })
    const call = { writer, custom: fragment.custom !== undefined && fragment.custom !== null }
    calls.push(call)
    byId.set(id, call)
    return call
  }

  function end(cut = false): void {
    if (ended && !cut) return
    ended = true
    for (const { writer, custom } of calls) writer.end(endOf(writer.input, custom, cut))
  }

  return {
    get size() {
      return calls.length
    },
    take,
    end,
  }
}

function endOf(input: string, custom: boolean, cut: boolean): { cut: boolean; input: string } {
  if (custom) return { cut, input }
  return { cut: cut || !isWholeJson(input), input: input === '' && !cut ? '{}' : input }
}

function nameOf(fragment: ToolFragment): string {
  return fragment.function?.name || fragment.custom?.name || ''
}

function inputOf(fragment: ToolFragment): string {
  const input = fragment.function?.arguments ?? fragment.custom?.input ?? ''
  return typeof input === 'string' ? input : JSON.stringify(input)
}
