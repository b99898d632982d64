/** A reader of one run through gateways, with the client that users have: keeps what it was given, goes elsewhere, and checks that nothing is missing or comes twice. */
import type { Part } from '@streamseal/stream'
import { type PartStream, type PartStreamOptions, streamParts } from '@streamseal/stream/client'
import type { GatewayNode } from './node.ts'

/** What a visitor may be told before it gives up or goes elsewhere. */
export interface VisitorOptions {
  /** Loses the part under this cursor, to show that it would be seen. */
  readonly loses?: number
}

/** The reader. */
export class Visitor {
  readonly faults: string[] = []
  id = ''
  cursor = 0
  text = ''
  last: Part | undefined
  visits = 0
  /** How often a connection was lost and opened again by the client itself. */
  returns = 0
  readonly #loses: number

  constructor(id = '', { loses = 0 }: VisitorOptions = {}) {
    this.id = id
    this.#loses = loses
  }

  get hasEnded(): boolean {
    return this.last?.type === 'finish' || this.last?.type === 'error'
  }

  /** Asks at this gateway, and reads until the end or until the connection breaks. */
  ask(node: GatewayNode, question: string): Promise<void> {
    return this.#read(`${node.url}/stream?format=parts`, { body: { query: question }, maxAttempts: 0 })
  }

  /** Reads on at this gateway, until the end or until the connection breaks; `options` as of the client. */
  visit(node: GatewayNode, options: PartStreamOptions = {}): Promise<void> {
    const url = `${node.url}/runs/${this.id}/stream?format=parts`
    return this.#read(url, { after: this.cursor, maxAttempts: 0, ...options })
  }

  async #read(url: string, options: PartStreamOptions): Promise<void> {
    this.visits++
    const onState = (state: string): void => {
      if (state === 'waiting') this.returns++
      // The response's head names the run before anything is said.
      this.id ||= stream.runId ?? ''
    }
    const stream: PartStream = streamParts(url, { onState, ...options })
    try {
      for await (const part of stream) {
        this.#take(part)
      }
    } catch (error) {
      // A connection that breaks is what is proved here; where it was the run that failed, its last part has said so.
      if (!this.hasEnded && !isBroken(error)) this.faults.push(`${this.id}: ${String(error)}`)
    }
  }

  #take(part: Part): void {
    if (part.cursor <= this.cursor)
      this.faults.push(`${this.id}: part ${part.cursor} came after part ${this.cursor}`)
    // A run that was asked again is given from its answer on to who begins anew.
    if (part.cursor !== this.cursor + 1 && this.cursor > 0)
      this.faults.push(`${this.id}: part ${part.cursor} came next after part ${this.cursor}`)
    this.cursor = part.cursor
    this.last = part
    if (part.type === 'text-delta' && part.cursor !== this.#loses) this.text += part.delta
  }
}

const broken = new Set(['PROVIDER_UNAVAILABLE', 'STREAM_INCOMPLETE', 'STORE_UNAVAILABLE', 'OVERLOADED'])

function isBroken(error: unknown): boolean {
  return broken.has(String((error as { code?: unknown }).code))
}
