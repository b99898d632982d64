/** Anthropic's message stream to parts. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { Decoder } from '../bytes-to-parts.ts'
import type { ModelPart } from '../contract.ts'
import { providerError } from '../http/provider-error.ts'
import type { SseEvent } from '../sse-parser.ts'
import { StreamError } from '../stream-error.ts'
import { createToolWriter, isWholeJson, type ToolWriter } from '../tool-writer.ts'
import { anthropicFinishReason } from './finish-reasons.ts'
import { type AnthropicUsage, mergeAnthropicUsage, usageOfAnthropic } from './usage.ts'

interface Block {
  type?: string
  id?: string
  name?: string
  input?: unknown
  text?: string
  thinking?: string
}

interface Citation {
  url?: string
  title?: string
  document_title?: string
  cited_text?: string
}

interface Delta {
  type?: string
  text?: string
  partial_json?: string
  thinking?: string
  citation?: Citation
  stop_reason?: string | null
}

interface AnthropicEvent {
  type?: string
  index?: number
  message?: { id?: string; model?: string; usage?: AnthropicUsage }
  content_block?: Block
  delta?: Delta
  usage?: AnthropicUsage
  error?: unknown
}

/** A block that is open on the wire. */
interface OpenBlock {
  delta(delta: Delta): void
  stop(cut: boolean): void
}

/** What the decoder is told. */
export interface AnthropicDecoderContext {
  provider: string
  model: string
  requestId: string | undefined
}

/** Makes the machine for one stream. */
export function createAnthropicDecoder(
  out: (part: ModelPart) => void,
  context: AnthropicDecoderContext,
): Decoder {
  const blocks = new Map<number, OpenBlock>()
  const writer = createBlockWriter(out)
  let usage: AnthropicUsage | undefined
  let stopReason: string | undefined
  let started = false
  let done = false
  let sources = 0

  const handlers: Record<string, (event: AnthropicEvent) => void> = {
    message_start: ({ message }) => {
      start(message?.model, message?.id)
      if (message?.usage) takeUsage(message.usage)
    },
    content_block_start: ({ index = 0, content_block }) => {
      if (content_block) blocks.set(index, openBlock(content_block))
    },
    content_block_delta: ({ index = 0, delta }) => {
      if (delta) blockAt(index).delta(delta)
    },
    content_block_stop: ({ index = 0 }) => {
      blockAt(index).stop(false)
      blocks.delete(index)
    },
    message_delta: event => {
      if (typeof event.delta?.stop_reason === 'string') stopReason = event.delta.stop_reason
      if (event.usage) takeUsage(event.usage)
    },
    message_stop: () => {
      done = true
    },
    error: event => {
      throw providerError(event, { ...context, status: undefined })
    },
  }

  function start(model: string | undefined, responseId: string | undefined): void {
    if (started) return
    started = true
    const id = responseId === undefined ? {} : { responseId }
    out({ type: 'start', provider: context.provider, model: model ?? context.model, ...id })
  }

  function takeUsage(next: AnthropicUsage): void {
    usage = mergeAnthropicUsage(usage ?? {}, next)
    out({ type: 'usage', usage: usageOfAnthropic(usage) })
  }

  function blockAt(index: number): OpenBlock {
    const block = blocks.get(index)
    if (block !== undefined) return block
    throw new StreamError(`Cannot read a delta: content block ${index} was never started`, {
      code: 'PROVIDER_PROTOCOL',
      provider: context.provider,
    })
  }

  function openBlock(block: Block): OpenBlock {
    if (block.type === 'tool_use')
      return toolBlock(
        createToolWriter(out, { id: String(block.id), toolName: String(block.name) }),
        block.input,
      )
    if (block.type === 'server_tool_use') return providerToolBlock(out, block)
    if (block.type === 'text') return textBlock(block.text ?? '')
    if (block.type === 'thinking') return thinkingBlock(writer, block.thinking ?? '')
    // Results of the provider's own tools, redacted thinking and kinds that are yet to come have no words for the reader.
    return { delta: () => undefined, stop: () => undefined }
  }

  function textBlock(opening: string): OpenBlock {
    writer.text(opening)
    return {
      delta: delta => {
        if (typeof delta.text === 'string') writer.text(delta.text)
        if (delta.citation) takeCitation(delta.citation)
      },
      stop: () => writer.close(),
    }
  }

  function takeCitation(citation: Citation): void {
    const url = typeof citation.url === 'string' ? { url: citation.url } : {}
    const title = citation.title ?? citation.document_title
    const cited = typeof citation.cited_text === 'string' ? { citedText: citation.cited_text } : {}
    out({
      type: 'source',
      id: `source-${sources++}`,
      ...url,
      ...(typeof title === 'string' ? { title } : {}),
      ...cited,
    })
  }

  function close(cut: boolean): void {
    start(undefined, undefined)
    for (const block of blocks.values()) block.stop(true)
    blocks.clear()
    if (cut) writer.close()
  }

  return {
    event({ data }: SseEvent) {
      const event = JSON.parse(data) as AnthropicEvent
      const handler = Object.hasOwn(handlers, event.type ?? '') ? handlers[event.type ?? ''] : undefined
      handler?.(event)
    },
    get done() {
      return done
    },
    // `message_stop` is the only end: a stop reason alone is not.
    ended: false,
    finish() {
      close(false)
      out({
        type: 'finish',
        reason: stopReason === undefined ? 'other' : anthropicFinishReason(stopReason),
        ...(stopReason === undefined ? {} : { rawReason: stopReason }),
        ...(usage === undefined ? {} : { usage: usageOfAnthropic(usage) }),
      })
    },
    cut: () => close(true),
  }
}

function thinkingBlock(writer: BlockWriter, opening: string): OpenBlock {
  writer.reasoning(opening)
  return {
    delta: delta => {
      if (typeof delta.thinking === 'string') writer.reasoning(delta.thinking)
    },
    stop: () => writer.close(),
  }
}

function toolBlock(tool: ToolWriter, opening: unknown): OpenBlock {
  return {
    delta: delta => {
      if (typeof delta.partial_json === 'string') tool.delta(delta.partial_json)
    },
    stop: cut => {
      const input = tool.input === '' && !cut ? JSON.stringify(opening ?? {}) : tool.input
      tool.end({ cut: cut || !isWholeJson(input), input })
    },
  }
}

function providerToolBlock(out: (part: ModelPart) => void, block: Block): OpenBlock {
  let input = ''
  return {
    delta: delta => {
      input += delta.partial_json ?? ''
    },
    stop: () => {
      const whole = input === '' ? JSON.stringify(block.input ?? {}) : input
      out({ type: 'provider-tool', id: String(block.id), toolName: String(block.name), input: whole })
    },
  }
}
