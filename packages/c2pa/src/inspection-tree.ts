/** What a manifest says as a tree of lines, for a terminal; nothing of it has been checked. */
import type { C2paInspection } from './inspect-text.ts'
import { findingLines, manifestLines } from './report-tree.ts'
import { type Branch, treeLines } from './tree.ts'

/**
 * What `inspectText` found as indented lines, for people. Everything that a manifest says is quoted as JSON, so that no
 * control character reaches the terminal.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain, inspectionTree, inspectText, signText } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * const { text } = await signText('Hello', { signer, claims: { model: 'demo' } })
 * assert.match(inspectionTree(inspectText(text) ?? {}), /^C2PA manifest, not verified: \d+ bytes\n/)
 * ```
 */
export function inspectionTree({
  fault,
  unverified,
  manifestBytes,
  assertions = {},
}: C2paInspection): string {
  const size = manifestBytes === undefined ? 'no bytes that can be read' : `${manifestBytes} bytes`
  const below: Branch[] = [
    ...(fault ? findingLines('✗', [fault]) : []),
    ...(unverified ? [{ says: 'it says', below: manifestLines(unverified) }] : []),
    ...Object.entries(assertions).map(([label, data]) => ({
      says: JSON.stringify(label),
      below: dataLines(data, maxDepth),
    })),
  ]
  return [`C2PA manifest, not verified: ${size}`, ...treeLines(below)].join('\n')
}

/** Deeper data, and longer values, are shown as one line of JSON, cut. */
const maxDepth = 6
const maxValueLength = 400

function dataLines(data: unknown, depth: number): Branch[] {
  if (depth === 0 || !isBranching(data)) return [{ says: leaf(data) }]
  return Object.entries(data).map(([name, value]) => {
    const key = Array.isArray(data) ? `[${name}]` : JSON.stringify(name)
    return isBranching(value)
      ? { says: key, below: dataLines(value, depth - 1) }
      : { says: `${key}: ${leaf(value)}` }
  })
}

const isBranching = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0

function leaf(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing that can be shown'
  return json.length > maxValueLength ? `${json.slice(0, maxValueLength)}…` : json
}
