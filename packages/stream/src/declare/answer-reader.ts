/** Turns a run's parts into a task's chunks: the text so far, what was added, the provider's chunk, the value so far. */
import type { Part } from '../contract.ts'
import { type ChatChunk, type ChatChunks, createChatChunks } from '../openai-wire/chunks.ts'
import type { OutputPlan, PartialReader } from './output-plan.ts'
import type { TaskChunk } from './task-result.ts'

/** A reader of one answer. */
export class AnswerReader {
  readonly #runId: string
  readonly #output: OutputPlan
  readonly #attempt: number
  #chunks: ChatChunks
  #partial: PartialReader | undefined
  #response = ''
  /** The last chunk. */
  raw: ChatChunk | undefined

  constructor(runId: string, output: OutputPlan, attempt: number) {
    this.#runId = runId
    this.#output = output
    this.#attempt = attempt
    this.#chunks = this.#newChunks()
    this.#partial = output.newReader()
  }

  /** The chunks for a part; `error` parts are not its business. */
  take(part: Part): TaskChunk<unknown>[] {
    if (part.type === 'restart') {
      this.#restart()
      return []
    }
    return this.#chunks.take(part).flatMap(chunk => this.#toChunk(chunk))
  }

  #newChunks(): ChatChunks {
    return createChatChunks({ id: `chatcmpl-${this.#runId}` })
  }

  /** What came before is void: another model answers from the beginning. */
  #restart(): void {
    this.#chunks = this.#newChunks()
    this.#partial = this.#output.newReader()
    this.#response = ''
  }

  #toChunk(raw: ChatChunk): TaskChunk<unknown>[] {
    const choice = raw.choices[0]
    if (choice === undefined || choice.index !== 0) return []
    const delta = choice.delta.content ?? ''
    this.#response += delta
    this.raw = raw
    const partial = this.#partial?.feed(delta)
    const chunk = { response: this.#response, delta, raw, attempt: this.#attempt }
    return [partial === undefined ? chunk : { ...chunk, partial }]
  }
}
