/** A report as a tree of lines, for a terminal. */
import type { C2paReport, IngredientReport, ManifestSummary } from './report.ts'
import type { Finding } from './status-codes.ts'
import { type Branch, treeLines } from './tree.ts'

/**
 * The report as indented lines, for people. Everything that a manifest says is quoted as JSON, so that no control
 * character reaches the terminal.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { reportTree, verifyText } from '@streamseal/c2pa'
 *
 * const tree = reportTree(await verifyText('Hello'))
 * assert.match(tree, /^C2PA: unmarked\n└─ The text carries no C2PA manifest/)
 * ```
 */
export function reportTree(report: C2paReport): string {
  const { state, summary, foundIn, content, manifest, unverified, signer } = report
  const below: Branch[] = [
    { says: summary },
    ...(foundIn === undefined ? [] : [{ says: `manifest: ${foundIn}` }, { says: `words: ${content}` }]),
    ...(signer ? [{ says: `signer: ${JSON.stringify(signer.subject)}`, below: signerLines(signer) }] : []),
    ...(manifest ? [{ says: 'it says', below: manifestLines(manifest) }] : []),
    ...(unverified ? [{ says: 'it says (not verified)', below: manifestLines(unverified) }] : []),
    ...allFindings(report),
    ...(report.ingredients ?? []).map(ingredientBranch),
  ]
  return [`C2PA: ${state}`, ...treeLines(below)].join('\n')
}

const allFindings = ({ success, informational, failure }: IngredientReport | C2paReport): Branch[] => [
  ...findingLines('✓', success),
  ...findingLines('i', informational),
  ...findingLines('✗', failure),
]

function ingredientBranch(ingredient: IngredientReport): Branch {
  const { title, relationship, state, manifest, unverified, signer, recorded, ingredients } = ingredient
  const below: Branch[] = [
    ...(signer ? [{ says: `signer: ${JSON.stringify(signer.subject)}`, below: signerLines(signer) }] : []),
    ...(manifest ? [{ says: 'it says', below: manifestLines(manifest) }] : []),
    ...(unverified ? [{ says: 'it says (not verified)', below: manifestLines(unverified) }] : []),
    ...(recorded ? [{ says: `failures that were known before: ${JSON.stringify(recorded)}` }] : []),
    ...allFindings(ingredient),
    ...ingredients.map(ingredientBranch),
  ]
  return { says: `ingredient ${JSON.stringify(title)} (${JSON.stringify(relationship)}): ${state}`, below }
}

const signerLines = (signer: NonNullable<C2paReport['signer']>): Branch[] => [
  { says: `issued by ${JSON.stringify(signer.issuer)}` },
  { says: `valid from ${signer.notBefore} to ${signer.notAfter}` },
  { says: `algorithm ${signer.algorithm}` },
  ...(signer.development ? [{ says: 'DEVELOPMENT CERTIFICATE: not for production' }] : []),
  ...(signer.timestamp
    ? [
        {
          says: `time-stamp ${signer.timestamp.time} (${signer.timestamp.trusted ? 'trusted' : 'not trusted'})`,
        },
      ]
    : []),
]

/** What a manifest says, a branch each. */
export function manifestLines(summary: ManifestSummary): Branch[] {
  return Object.entries(summary).flatMap(([name, value]) => {
    const empty = Array.isArray(value) && value.length === 0
    if (empty) return []
    if (!Array.isArray(value)) return [{ says: `${name}: ${JSON.stringify(value)}` }]
    return [{ says: name, below: value.map(each => ({ says: JSON.stringify(each) })) }]
  })
}

/** Findings behind a sign, a branch each. */
export const findingLines = (sign: string, findings: Finding[]): Branch[] =>
  findings.map(({ code, explanation, url }) => ({
    says: `${sign} ${code}: ${url === undefined ? explanation : `${JSON.stringify(url)}. ${explanation}`}`,
  }))
