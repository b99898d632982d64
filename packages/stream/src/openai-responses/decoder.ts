/** Events of OpenAI's Responses API to parts. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { Decoder, DecoderContext } from '../bytes-to-parts.ts'
import type { FinishReason, ModelPart, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import { providerError } from '../http/provider-error.ts'
import type { SseEvent } from '../sse-parser.ts'
import type { StreamError } from '../stream-error.ts'
import { createToolWriter, isWholeJson, type ToolWriter } from '../tool-writer.ts'
import {
  type Annotation,
  type CallKind,
  callKind,
  type Item,
  type ItemContent,
  inputOf,
  itemKeys,
  type Place,
  textKey,
  toolNameOf,
} from './items.ts'
import { type ResponsesUsage, usageOfResponses } from './usage.ts'

interface ResponseObject {
  id?: string
  object?: string
  status?: string
  model?: string
  output?: Item[] | null
  usage?: ResponsesUsage | null
  incomplete_details?: { reason?: string } | null
  error?: unknown
}

interface ResponsesEvent extends Place {
  type?: string
  delta?: string
  text?: string
  refusal?: string
  arguments?: string
  /** Of a custom tool's call. */
  input?: string
  response?: ResponseObject
  annotation?: Annotation
  logprobs?: unknown[]
}

type Out = (part: ModelPart) => void

interface Call {
  writer: ToolWriter
  kind: CallKind
  /** The provider has said that the input is whole, though not that the item is done. */
  isWhole?: true
}

/** Makes the machine for one stream. */
export function createResponsesDecoder(out: Out, context: DecoderContext): Decoder {
  return new ResponsesDecoder(out, context)
}

class ResponsesDecoder implements Decoder {
  readonly #out: Out
  readonly #context: DecoderContext
  readonly #writer: BlockWriter
  /** Calls that are open, each under every name of its item. */
  readonly #calls = new Map<string, Call>()
  /** Texts that have been said, so that what repeats them whole adds nothing. */
  readonly #said = new Set<string>()
  /** Whether the response has been silent so far: its last event may hold all of it. */
  #silent = true
  #callCount = 0
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

  event({ event: name, data }: SseEvent): void {
    if (data === '[DONE]') {
      this.#done = this.ended
      return
    }
    const event = JSON.parse(data) as ResponsesEvent
    const family = event.type ?? name
    if (family.endsWith('.delta')) this.#takeDelta(family, event)
    else this.#takeEvent(family, event)
  }

  /** A proxy may answer with the response whole, or with status 200 and an error. */
  document(body: unknown): void {
    const response = body as ResponseObject
    if (response?.object !== 'response' || response.error) throw this.#failure(body)
    this.#end({ type: `response.${response.status ?? 'completed'}`, response })
    this.#done = true
  }

  finish(): void {
    this.#close()
    const rawReason = this.#ending?.response?.incomplete_details?.reason
    this.#out({
      type: 'finish',
      reason: reasonOf(this.#ending, this.#callCount > 0),
      ...defined({ rawReason, usage: this.#usage }),
    })
  }

  cut(): void {
    this.#close()
  }

  #takeDelta(family: string, event: ResponsesEvent): void {
    const delta = typeof event.delta === 'string' ? event.delta : ''
    this.#silent = false
    switch (family) {
      case 'response.output_text.delta':
        this.#said.add(textKey(event, 'content'))
        this.#writer.text(delta)
        if (event.logprobs?.length) this.#out({ type: 'logprobs', logprobs: event.logprobs })
        break
      case 'response.reasoning_text.delta':
        this.#said.add(textKey(event, 'content'))
        this.#writer.reasoning(delta)
        break
      case 'response.reasoning_summary_text.delta':
        this.#said.add(textKey(event, 'summary'))
        this.#writer.reasoning(delta)
        break
      case 'response.refusal.delta':
        this.#said.add(textKey(event, 'content'))
        this.#refuse(delta)
        break
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        this.#callAt(event)?.writer.delta(delta)
        break
      default:
    }
  }

  #takeEvent(family: string, event: ResponsesEvent): void {
    switch (family) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        this.#begin(event)
        break
      case 'response.output_item.added':
        this.#addItem(event)
        break
      case 'response.output_item.done':
        this.#endItem(event)
        break
      case 'response.function_call_arguments.done':
      case 'response.custom_tool_call_input.done':
        this.#takeWholeInput(event)
        break
      case 'response.output_text.done':
      case 'response.reasoning_text.done':
      case 'response.reasoning_summary_text.done':
        this.#sayWhole(family, event)
        break
      case 'response.refusal.done':
        if (this.#isNew(textKey(event, 'content'))) this.#refuse(event.refusal)
        break
      case 'response.output_text.annotation.added':
        this.#cite(event.annotation)
        break
      case 'response.completed':
      case 'response.incomplete':
      case 'response.cancelled':
        this.#end(event)
        break
      case 'response.failed':
        this.#takeUsage(event.response?.usage)
        throw this.#failure(event.response)
      case 'error':
        throw this.#failure(event)
      default:
    }
  }

  #begin({ response }: ResponsesEvent): void {
    if (this.ended) this.#said.clear()
    if (this.ended) this.#silent = true
    this.#ending = undefined
    this.#start(response)
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
    this.#silent = false
    const kind = callKind(event.item ?? {})
    if (kind === 'function' || kind === 'custom') this.#openCall(event, kind)
  }

  #openCall(event: ResponsesEvent, kind: CallKind): Call {
    const item = event.item ?? {}
    this.#writer.close()
    const id = item.call_id ?? item.id ?? `call_${this.#callCount}`
    this.#callCount++
    const call: Call = { kind, writer: createToolWriter(this.#out, { id, toolName: toolNameOf(item) }) }
    for (const key of itemKeys(event)) this.#calls.set(key, call)
    return call
  }

  #callAt(event: ResponsesEvent): Call | undefined {
    for (const key of itemKeys(event)) {
      const call = this.#calls.get(key)
      if (call !== undefined) return call
    }
    return undefined
  }

  #endItem(event: ResponsesEvent): void {
    this.#silent = false
    const item = event.item ?? {}
    const kind = callKind(item)
    if (item.type === 'message') this.#endMessage(event, item.content ?? [])
    else if (item.type === 'reasoning') this.#endReasoning(event, item)
    else if (kind !== undefined) this.#endCall(event, kind)
    else if (item.type?.endsWith('_call')) this.#providerTool(item)
  }

  // Some servers send a call whole, without its beginning.
  #endCall(event: ResponsesEvent, kind: CallKind): void {
    const call = this.#callAt(event) ?? this.#openCall(event, kind)
    for (const [key, open] of this.#calls) if (open === call) this.#calls.delete(key)
    endCall(call, inputOf(event.item ?? {}, kind))
  }

  // Some servers send a call's input whole, without deltas.
  #takeWholeInput(event: ResponsesEvent): void {
    const whole = event.arguments ?? event.input
    const call = this.#callAt(event)
    if (call === undefined || typeof whole !== 'string') return
    if (call.writer.input === '') call.writer.delta(whole)
    call.isWhole = true
  }

  // Some servers send a message whole, without its texts.
  #endMessage(event: ResponsesEvent, content: ItemContent[]): void {
    for (const [content_index, { text, refusal, annotations }] of content.entries()) {
      if (!this.#isNew(textKey({ ...event, content_index }, 'content'))) continue
      this.#writer.text(text ?? '')
      this.#refuse(refusal)
      for (const annotation of annotations ?? []) this.#cite(annotation)
    }
    this.#writer.close()
  }

  #endReasoning(event: ResponsesEvent, { summary, content }: Item): void {
    for (const [summary_index, { text }] of (summary ?? []).entries())
      if (this.#isNew(textKey({ ...event, summary_index }, 'summary'))) this.#writer.reasoning(text ?? '')
    for (const [content_index, { text }] of (content ?? []).entries())
      if (this.#isNew(textKey({ ...event, content_index }, 'content'))) this.#writer.reasoning(text ?? '')
    this.#writer.close()
  }

  #providerTool(item: Item): void {
    const input = inputOf(item, undefined) ?? '{}'
    this.#out({ type: 'provider-tool', id: String(item.id), toolName: toolNameOf(item), input })
  }

  // Some servers send a short text whole, without deltas.
  #sayWhole(family: string, event: ResponsesEvent): void {
    this.#silent = false
    const isText = family === 'response.output_text.done'
    const kind = family === 'response.reasoning_summary_text.done' ? 'summary' : 'content'
    if (this.#isNew(textKey(event, kind)) && typeof event.text === 'string') {
      if (isText) this.#writer.text(event.text)
      else this.#writer.reasoning(event.text)
    }
    this.#writer.close()
  }

  /** Whether a text has not been said yet; from now on it has. */
  #isNew(key: string): boolean {
    const isNew = !this.#said.has(key)
    this.#said.add(key)
    return isNew
  }

  #refuse(delta = ''): void {
    if (delta !== '') this.#out({ type: 'refusal-delta', delta })
  }

  #cite(annotation: Annotation | undefined): void {
    if (annotation === undefined) return
    const { url, title, filename } = annotation
    const source = defined({ url, title: title ?? filename })
    this.#out({ type: 'source', id: `source-${this.#sources++}`, ...source })
  }

  #end(event: ResponsesEvent): void {
    this.#start(event.response)
    const output = this.#silent ? (event.response?.output ?? []) : []
    for (const [output_index, item] of output.entries()) this.#endItem({ output_index, item })
    this.#ending = event
    this.#takeUsage(event.response?.usage)
  }

  #takeUsage(usage: ResponsesUsage | null | undefined): void {
    if (!usage) return
    this.#usage = usageOfResponses(usage)
    this.#out({ type: 'usage', usage: this.#usage })
  }

  #failure(said: unknown): StreamError {
    const { provider, requestId } = this.#context
    return providerError(said, { provider, requestId })
  }

  #close(): void {
    this.#start(undefined)
    this.#writer.close()
    for (const call of this.#calls.values()) {
      if (call.isWhole) endCall(call, undefined)
      else call.writer.end({ cut: true })
    }
    this.#calls.clear()
  }
}

function endCall({ writer, kind }: Call, whole: string | undefined): void {
  const input = writer.input === '' ? (whole ?? '') : writer.input
  if (kind === 'custom') writer.end({ input })
  else writer.end({ input: input === '' ? '{}' : input, cut: !isWholeJson(input) })
}

const incompleteReasons: Record<string, FinishReason> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
}

function reasonOf(ending: ResponsesEvent | undefined, hasCalls: boolean): FinishReason {
  if (ending?.type === 'response.cancelled') return 'aborted'
  if (ending?.type !== 'response.incomplete') return hasCalls ? 'tool-calls' : 'stop'
  const raw = ending.response?.incomplete_details?.reason ?? ''
  return (Object.hasOwn(incompleteReasons, raw) ? incompleteReasons[raw] : undefined) ?? 'other'
}
