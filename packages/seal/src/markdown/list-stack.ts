/** The list items that are open: the column where the content of each begins. */

const maxDepth = 16

export class ListStack {
  readonly #columns: number[] = []
  #open = 0
  #openBefore = 0

  /** The column where the innermost item's content begins; 0 outside lists. */
  get column(): number {
    return this.#open === 0 ? 0 : (this.#columns[this.#open - 1] as number)
  }

  /** False where lists are nested deeper than is followed. */
  push(column: number): boolean {
    if (this.#open === maxDepth) return false
    this.#columns[this.#open++] = column
    return true
  }

  /** Closes the items that a line indented by `indent` is not part of; true where it closed any. */
  closeBeyond(indent: number): boolean {
    this.#openBefore = this.#open
    while (this.column > indent) this.#open--
    return this.#open < this.#openBefore
  }

  /** The line goes on the paragraph of the innermost item all the same ("lazy continuation"): opens again what was closed. */
  reopen(): void {
    this.#open = this.#openBefore
  }

  clear(): void {
    this.#open = 0
    this.#openBefore = 0
  }
}
