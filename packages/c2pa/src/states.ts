/** What findings come to (C2PA 2.4 clauses 14.3.5 and 14.3.6): not being trusted does not make a manifest invalid. */
import { type Finding, type FindingKind, kindOf } from './status-codes.ts'

/** The state of a manifest of which this was found. */
export function stateOf(findings: Finding[]): 'trusted' | 'valid' | 'invalid' {
  const failed = findings.some(
    ({ code }) => kindOf(code) === 'failure' && code !== 'signingCredential.untrusted',
  )
  if (failed) return 'invalid'
  return findings.some(({ code }) => code === 'signingCredential.trusted') ? 'trusted' : 'valid'
}

/** The findings by their kind. */
export function inBuckets(findings: Finding[]): Record<FindingKind, Finding[]> {
  const of = (kind: FindingKind): Finding[] => findings.filter(({ code }) => kindOf(code) === kind)
  return { success: of('success'), informational: of('informational'), failure: of('failure') }
}
