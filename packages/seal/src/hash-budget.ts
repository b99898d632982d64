/** How many UTF-16 units one call of `verify` may hash. */
export class HashBudget {
  #left: number

  constructor(limit: number) {
    this.#left = limit
  }

  spend(units: number): boolean {
    this.#left -= units
    return !this.isSpent
  }

  get isSpent(): boolean {
    return this.#left < 0
  }
}
