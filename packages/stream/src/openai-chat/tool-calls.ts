/** Puts the fragments of streamed tool calls together: by id, then by index, then by order. */
import type { ModelPart, ProviderSignature } from '../contract.ts'
import { type ExtraContent, fromExtraContent } from '../extra-content.ts'
import { StreamError } from '../stream-error.ts'
import { createToolWriter, isWholeJson, type ToolWriter } from '../tool-writer.ts'

/** A fragment as it comes on the wire. */
export interface ToolFragment {
  index?: number | null
  id?: string | null
  type?: string | null
  function?: { name?: string | null; arguments?: string | object | null } | null
  custom?: { name?: string | null; input?: string | null } | null
  /** Google's imitation of the API: what the call must be sent back with. */
  extra_content?: ExtraContent | null
}

/** The calls of one choice. */
export interface ToolCalls {
  readonly size: number
  take(fragment: ToolFragment): void
  /** The provider has named a finish reason: ends the calls whose input is whole. */
  settle(): void
  /** Ends every call; an input that is not whole is marked. */
  end(cut: boolean): void
}

interface Call {
  writer: ToolWriter
  custom: boolean
  signature: ProviderSignature | undefined
  index: number | undefined
}

/** A call whose name is still to come. */
interface Nameless {
  id: string | undefined
  input: string
}

/** Collects calls and writes their parts to `out`. */
export function createToolCalls(out: (part: ModelPart) => void, choice: number): ToolCalls {
  return new ChoiceToolCalls(out, choice)
}

class ChoiceToolCalls implements ToolCalls {
  readonly #out: (part: ModelPart) => void
  readonly #choice: number
  readonly #calls: Call[] = []
  readonly #byId = new Map<string, Call>()
  readonly #byIndex = new Map<number, Call>()
  readonly #nameless = new Map<number, Nameless>()

  constructor(out: (part: ModelPart) => void, choice: number) {
    this.#out = out
    this.#choice = choice
  }

  get size(): number {
    return this.#calls.length
  }

  take(fragment: ToolFragment): void {
    const call = this.#find(fragment) ?? this.#open(fragment)
    if (call === undefined) return
    if (typeof fragment.index === 'number') this.#byIndex.set(fragment.index, call)
    call.signature ??= fromExtraContent(fragment.extra_content)
    call.writer.delta(inputOf(fragment))
  }

  settle(): void {
    for (const { writer, custom, signature } of this.#calls)
      if (!custom && writer.input !== '' && isWholeJson(writer.input)) writer.end({ signature })
  }

  end(cut: boolean): void {
    for (const { writer, custom, signature } of this.#calls)
      writer.end({ ...endOf(writer.input, custom, cut), signature })
    if (this.#nameless.size === 0 || cut) return
    throw new StreamError('Cannot read a tool call: no fragment names its tool', {
      code: 'PROVIDER_PROTOCOL',
    })
  }

  // Ollama, SGLang and Gemini's imitation send every call with index 0 or none: a new id, or a new name after whole input, is a new call.
  #find(fragment: ToolFragment): Call | undefined {
    if (fragment.id) return this.#withId(fragment.id, fragment)
    const call = this.#atIndex(fragment)
    const beginsAnother =
      call !== undefined &&
      nameOf(fragment) !== '' &&
      call.writer.input !== '' &&
      isWholeJson(call.writer.input)
    return beginsAnother ? undefined : call
  }

  #withId(id: string, fragment: ToolFragment): Call | undefined {
    const call = this.#byId.get(id)
    const named = nameOf(fragment) !== ''
    if (call === undefined) return named ? undefined : this.#atIndex(fragment)
    // The same id at another place, with a name of its own, is another call.
    const elsewhere = typeof fragment.index === 'number' && fragment.index !== call.index
    return elsewhere && named ? this.#byIndex.get(fragment.index ?? 0) : call
  }

  #atIndex(fragment: ToolFragment): Call | undefined {
    return typeof fragment.index === 'number' ? this.#byIndex.get(fragment.index) : this.#calls.at(-1)
  }

  #open(fragment: ToolFragment): Call | undefined {
    const toolName = nameOf(fragment)
    const place = fragment.index ?? this.#calls.length
    const before = this.#nameless.get(place)
    if (toolName === '') {
      const input = (before?.input ?? '') + inputOf(fragment)
      this.#nameless.set(place, { id: before?.id ?? (fragment.id || undefined), input })
      return undefined
    }
    this.#nameless.delete(place)
    const id = this.#unusedId(fragment.id || before?.id)
    const writer = createToolWriter(this.#out, { id, toolName, choice: this.#choice })
    const custom = fragment.custom !== undefined && fragment.custom !== null
    const call = { writer, custom, index: fragment.index ?? undefined, signature: undefined }
    this.#calls.push(call)
    this.#byId.set(id, call)
    writer.delta(before?.input ?? '')
    return call
  }

  #unusedId(given: string | undefined): string {
    const count = this.#calls.length
    if (given === undefined) return `call_${this.#choice}_${count}`
    return this.#byId.has(given) ? `${given}_${count}` : given
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
