/** Events of OpenAI's Responses API to parts. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { Decoder, DecoderContext } from '../bytes-to-parts.ts'
import type { FinishReason, ModelPart, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import { providerError } from '../http/provider-error.ts'
import type { SseEvent } from '../sse-parser.ts'
import { createToolWriter, isWholeJson, type ToolWriter } from '../tool-writer.ts'
import { type ResponsesUsage, usageOfResponses } from './usage.ts'

interface Item {
  id?: string
  type?: string
  call_id?: string
  name?: string
  arguments?: string
  input?: string
  action?: unknown
}

interface ResponseObject {
  id?: string
  model?: string
  usage?: ResponsesUsage | null
  incomplete_details?: { reason?: string } | null
  error?: unknown
}

interface ResponsesEvent {
  type?: string
  delta?: string
  text?: string
  refusal?: string
  arguments?: string
  input?: string
  item_id?: string
  output_index?: number
  content_index?: number
  summary_index?: number
  item?: Item
  response?: ResponseObject
  annotation?: { url?: string; title?: string; filename?: string }
  logprobs?: unknown[]
}

type Out = (part: ModelPart) => void

interface Call {
  writer: ToolWriter
  custom: boolean
}

/** Makes the machine for one stream. */
export function createResponsesDecoder(out: Out, context: DecoderContext): Decoder {
  return new ResponsesDecoder(out, context)
}

class ResponsesDecoder implements Decoder {
  readonly #out: Out
  readonly #context: DecoderContext
  readonly #writer: BlockWriter
  readonly #calls = new Map<string, Call>()
  /** Texts that came as deltas, so that their `done` event adds nothing. */
  readonly #spoken = new Set<string>()
  #hasCalls = false
  #started = false
  #done = false
  #ending: ResponsesEvent | undefined
  #usage: Usage | undefined
  #sources = 0

  constructor(out: Out, context: DecoderContext) {
    this.#out = out
    this.#context = context
    this.#writer = createBlockWriter(out)
  }

  get done(): boolean {
    return this.#done
  }

  /** The last event of a response; another response may follow on the same stream. */
  get ended(): boolean {
    return this.#ending !== undefined
  }

  event({ data }: SseEvent): void {
    if (data === '[DONE]') {
      this.#done = this.ended
      return
    }
    const event = JSON.parse(data) as ResponsesEvent
    const family = event.type ?? ''
    if (family.endsWith('.delta')) this.#takeDelta(family, event)
    else this.#takeEvent(family, event)
  }

  document(body: unknown): void {
    throw providerError(body, { ...this.#context, status: undefined })
  }

  finish(): void {
    this.#close()
    const rawReason = this.#ending?.response?.incomplete_details?.reason
    this.#out({
      type: 'finish',
      reason: reasonOf(this.#ending, this.#hasCalls),
      ...defined({ rawReason, usage: this.#usage }),
    })
  }

  cut(): void {
    this.#close()
  }

  #takeDelta(family: string, event: ResponsesEvent): void {
    const delta = typeof event.delta === 'string' ? event.delta : ''
    switch (family) {
      case 'response.output_text.delta':
        this.#spoken.add(keyOf(event))
        this.#writer.text(delta)
        if (event.logprobs?.length) this.#out({ type: 'logprobs', logprobs: event.logprobs })
        break
      case 'response.reasoning_text.delta':
      case 'response.reasoning_summary_text.delta':
        this.#spoken.add(keyOf(event))
        this.#writer.reasoning(delta)
        break
      case 'response.refusal.delta':
        if (delta !== '') this.#out({ type: 'refusal-delta', delta })
        break
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        this.#calls.get(itemKey(event))?.writer.delta(delta)
        break
      default:
    }
  }

  #takeEvent(family: string, event: ResponsesEvent): void {
    switch (family) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        this.#ending = undefined
        this.#start(event.response)
        break
      case 'response.output_item.added':
        this.#addItem(event)
        break
      case 'response.output_item.done':
        this.#endItem(event)
        break
      case 'response.output_text.done':
        this.#wholeText(event, text => this.#writer.text(text))
        break
      case 'response.reasoning_text.done':
      case 'response.reasoning_summary_text.done':
        this.#wholeText(event, text => this.#writer.reasoning(text))
        break
      case 'response.output_text.annotation.added':
        this.#cite(event.annotation)
        break
      case 'response.completed':
      case 'response.incomplete':
        this.#end(event)
        break
      case 'response.failed':
        throw providerError(event.response, { ...this.#context, status: undefined })
      case 'error':
        throw providerError(event, { ...this.#context, status: undefined })
      default:
    }
  }

  #start(response: ResponseObject | undefined): void {
    if (this.#started) return
    this.#started = true
    const { provider, model } = this.#context
    this.#out({
      type: 'start',
      provider,
      model: response?.model ?? model,
      ...defined({ responseId: response?.id }),
    })
  }

  #addItem(event: ResponsesEvent): void {
    const item = event.item ?? {}
    const custom = item.type === 'custom_tool_call'
    if (item.type !== 'function_call' && !custom) return
    this.#writer.close()
    this.#hasCalls = true
    const id = item.call_id ?? item.id ?? `call_${this.#calls.size}`
    const writer = createToolWriter(this.#out, { id, toolName: String(item.name) })
    this.#calls.set(itemKey(event), { writer, custom })
  }

  #endItem(event: ResponsesEvent): void {
    const item = event.item ?? {}
    // Some servers send a call whole, without its beginning.
    if (!this.#calls.has(itemKey(event))) this.#addItem(event)
    const call = this.#calls.get(itemKey(event))
    this.#calls.delete(itemKey(event))
    if (call !== undefined) endCall(call, item.arguments ?? item.input)
    else if (item.type?.endsWith('_call')) this.#providerTool(item)
  }

  #providerTool(item: Item): void {
    const toolName = (item.type ?? '').replace(/_call$/, '')
    this.#out({
      type: 'provider-tool',
      id: String(item.id),
      toolName,
      input: JSON.stringify(item.action ?? {}),
    })
  }

  #wholeText(event: ResponsesEvent, write: (text: string) => void): void {
    // Some servers send a short text whole, without deltas.
    if (!this.#spoken.has(keyOf(event)) && typeof event.text === 'string') write(event.text)
    this.#spoken.delete(keyOf(event))
    this.#writer.close()
  }

  #cite(annotation: ResponsesEvent['annotation']): void {
    if (annotation === undefined) return
    const { url, title, filename } = annotation
    this.#out({
      type: 'source',
      id: `source-${this.#sources++}`,
      ...defined({ url, title: title ?? filename }),
    })
  }

  #end(event: ResponsesEvent): void {
    this.#start(event.response)
    this.#ending = event
    const usage = event.response?.usage
    if (!usage) return
    this.#usage = usageOfResponses(usage)
    this.#out({ type: 'usage', usage: this.#usage })
  }

  #close(): void {
    this.#start(undefined)
    this.#writer.close()
    for (const { writer } of this.#calls.values()) writer.end({ cut: true })
    this.#calls.clear()
  }
}

function endCall({ writer, custom }: Call, whole: string | undefined): void {
  const input = writer.input === '' ? (whole ?? '') : writer.input
  if (custom) writer.end({ input })
  else writer.end({ input: input === '' ? '{}' : input, cut: !isWholeJson(input) })
}

const incompleteReasons: Record<string, FinishReason> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
}

function reasonOf(ending: ResponsesEvent | undefined, hasCalls: boolean): FinishReason {
  if (ending?.type !== 'response.incomplete') return hasCalls ? 'tool-calls' : 'stop'
  const raw = ending.response?.incomplete_details?.reason ?? ''
  return (Object.hasOwn(incompleteReasons, raw) ? incompleteReasons[raw] : undefined) ?? 'other'
}

function itemKey(event: ResponsesEvent): string {
  return event.item_id ?? event.item?.id ?? `#${event.output_index ?? 0}`
}

function keyOf(event: ResponsesEvent): string {
  return `${itemKey(event)}/${event.content_index ?? ''}/${event.summary_index ?? ''}`
}
