/** A reader who comes back: keeps what it has got and its last cursor, and checks that nothing is missing or comes twice. */
import type { Part } from '@streamseal/stream'
import type { Ending, NodeProcess } from './node-process.ts'

/** The reader. */
export class Client {
  readonly id: string
  readonly faults: string[] = []
  text = ''
  cursor = 0
  visits = 0
  last: Part | undefined
  /** When something was last heard, in milliseconds of `performance.now`. */
  heardAt: number = performance.now()
  /** Loses this part, to show that it would be seen. */
  readonly #loses: number

  constructor(id: string, loses = 0) {
    this.id = id
    this.#loses = loses
  }

  get hasEnded(): boolean {
    return this.last?.type === 'finish' || this.last?.type === 'error'
  }

  /** Reads at this node, from where it was, until the run, the node or the visit ends. */
  async visit(node: NodeProcess): Promise<Ending> {
    this.visits++
    const ending = await node.tell({ do: 'read', id: this.id, after: this.cursor }, parts => {
      for (const part of parts) this.#take(part)
    })
    this.heardAt = performance.now()
    return ending
  }

  #take(part: Part): void {
    this.heardAt = performance.now()
    if (part.cursor !== this.cursor + 1)
      this.faults.push(`${this.id}: part ${part.cursor} came after part ${this.cursor}`)
    this.cursor = part.cursor
    this.last = part
    if (part.type === 'text-delta' && part.cursor !== this.#loses) this.text += part.delta
  }
}
