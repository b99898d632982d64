/** The first choice's parts, in their order, as the message that goes on the conversation. */
import type {
  ContentPart,
  Message,
  ModelPart,
  ProviderSignature,
  SealPart,
  ToolCallPart,
} from '../contract.ts'
import { defined } from '../defined.ts'

/** Of the whole text, or of the whole reasoning. */
interface Stretch {
  kind: 'text' | 'reasoning'
  from: number
  to: number
  signature?: ProviderSignature
}

type Piece = Stretch | { kind: 'call'; call: ToolCallPart }

/** Remembers places only: the words are kept once, by the collector. */
export class AnswerMessage {
  readonly #pieces: Piece[] = []
  /** Blocks of the first choice, by id. */
  readonly #open = new Map<string, Stretch>()
  readonly #lengths = { text: 0, reasoning: 0 }

  take(part: ModelPart | SealPart): void {
    switch (part.type) {
      case 'text-start':
        if (part.choice === undefined) this.#begin('text', part.id)
        break
      case 'reasoning-start':
        this.#begin('reasoning', part.id)
        break
      case 'text-delta':
      case 'reasoning-delta':
        this.#grow(part.id, part.delta.length)
        break
      case 'reasoning-end':
        this.#sign(part.id, part.signature)
        break
      case 'tool-call':
        // Half a call cannot be answered, and providers refuse a call without its result.
        if (part.choice === undefined && !part.incomplete) this.#pieces.push({ kind: 'call', call: part })
        break
      default:
    }
  }

  /** The message, of the first choice's whole text and of all reasoning. */
  of(text: string, reasoning: string): Message {
    const words = { text, reasoning }
    return { role: 'assistant', content: this.#pieces.flatMap(piece => contentOf(piece, words)) }
  }

  #begin(kind: Stretch['kind'], id: string): Stretch {
    const stretch = { kind, from: this.#lengths[kind], to: this.#lengths[kind] }
    this.#pieces.push(stretch)
    this.#open.set(id, stretch)
    return stretch
  }

  #grow(id: string, chars: number): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    // Where blocks take turns, each turn is a stretch.
    const stretch = open.to === this.#lengths[open.kind] ? open : this.#begin(open.kind, id)
    this.#lengths[open.kind] += chars
    stretch.to = this.#lengths[open.kind]
  }

  #sign(id: string, signature: ProviderSignature | undefined): void {
    const open = this.#open.get(id)
    if (open !== undefined && signature !== undefined) open.signature = signature
  }
}

function contentOf(piece: Piece, words: { text: string; reasoning: string }): ContentPart[] {
  if (piece.kind === 'call') {
    const { id: toolCallId, toolName, input, signature } = piece.call
    return [{ type: 'tool-call', toolCallId, toolName, input, ...defined({ signature }) }]
  }
  const { kind, from, to, signature } = piece
  if (from === to && signature === undefined) return []
  const text = words[kind].slice(from, to)
  return kind === 'text' ? [{ type: 'text', text }] : [{ type: 'reasoning', text, ...defined({ signature }) }]
}
