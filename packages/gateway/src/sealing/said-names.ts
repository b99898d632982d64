/** How providers last named the models that were asked for: an alias is answered by a dated name, and mostly by the same one again. */

/** So many models are remembered. */
const maxModels = 1000

/** Remembers the last name for each model. */
export class SaidNames {
  readonly #names = new Map<string, string>()

  /** The name to expect; the model's own where nobody has said another. */
  expect(asked: string): string {
    return this.#names.get(asked) ?? asked
  }

  learn(asked: string, said: string): void {
    if (this.#names.size >= maxModels && !this.#names.has(asked)) this.#names.clear()
    this.#names.set(asked, said)
  }
}
