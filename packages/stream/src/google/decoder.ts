/** Google's generateContent stream to parts. */
import { type BlockWriter, createBlockWriter } from '../block-writer.ts'
import type { Decoder, DecoderContext } from '../bytes-to-parts.ts'
import type { ChoiceEnd, ModelPart, ProviderSignature, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import { finishPart } from '../finish-part.ts'
import { providerError } from '../http/provider-error.ts'
import type { SseEvent } from '../sse-parser.ts'
import { createToolWriter, type ToolWriter } from '../tool-writer.ts'
import { googleFinishReason } from './finish-reasons.ts'
import { type PartialArg, putPartialArg } from './partial-args.ts'
import { type GoogleUsage, usageOfGoogle } from './usage.ts'

interface FunctionCall {
  id?: string
  name?: string
  args?: unknown
  partialArgs?: PartialArg[]
  /** More of the call follows, in pieces that do not name it. */
  willContinue?: boolean
}

interface ContentPiece {
  text?: string
  thought?: boolean
  functionCall?: FunctionCall
  executableCode?: { language?: string; code?: string }
  /** On the piece that it signs; Google wants it back with a call. */
  thoughtSignature?: string
}

interface Web {
  uri?: string
  title?: string
}

interface Candidate {
  index?: number
  content?: { parts?: ContentPiece[] }
  finishReason?: string
  groundingMetadata?: { groundingChunks?: { web?: Web; retrievedContext?: Web; maps?: Web }[] | null } | null
  citationMetadata?: { citationSources?: Web[] | null } | null
  logprobsResult?: unknown
}

interface Chunk {
  candidates?: Candidate[]
  promptFeedback?: { blockReason?: string }
  usageMetadata?: GoogleUsage
  modelVersion?: string
  responseId?: string
  error?: unknown
}

interface CandidateState {
  index: number
  blocks: BlockWriter
  calls: number
  /** A call whose arguments come in pieces. */
  open?: { writer: ToolWriter; args: Record<string, unknown>; signature: ProviderSignature | undefined }
  rawReason?: string
}

type Out = (part: ModelPart) => void

/** Makes the machine for one stream. */
export function createGoogleDecoder(out: Out, context: DecoderContext): Decoder {
  return new GoogleDecoder(out, context)
}

class GoogleDecoder implements Decoder {
  // The stream has no last event: what follows the finish reason, usage perhaps, is read to the end.
  readonly done = false
  readonly #out: Out
  readonly #context: DecoderContext
  readonly #candidates = new Map<number, CandidateState>()
  readonly #cited = new Set<string>()
  #started = false
  #blockReason: string | undefined
  #said: GoogleUsage = {}
  #usage: Usage | undefined
  #tools = 0

  constructor(out: Out, context: DecoderContext) {
    this.#out = out
    this.#context = context
  }

  get ended(): boolean {
    if (this.#blockReason !== undefined) return true
    if (this.#candidates.size === 0) return false
    for (const state of this.#candidates.values()) if (state.rawReason === undefined) return false
    return true
  }

  event({ data }: SseEvent): void {
    // Google sends none, some that stand before it do.
    if (data === '[DONE]') return
    this.#takeChunk(JSON.parse(data) as Chunk)
  }

  document(body: unknown): void {
    // Without `alt=sse` a proxy may answer with an array of chunks.
    for (const chunk of Array.isArray(body) ? body : [body]) this.#takeChunk(chunk as Chunk)
  }

  finish(): void {
    this.#close()
    const blocked: ChoiceEnd[] =
      this.#blockReason === undefined
        ? []
        : [{ choice: 0, reason: 'content-filter', rawReason: this.#blockReason }]
    const ends = [...this.#candidates.values()].map(endOf)
    this.#out(finishPart(blocked.length > 0 ? blocked : ends, this.#usage))
  }

  cut(): void {
    this.#close()
  }

  #takeChunk(chunk: Chunk): void {
    if (chunk.error) throw providerError(chunk, { ...this.#context, status: undefined })
    this.#start(chunk)
    for (const candidate of chunk.candidates ?? []) this.#takeCandidate(candidate)
    this.#blockReason = chunk.promptFeedback?.blockReason ?? this.#blockReason
    if (!chunk.usageMetadata) return
    // Reports are cumulative; what the latest leaves out still holds.
    this.#said = { ...this.#said, ...chunk.usageMetadata }
    this.#usage = usageOfGoogle(this.#said)
    this.#out({ type: 'usage', usage: this.#usage })
  }

  #start({ modelVersion, responseId }: Chunk): void {
    if (this.#started) return
    this.#started = true
    const { provider, model } = this.#context
    this.#out({ type: 'start', provider, model: modelVersion ?? model, ...defined({ responseId }) })
  }

  #takeCandidate(candidate: Candidate): void {
    const state = this.#stateOf(candidate.index ?? 0)
    for (const piece of candidate.content?.parts ?? []) this.#takePiece(state, piece)
    for (const { web, retrievedContext, maps } of candidate.groundingMetadata?.groundingChunks ?? [])
      this.#cite(web ?? retrievedContext ?? maps)
    for (const source of candidate.citationMetadata?.citationSources ?? []) this.#cite(source)
    if (candidate.logprobsResult) {
      const choice = state.index === 0 ? {} : { choice: state.index }
      this.#out({ type: 'logprobs', logprobs: candidate.logprobsResult, ...choice })
    }
    if (typeof candidate.finishReason !== 'string') return
    state.rawReason = candidate.finishReason
    state.blocks.close()
    endCall(state, false)
  }

  #stateOf(index: number): CandidateState {
    const known = this.#candidates.get(index)
    if (known !== undefined) return known
    const state = { index, blocks: createBlockWriter(this.#out, index), calls: 0 }
    this.#candidates.set(index, state)
    return state
  }

  #takePiece(state: CandidateState, piece: ContentPiece): void {
    if (typeof piece.text === 'string') {
      if (piece.thought === true) state.blocks.reasoning(piece.text)
      else state.blocks.text(piece.text)
    }
    if (piece.functionCall) this.#call(state, piece.functionCall, signatureOf(piece))
    if (piece.executableCode) this.#providerTool(piece.executableCode)
  }

  #call(state: CandidateState, call: FunctionCall, signature: ProviderSignature | undefined): void {
    if (call.name) this.#beginCall(state, call, signature)
    const { open } = state
    if (open === undefined) return
    for (const piece of call.partialArgs ?? []) putPartialArg(open.args, piece)
    if (call.willContinue !== true) endCall(state, false)
  }

  #beginCall(
    state: CandidateState,
    { id, name, args }: FunctionCall,
    signature: ProviderSignature | undefined,
  ): void {
    state.blocks.close()
    endCall(state, false)
    const callId = id || `call_${state.index}_${state.calls}`
    state.calls++
    const writer = createToolWriter(this.#out, { id: callId, toolName: String(name), choice: state.index })
    state.open = { writer, args: isObject(args) ? args : {}, signature }
  }

  #providerTool(code: NonNullable<ContentPiece['executableCode']>): void {
    const id = `code-${this.#tools++}`
    this.#out({ type: 'provider-tool', id, toolName: 'code_execution', input: JSON.stringify(code) })
  }

  #cite(web: Web | undefined): void {
    if (typeof web?.uri !== 'string' || this.#cited.has(web.uri)) return
    const id = `source-${this.#cited.size}`
    this.#cited.add(web.uri)
    this.#out({ type: 'source', id, url: web.uri, ...defined({ title: web.title }) })
  }

  #close(): void {
    this.#start({})
    for (const state of this.#candidates.values()) {
      state.blocks.close()
      endCall(state, true)
    }
  }
}

/** Arguments are known once they are whole: until then a value may still grow. */
function endCall(state: CandidateState, cut: boolean): void {
  const { open } = state
  if (open === undefined) return
  delete state.open
  open.writer.delta(JSON.stringify(open.args))
  open.writer.end({ cut, signature: open.signature })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function signatureOf({ thoughtSignature: value }: ContentPiece): ProviderSignature | undefined {
  return typeof value === 'string' && value !== '' ? { provider: 'google', value } : undefined
}

function endOf({ index, calls, rawReason = '' }: CandidateState): ChoiceEnd {
  return { choice: index, reason: googleFinishReason(rawReason, calls > 0), rawReason }
}
