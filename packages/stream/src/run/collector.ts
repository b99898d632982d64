/** Gathers what a run produces into its result. */
import type { ModelPart, RunResult, SealPart, ToolCallPart } from '../contract.ts'
import { defined } from '../defined.ts'
import { StreamError } from '../stream-error.ts'

/** What has been gathered. */
export interface Collector {
  /** Takes each part as it leaves the run, marks included. Throws `LIMIT_EXCEEDED` where more text came than may be kept. */
  take(part: ModelPart | SealPart): void
  collected(): Collected
}

/** The gathered half of a `RunResult`. */
export type Collected = Pick<RunResult, 'text' | 'reasoning' | 'toolCalls'> &
  Partial<Pick<RunResult, 'refusal' | 'seal' | 'choices'>>

/** Keeps at most `maxChars` of text, reasoning and tool input; with 0 nothing is kept and nothing is limited. */
export function createCollector(maxChars: number): Collector {
  const texts: string[] = ['']
  const choiceOf = new Map<string, number>()
  const toolCalls: ToolCallPart[] = []
  let reasoning = ''
  let refusal: string | undefined
  let seal: SealPart | undefined
  let size = 0

  function take(part: ModelPart | SealPart): void {
    if (maxChars === 0) return
    if ('delta' in part) grow(part.delta.length)
    if (part.type === 'text-delta') addText(choiceOf.get(part.id) ?? 0, part.delta)
    else if (part.type === 'text-start' && part.choice !== undefined) choiceOf.set(part.id, part.choice)
    else if (part.type === 'reasoning-delta') reasoning += part.delta
    else if (part.type === 'refusal-delta') refusal = (refusal ?? '') + part.delta
    else if (part.type === 'tool-call') toolCalls.push(part)
    else if (part.type === 'seal' && part.choice === undefined) seal = part
  }

  function addText(choice: number, delta: string): void {
    while (texts.length <= choice) texts.push('')
    texts[choice] += delta
  }

  function grow(chars: number): void {
    size += chars
    if (size <= maxChars) return
    throw new StreamError(`The answer is longer than ${maxChars} characters`, { code: 'LIMIT_EXCEEDED' })
  }

  return {
    take,
    collected: () => ({
      text: texts[0] ?? '',
      reasoning,
      toolCalls: [...toolCalls],
      ...defined({ refusal, seal, choices: texts.length > 1 ? [...texts] : undefined }),
    }),
  }
}
