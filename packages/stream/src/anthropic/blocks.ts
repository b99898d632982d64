/** Anthropic's content blocks: what each kind does with its deltas. */
import type { BlockWriter } from '../block-writer.ts'
import { isWholeJson, type ToolWriter } from '../tool-writer.ts'

/** A block as it is started on the wire. */
export interface Block {
  type?: string
  id?: string
  name?: string
  input?: unknown
  text?: string
  thinking?: string
  signature?: string
  /** Of `redacted_thinking`. */
  data?: string
  citations?: Citation[] | null
}

/** What a text block cites. */
export interface Citation {
  url?: string
  title?: string | null
  document_title?: string | null
  cited_text?: string
}

/** A delta of any block. */
export interface BlockDelta {
  text?: string
  partial_json?: string
  thinking?: string
  signature?: string
  citation?: Citation
}

/** A block that is open on the wire. */
export interface OpenBlock {
  delta(delta: BlockDelta): void
  /** `cut`: the stream ended inside the block. */
  stop(cut: boolean): void
}

/** Where blocks write. */
export interface BlockSink {
  writer: BlockWriter
  openTool(id: string, toolName: string): ToolWriter
  cite(citation: Citation): void
  providerTool(id: string, toolName: string, input: string): void
}

/** Opens a block. Results of the provider's own tools and kinds that are yet to come have no words for the reader. */
export function openBlock(block: Block, sink: BlockSink): OpenBlock {
  switch (block.type) {
    case 'text':
      return textBlock(block, sink)
    case 'thinking':
      return thinkingBlock(block, sink.writer)
    case 'redacted_thinking':
      return redactedBlock(block.data ?? '', sink.writer)
    case 'tool_use':
      return toolBlock(sink.openTool(String(block.id), String(block.name)), block.input)
    case 'server_tool_use':
    case 'mcp_tool_use':
      return providerToolBlock(block, sink)
    default:
      return { delta: () => undefined, stop: () => undefined }
  }
}

/** The block that a delta speaks of whose beginning never came, as some proxies leave it out. */
export function impliedBlock({ text, thinking }: BlockDelta, sink: BlockSink): OpenBlock | undefined {
  if (typeof text === 'string') return openBlock({ type: 'text' }, sink)
  return typeof thinking === 'string' ? openBlock({ type: 'thinking' }, sink) : undefined
}

function textBlock({ text, citations }: Block, { writer, cite }: BlockSink): OpenBlock {
  writer.text(text ?? '')
  for (const citation of citations ?? []) cite(citation)
  return {
    delta({ text, citation }) {
      if (typeof text === 'string') writer.text(text)
      if (citation) cite(citation)
    },
    stop: () => writer.close(),
  }
}

function thinkingBlock(block: Block, writer: BlockWriter): OpenBlock {
  let value = block.signature ?? ''
  writer.reasoning(block.thinking ?? '')
  return {
    delta({ thinking, signature }) {
      if (typeof thinking === 'string') writer.reasoning(thinking)
      if (typeof signature === 'string') value += signature
    },
    stop(cut) {
      if (value === '' || cut) writer.close()
      else writer.closeSigned({ provider: 'anthropic', value })
    },
  }
}

function redactedBlock(value: string, writer: BlockWriter): OpenBlock {
  return {
    delta: () => undefined,
    stop: () => writer.closeSigned({ provider: 'anthropic', value, redacted: true }),
  }
}

function toolBlock(tool: ToolWriter, opening: unknown): OpenBlock {
  return {
    delta({ partial_json }) {
      if (typeof partial_json === 'string') tool.delta(partial_json)
    },
    stop(cut) {
      // A tool without arguments sends no JSON at all.
      const input = tool.input === '' && !cut ? JSON.stringify(opening ?? {}) : tool.input
      tool.end({ cut: cut || !isWholeJson(input), input })
    },
  }
}

function providerToolBlock(block: Block, { providerTool }: BlockSink): OpenBlock {
  const pieces: string[] = []
  return {
    delta({ partial_json }) {
      if (typeof partial_json === 'string') pieces.push(partial_json)
    },
    stop() {
      const input = pieces.join('') || JSON.stringify(block.input ?? {})
      providerTool(String(block.id), String(block.name), input)
    },
  }
}
