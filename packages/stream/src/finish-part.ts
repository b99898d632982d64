/** How an answer ended, or several side by side, as the `finish` part. */
import type { ChoiceEnd, ModelPart, Usage } from './contract.ts'
import { defined } from './defined.ts'

/** The first choice's end is the run's; the others are listed where there are any. Without any end the reason is `other`. */
export function finishPart(ends: readonly ChoiceEnd[], usage: Usage | undefined): ModelPart {
  const first = ends.find(({ choice }) => choice === 0) ?? ends[0]
  return {
    type: 'finish',
    reason: first?.reason ?? 'other',
    ...defined({
      rawReason: first?.rawReason,
      usage,
      choices: ends.length > 1 ? [...ends] : undefined,
    }),
  }
}
