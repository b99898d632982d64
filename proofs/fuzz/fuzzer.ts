/** Fuzzing of one target, guided by the blocks that its inputs reach. */
import type { Coverage } from './coverage.ts'
import { mutate, mutateBytes } from './mutate.ts'
import type { Random } from './random.ts'
import type { Target } from './targets.ts'
import { growsTooFast, isSlow, smallest, tryInput } from './try-input.ts'

/** Inputs are at most this long, in UTF-16 units; the ones for growth are longer. */
const MAX_UNITS = 6000
/** Findings of one kind are enough once. */
const MAX_FINDINGS = 20
const GROWTH_EVERY = 400

/** An input for which a promise does not hold, as small as it was found. */
export interface Finding {
  target: string
  what: string
  input: string
}

/** A target, its inputs, and what came of them. */
export class Fuzzer {
  readonly target: Target
  readonly findings: Finding[] = []
  executions = 0
  readonly #coverage: Coverage
  readonly #random: Random
  #inputs: string[]
  readonly #reached = new Set<string>()
  #untilGrowth = GROWTH_EVERY

  constructor(target: Target, inputs: readonly string[], tools: { coverage: Coverage; random: Random }) {
    this.target = target
    this.#inputs = [...inputs]
    this.#coverage = tools.coverage
    this.#random = tools.random
  }

  /** How many blocks were reached, and how many inputs reach something of their own. */
  get reach(): { blocks: number; inputs: number } {
    return { blocks: this.#reached.size, inputs: this.#inputs.length }
  }

  /** Runs every input, and keeps those that reach something that no shorter one reaches. */
  async start(): Promise<void> {
    await this.#keepUseful(this.#inputs)
  }

  async #keepUseful(inputs: readonly string[]): Promise<void> {
    this.#reached.clear()
    this.#inputs = []
    for (const input of [...inputs].sort((a, b) => a.length - b.length)) {
      this.#coverage.take()
      await this.#try(input)
      if (this.#isNew(this.#coverage.take())) this.#inputs.push(input)
    }
  }

  /** Tries a batch of changed inputs. */
  async turn(): Promise<void> {
    const batch = Array.from({ length: this.target.turn ?? 60 }, () => this.#changed())
    this.#coverage.take()
    for (const input of batch) await this.#try(input)
    if (this.#knows(this.#coverage.take())) return
    for (const input of batch) {
      this.#coverage.take()
      await tryInput(this.target, input)
      if (this.#isNew(this.#coverage.take())) this.#inputs.push(input)
    }
  }

  /** The inputs worth keeping: together they reach all that was reached. */
  async useful(): Promise<readonly string[]> {
    await this.#keepUseful(this.#inputs)
    return this.#inputs
  }

  #changed(): string {
    const change = this.target.takesBytes ? mutateBytes : mutate
    // The newest reach the farthest: half of the choices are among them.
    const newest = this.#random.below(2) === 0 ? this.#inputs.slice(-30) : this.#inputs
    const pick = (): string => this.#random.pick(newest) ?? ''
    const [one, two] = [pick(), pick()]
    // The shorter of two: a short text says as much, and sooner.
    const [input, other] = one.length < two.length ? [one, two] : [two, one]
    return change(input, other, this.#random, MAX_UNITS)
  }

  async #try(input: string): Promise<void> {
    const outcome = await tryInput(this.target, input)
    this.executions++
    if (outcome.found !== undefined) await this.#note(outcome.found, input)
    else if (await isSlow(this.target, input, outcome)) this.#add('takes too long', input)
    if (--this.#untilGrowth > 0) return
    this.#untilGrowth = GROWTH_EVERY
    const piece = input.slice(0, 1 + this.#random.below(200))
    if (await growsTooFast(this.target, piece)) this.#add('is not linear', piece)
  }

  async #note(what: string, input: string): Promise<void> {
    if (!this.findings.some(finding => finding.what === what))
      this.#add(what, await smallest(this.target, input, what))
  }

  #add(what: string, input: string): void {
    if (this.findings.length >= MAX_FINDINGS || this.findings.some(finding => finding.what === what)) return
    this.findings.push({ target: this.target.name, what, input })
  }

  #knows(blocks: readonly string[]): boolean {
    return blocks.every(block => this.#reached.has(block))
  }

  #isNew(blocks: readonly string[]): boolean {
    const before = this.#reached.size
    for (const block of blocks) this.#reached.add(block)
    return this.#reached.size > before
  }
}
