/** The truth about a run whose producer is gone: what was logged stays, and an error part says that it is not whole. */
import type { ModelPart, Part, SealPart, ToolCallPart, Usage } from '../contract.ts'
import { estimateTokens } from '../run/token-estimate.ts'
import type { RunEnd, RunError, RunRecord, RunStore } from './run-store.ts'

const pageParts = 4096

const error: RunError = {
  code: 'STREAM_INCOMPLETE',
  message: 'The process that produced the run is gone; what came before is all there is',
  retryable: true,
}

/** Ends the run as `incomplete` unless its producer lives after all; the answer is whether this call has done it. */
export async function endLostRun(store: RunStore, id: string): Promise<boolean> {
  const record = await store.get(id)
  // Whether the lease has run out is the store's to judge, by its own clock.
  if (record?.state !== 'running') return false
  const seen = await look(store, record)
  const added: NewPart[] = [...seen.closing, { type: 'error', ...error }]
  const parts = added.map((part, index) => ({ ...part, cursor: record.lastCursor + 1 + index }))
  const end: RunEnd = {
    state: 'incomplete',
    endedAt: Date.now(),
    finishReason: 'error',
    error,
    usage: seen.usage,
  }
  if (seen.seal !== undefined) end.seal = seen.seal
  return store.endLost(id, record.lastCursor, parts, end)
}

type NewPart = ModelPart

interface Seen {
  closing: NewPart[]
  usage: Usage
  seal?: SealPart
}

async function look(store: RunStore, { id, lastCursor }: RunRecord): Promise<Seen> {
  const open = new Map<string, OpenBlock>()
  const found: { usage?: Usage; seal?: SealPart } = {}
  let tokens = 0
  for (let after = 0; after < lastCursor; ) {
    const { parts } = await store.read(id, after, pageParts)
    for (const part of parts) {
      track(open, part)
      if ('delta' in part) tokens += estimateTokens(part.delta)
      if (part.type === 'usage') found.usage = part.usage
      if (part.type === 'seal' && part.choice === undefined) found.seal = part
    }
    after = parts.at(-1)?.cursor ?? lastCursor
  }
  const outputTokens = Math.max(found.usage?.outputTokens ?? 0, Math.round(tokens))
  return {
    ...found,
    closing: [...open.values()].flatMap(closed),
    usage: { ...found.usage, outputTokens, estimated: true },
  }
}

interface OpenBlock {
  id: string
  kind: 'text' | 'reasoning' | 'tool-input'
  toolName: string
  choice: number | undefined
  input: string
}

const blockPart = /^(text|reasoning|tool-input)-(start|delta|end)$/

function track(open: Map<string, OpenBlock>, part: Part): void {
  const [, kind, step] = blockPart.exec(part.type) ?? []
  if (kind === undefined || !('id' in part)) return
  if (step === 'end') open.delete(part.id)
  else if (step === 'start') open.set(part.id, newBlock(part, kind as OpenBlock['kind']))
  else if (part.type === 'tool-input-delta') {
    const block = open.get(part.id)
    if (block !== undefined) block.input += part.delta
  }
}

function newBlock(part: Part & { id: string }, kind: OpenBlock['kind']): OpenBlock {
  const toolName = 'toolName' in part ? part.toolName : ''
  return { id: part.id, kind, toolName, choice: 'choice' in part ? part.choice : undefined, input: '' }
}

function closed({ id, kind, toolName, choice, input }: OpenBlock): NewPart[] {
  if (kind !== 'tool-input') return [{ type: `${kind}-end`, id }]
  const call: ToolCallPart = { type: 'tool-call', id, toolName, input, incomplete: true }
  if (choice !== undefined) call.choice = choice
  return [{ type: 'tool-input-end', id }, call]
}
