/** What is wrong with what a client was given, if anything. */
import { strip } from '@streamseal/seal'
import type { Outcome } from './client.ts'
import { isWhole, type Plan } from './plans.ts'
import type { Sent } from './upstream.ts'
import type { Way } from './ways.ts'

/** Each fault as a sentence. */
export function judge(plan: Plan, way: Way, outcome: Outcome, sent: Sent | undefined): string[] {
  const found = outcome.hung
    ? ['hangs']
    : isWhole(plan)
      ? ofWhole(plan, outcome)
      : ofCut(plan, way, outcome, sent)
  if (outcome.repeated !== undefined && outcome.repeated !== outcome.text) {
    found.push('says its text again, but differently')
  }
  return found.map(what => `stream ${plan.number} (${way.name}, ${plan.fault}): ${what}`)
}

function isClean({ status, ended, failed, broken }: Outcome): boolean {
  return status === 200 && ended && !failed && !broken
}

function ofWhole(plan: Plan, outcome: Outcome): string[] {
  const found: string[] = []
  const [text, right] = [strip(outcome.text), plan.pieces.join('')]
  if (!isClean(outcome)) found.push(`has no clean end: ${JSON.stringify({ ...outcome, text: text.length })}`)
  if (text !== right) found.push(`has other text: ${difference(text, right)}`)
  if (outcome.outputTokens !== undefined && outcome.outputTokens !== plan.outputTokens) {
    found.push(`counts ${outcome.outputTokens} tokens of ${plan.outputTokens}`)
  }
  return found
}

function ofCut(plan: Plan, way: Way, outcome: Outcome, sent: Sent | undefined): string[] {
  if (isClean(outcome)) return ['ends as if it were whole']
  if (!way.isStream || outcome.status !== 200) return []
  const [text, came] = [strip(outcome.text), sent?.text ?? '']
  // After a reset, what was on its way is lost; everywhere else all that was sent must arrive.
  const isRight = plan.fault === 'reset' ? came.startsWith(text) : text === came
  return isRight ? [] : [`has other text: ${difference(text, came)}`]
}

function difference(one: string, other: string): string {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return `at ${at} ${JSON.stringify(one.slice(at, at + 20))} for ${JSON.stringify(other.slice(at, at + 20))}, ${one.length} characters for ${other.length}`
}
