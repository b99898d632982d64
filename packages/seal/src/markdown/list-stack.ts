/** The list items that are open: the column where the content of each begins. */

const maxDepth = 16

export class ListStack {
  readonly #columns: number[] = []

  get isEmpty(): boolean {
    return this.#columns.length === 0
  }

  /** The column where the innermost item's content begins; 0 outside lists. */
  get column(): number {
    return this.#columns[this.#columns.length - 1] ?? 0
  }

  /** False where lists are nested deeper than is followed. */
  push(column: number): boolean {
    if (this.#columns.length === maxDepth) return false
    this.#columns.push(column)
    return true
  }

  /** Closes the items that a line indented by `indent` is not part of; true where it closed any. */
  closeBeyond(indent: number): boolean {
    const before = this.#columns.length
    while (this.column > indent) this.#columns.pop()
    return this.#columns.length < before
  }

  clear(): void {
    this.#columns.length = 0
  }
}
