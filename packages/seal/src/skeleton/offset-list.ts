/** A growing list of offsets, four bytes each. */
export class OffsetList {
  #values = new Uint32Array(1024)
  #length = 0

  add(offset: number): void {
    this.#reserve(1)
    this.#values[this.#length++] = offset
  }

  /** Adds `count` offsets that follow each other, from `offset` on. */
  addRun(offset: number, count: number): void {
    this.#reserve(count)
    for (let at = 0; at < count; at++) this.#values[this.#length++] = offset + at
  }

  /** The last `before` entries become `after` entries: all but those that stay take the offset of the last that stays. */
  resizeTail(before: number, after: number): void {
    const start = this.#length - before
    const last = this.#values[start + Math.min(before, after) - 1] as number
    this.#length = start + Math.min(before, after)
    for (let at = before; at < after; at++) this.add(last)
  }

  toArray(): Uint32Array {
    return this.#values.slice(0, this.#length)
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#values.length) return
    const grown = new Uint32Array(Math.max(needed, this.#values.length * 2))
    grown.set(this.#values.subarray(0, this.#length))
    this.#values = grown
  }
}
