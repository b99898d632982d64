/** Gathers what a run produces into its result. */
import type { ModelPart, RunResult, SealPart, ToolCallPart } from '../contract.ts'
import { defined } from '../defined.ts'
import { GrowingText } from '../growing-text.ts'
import { StreamError } from '../stream-error.ts'
import { AnswerMessage } from './answer-message.ts'

/** What has been gathered. */
export interface Collector {
  /** Takes each part as it leaves the run, marks included. Throws `LIMIT_EXCEEDED` where more text came than may be kept. */
  take(part: ModelPart | SealPart): void
  collected(): Collected
}

/** The gathered half of a `RunResult`. */
export type Collected = Pick<RunResult, 'text' | 'reasoning' | 'toolCalls'> &
  Partial<Pick<RunResult, 'refusal' | 'seal' | 'choices' | 'choiceSeals' | 'message'>>

/** Eight times as many as any provider gives. */
const maxChoices = 1024

/** A provider's number may not decide how long our list is. */
function checkedChoice(choice: number): number {
  if (Number.isInteger(choice) && choice >= 0 && choice < maxChoices) return choice
  throw new StreamError(`Cannot keep the answer numbered ${choice}: numbers go from 0 to ${maxChoices - 1}`, {
    code: 'PROVIDER_PROTOCOL',
  })
}

/** Keeps at most `maxChars` of text, reasoning and tool input; with 0 nothing is kept and nothing is limited. */
export function createCollector(maxChars: number): Collector {
  return new PartCollector(maxChars)
}

class PartCollector implements Collector {
  readonly #maxChars: number
  #texts: GrowingText[] = [new GrowingText()]
  readonly #choiceOf = new Map<string, number>()
  #toolCalls: ToolCallPart[] = []
  #message = new AnswerMessage()
  #reasoning = new GrowingText()
  #refusal: string | undefined
  readonly #seals: SealPart[] = []
  #size = 0

  constructor(maxChars: number) {
    this.#maxChars = maxChars
  }

  take(part: ModelPart | SealPart): void {
    if (this.#maxChars === 0) return
    if ('delta' in part) this.#grow(part.delta.length)
    this.#message.take(part)
    switch (part.type) {
      case 'text-start':
        if (part.choice !== undefined) this.#choiceOf.set(part.id, checkedChoice(part.choice))
        break
      case 'text-delta':
        this.#addText(this.#choiceOf.get(part.id) ?? 0, part.delta)
        break
      case 'reasoning-delta':
        this.#reasoning.add(part.delta)
        break
      case 'refusal-delta':
        this.#refusal = (this.#refusal ?? '') + part.delta
        break
      case 'tool-call':
        this.#toolCalls.push(part)
        break
      case 'restart':
        this.#forget()
        break
      case 'seal':
        this.#seals.push(part)
        break
      default:
    }
  }

  collected(): Collected {
    const [text = '', ...others] = this.#texts.map(({ value }) => value)
    const choices = others.length > 0 ? [text, ...others] : undefined
    const reasoning = this.#reasoning.value
    const seal = this.#seals.find(({ choice }) => choice === undefined)
    const choiceSeals = this.#seals.length > 1 ? [...this.#seals] : undefined
    return {
      text,
      reasoning,
      toolCalls: [...this.#toolCalls],
      message: this.#message.of(text, reasoning),
      ...defined({ refusal: this.#refusal, seal, choices, choiceSeals }),
    }
  }

  #forget(): void {
    this.#texts = [new GrowingText()]
    this.#toolCalls = []
    this.#message = new AnswerMessage()
    this.#reasoning = new GrowingText()
    this.#refusal = undefined
    this.#size = 0
  }

  #addText(choice: number, delta: string): void {
    while (this.#texts.length <= choice) this.#texts.push(new GrowingText())
    this.#texts[choice]?.add(delta)
  }

  #grow(chars: number): void {
    this.#size += chars
    if (this.#size <= this.#maxChars) return
    throw new StreamError(`The answer is longer than ${this.#maxChars} characters`, {
      code: 'LIMIT_EXCEEDED',
    })
  }
}
